import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectDevice } from "./device.ts";
import { initLinearWeights } from "./linear.ts";
import { deriveSeed, randomNormal, randomUniform, randomWord } from "./random.ts";

Deno.test("randomWord() stays what it is: checkpoints and resumed runs depend on it", () => {
  assertEquals([0, 1, 2].map((i) => randomWord(0, i)), [0, 340428713, 1540609396]);
  assertEquals([0, 1, 2 ** 32 - 1].map((i) => randomWord(2 ** 32 - 1, i)), [
    1508457225,
    3936789699,
    2293811855,
  ]);
});

Deno.test("randomUniform() and randomNormal() have the moments they should", () => {
  const uniform = randomUniform(100_000, { seed: 3, low: -2, high: 4 });
  assert(uniform.every((x) => x >= -2 && x < 4));
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b) / 1e5;
  assertAlmostEquals(mean(uniform), 1, 0.02);
  const normal = randomNormal(100_000, { seed: 3, mean: 1, std: 2 });
  assertAlmostEquals(mean(normal), 1, 0.02);
  assertAlmostEquals(mean(normal.map((x) => (x - 1) ** 2)), 4, 0.06);
  assertAlmostEquals(mean(normal.map((x) => ((x - 1) / 2) ** 4)), 3, 0.1);
});

Deno.test("neighbouring seeds and counters share nothing", () => {
  const bits = (a: number, b: number) => (a ^ b).toString(2).replace(/[^1]/g, "").length;
  let flips = 0;
  for (let i = 0; i < 1000; i++) {
    flips += bits(randomWord(i, 5), randomWord(i + 1, 5)) +
      bits(randomWord(5, i), randomWord(5, i + 1));
  }
  assert(flips > 14_000 && flips < 34_000, `${flips} of 64,000 bits flip`);
  assertNotEquals(deriveSeed(1, "a", 2), deriveSeed(1, "a", 3));
});

Deno.test("the same seed gives the same weights on every device", async () => {
  const all: number[][] = [];
  for (const prefer of ["cpu", "wasm"] as const) {
    await selectDevice({ prefer });
    const { weight, bias } = initLinearWeights({ inSize: 5, outSize: 3 }, { seed: 4 });
    all.push([...await weight.data(), ...await bias!.data()]);
    tf.dispose([weight, bias!]);
  }
  assertEquals(all[0], all[1]);
});
