import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { addPositions } from "./add_positions.ts";
import { initLearnedPositions } from "./learned.ts";
import { sinusoidalTable } from "./sinusoidal.ts";

const config = { maxPositions: 50, hiddenSize: 16 };

Deno.test("sinusoidalTable() gives the paper's numbers by hand", () => {
  const table = sinusoidalTable({ maxPositions: 4, hiddenSize: 4 });
  const row = table.subarray(12); // position 3
  const expected = [Math.sin(3), Math.cos(3), Math.sin(0.03), Math.cos(0.03)];
  expected.forEach((value, i) => assertAlmostEquals(row[i], value, 1e-6));
});

Deno.test("sinusoidalTable() holds the same columns in both layouts", () => {
  for (const hiddenSize of [6, 7]) {
    const size = { maxPositions: 5, hiddenSize };
    const interleaved = sinusoidalTable(size), split = sinusoidalTable(size, { layout: "split" });
    const sines = Math.ceil(hiddenSize / 2);
    for (let position = 0; position < 5; position++) {
      for (let column = 0; column < hiddenSize; column++) {
        const target = column % 2 === 0 ? column / 2 : sines + (column - 1) / 2;
        assertEquals(
          split[position * hiddenSize + target],
          interleaved[position * hiddenSize + column],
        );
      }
    }
  }
});

Deno.test("sinusoidalTable() makes the product of two positions depend on their distance alone", () => {
  const table = sinusoidalTable(config);
  const dot = (a: number, b: number) =>
    Array.from({ length: 16 }, (_, i) => table[a * 16 + i] * table[b * 16 + i])
      .reduce((sum, x) => sum + x);
  for (const [a, b] of [[0, 7], [11, 18], [40, 47]]) {
    assertAlmostEquals(dot(a, b), dot(3, 10), 1e-5);
  }
});

Deno.test("sinusoidalTable() rejects sizes that are not positive integers", () => {
  assertThrows(() => sinusoidalTable({ ...config, hiddenSize: 0 }), RangeError, "hiddenSize is 0");
  assertThrows(() => sinusoidalTable({ ...config, maxPositions: 1.5 }), RangeError, "1.5");
});

Deno.test("addPositions() at an offset equals the tail of a longer sequence", async () => {
  await tf.setBackend("cpu");
  const table = initLearnedPositions(config, { seed: 3 });
  const whole = await addPositions(tf.zeros([2, 9, 16]), { table }).slice([0, 5, 0]).data();
  const tail = await addPositions(tf.zeros([2, 4, 16]), { table, offset: 5 }).data();
  assertEquals(tail, whole);
});

Deno.test("addPositions() names the limit of the table", () => {
  const table = tf.zeros([8, 4]);
  assertThrows(
    () => addPositions(tf.zeros([1, 3, 4]), { table, offset: 6 }),
    RangeError,
    "the model knows 8 positions",
  );
});

Deno.test("initLearnedPositions() follows the seed and the deviation", async () => {
  await tf.setBackend("cpu");
  const size = { maxPositions: 200, hiddenSize: 64 };
  const values = await initLearnedPositions(size, { seed: 1 }).data<"float32">();
  assertEquals(values, await initLearnedPositions(size, { seed: 1 }).data());
  assert(values[0] !== (await initLearnedPositions(size, { seed: 2 }).data())[0]);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  assertAlmostEquals(deviation, 0.02, 1e-3);
});
