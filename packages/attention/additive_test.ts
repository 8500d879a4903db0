import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { selectDevice } from "@heed/nn";
import { additiveAttention, initAdditiveAttentionWeights } from "./additive.ts";
import { dotAttention, generalAttention } from "./luong.ts";

// Golden values: testdata/rnn/README.md names the program (torch 2.15.0).
const golden = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/rnn/attention.json", import.meta.url)),
);

function maskOf(lengths: readonly number[]): tf.Tensor2D {
  const longest = Math.max(...lengths);
  return tf.tensor2d(
    lengths.map((length) => Array.from({ length: longest }, (_, i) => i < length ? 1 : 0)),
  );
}

for (const name of ["additive", "dot", "general"]) {
  Deno.test(`${name} attention gives PyTorch's contexts and weights`, async () => {
    await selectDevice({ prefer: "wasm" });
    const { inputs, outputs, weights: expected, lengths } = golden[name];
    const { query, states, W, U, v } = Object.fromEntries(
      Object.entries(inputs).map(([key, values]) => [key, tf.tensor(values as number[])]),
    );
    const options = { states, attentionMask: maskOf(lengths) };
    const before = tf.memory().numTensors;
    const { context, weights } = name === "additive"
      ? additiveAttention({ query: W, key: U, v }, query, options)
      : name === "dot"
      ? dotAttention(query, options)
      : generalAttention({ weight: W }, query, options);
    assertEquals(tf.memory().numTensors, before + 2);
    const pairs: [tf.Tensor, unknown[]][] = [[context, outputs.context], [weights, expected]];
    for (const [tensor, values] of pairs) {
      const numbers = values.flat(2) as number[];
      (await tensor.data()).forEach((value, i) => assertAlmostEquals(value, numbers[i], 1e-5));
    }
  });
}

Deno.test("additiveAttention() weighs tokens only, and its rows sum to 1", async () => {
  await selectDevice({ prefer: "wasm" });
  const weights = initAdditiveAttentionWeights({ queryWidth: 4, stateWidth: 6, size: 5 }, {
    seed: 3,
  });
  const states = tf.randomNormal([2, 4, 6]), query = tf.randomNormal([2, 3, 4]);
  const attentionMask = maskOf([4, 2]);
  const result = additiveAttention(weights, query, { states, attentionMask });
  const rows = await result.weights.array() as number[][][];
  rows.forEach((queries, i) =>
    queries.forEach((row) => {
      assertAlmostEquals(row.reduce((a, b) => a + b), 1, 1e-6);
      if (i === 1) assertEquals(row.slice(2), [0, 0]);
    })
  );
});

Deno.test("dotAttention() refuses states of another width", () => {
  assertThrows(
    () => dotAttention(tf.ones([1, 1, 2]), { states: tf.ones([1, 4, 3]) }),
    TypeError,
    "query [1,1,2]",
  );
});
