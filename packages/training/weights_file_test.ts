import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { writeSafetensors } from "@heed/checkpoint";
import * as tf from "@tensorflow/tfjs";
import { averageCheckpoints, restoreVariables, tensorsToWrite } from "./weights_file.ts";

await tf.setBackend("cpu");

async function checkpoint(tensors: Record<string, number[]>): Promise<string> {
  const directory = await Deno.makeTempDir();
  await writeSafetensors(
    `${directory}/model.safetensors`,
    Object.entries(tensors).map(([name, data]) => ({
      name,
      dtype: "F32" as const,
      shape: [data.length],
      data: Float32Array.from(data),
    })),
  );
  return directory;
}

Deno.test("averageCheckpoints() gives the mean of every weight", async () => {
  const directories = [
    await checkpoint({ a: [1, 2], b: [10] }),
    await checkpoint({ a: [2, 4], b: [20] }),
    await checkpoint({ a: [6, 0], b: [60] }),
  ];
  const weights = await averageCheckpoints(directories);
  assertEquals([...weights.get("a")!.data], [3, 2]);
  assertEquals([...weights.get("b")!.data], [30]);
  assertEquals(weights.get("a")!.shape, [2]);
});

Deno.test("averageCheckpoints() sums in double precision", async () => {
  // In float32 2^24 + 1 + 1 + 1 stays 2^24.
  const big = 2 ** 24;
  const directories = [];
  for (const value of [big, 1, 1, 1]) directories.push(await checkpoint({ a: [value] }));
  const mean = (await averageCheckpoints(directories)).get("a")!.data[0];
  assertAlmostEquals(mean, Math.fround((big + 3) / 4), 0);
});

Deno.test("averageCheckpoints() refuses none, and checkpoints that differ", async () => {
  await assertRejects(() => averageCheckpoints([]), RangeError, "there is none");
  const one = await checkpoint({ a: [1] }), other = await checkpoint({ a: [1, 2], b: [1] });
  const error = await assertRejects(() => averageCheckpoints([one, other]), TypeError);
  assertEquals(error.message.includes("unexpected: b"), true);
  assertEquals(error.message.includes("mis-shaped: a"), true);
});

Deno.test("restoreVariables() brings back every bit that tensorsToWrite() wrote", async () => {
  const values = new Float32Array([1 / 3, -0, 1e-42, 3.4e38, -Math.PI]);
  const path = await Deno.makeTempFile();
  const variable: tf.Variable = tf.variable(tf.tensor1d(values));
  await writeSafetensors(path, tensorsToWrite(new Map([["w", variable]])));
  const restored: tf.Variable = tf.variable(tf.zeros([5]));
  const tensors = tf.memory().numTensors;
  await restoreVariables(new Map([["w", restored]]), path);
  assertEquals(tf.memory().numTensors, tensors);
  const bits = (data: Float32Array) => [...new Uint32Array(data.slice().buffer)];
  assertEquals(bits(await restored.data() as Float32Array), bits(values));
  await Deno.remove(path);
});

Deno.test("restoreVariables() refuses half precision, from which a run cannot go on exactly", async () => {
  const path = await Deno.makeTempFile();
  const tensor = { name: "w", dtype: "F16" as const, shape: [1], data: new Float32Array(1) };
  await writeSafetensors(path, [tensor]);
  const variables = new Map([["w", tf.variable(tf.zeros([1])) as tf.Variable]]);
  await assertRejects(() => restoreVariables(variables, path), TypeError, "w is stored as F16");
  await Deno.remove(path);
});
