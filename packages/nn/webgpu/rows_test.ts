import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { attentionCore } from "../attention_core.ts";
import { crossEntropySum } from "../cross_entropy.ts";
import { embedding } from "../embedding.ts";
import { layerNorm } from "../layer_norm.ts";
import { maskedSoftmax } from "../masked_softmax.ts";
import { compareWithCpu, type Sample, sample } from "../testing/comparison.ts";
import { gpuTest } from "../testing/webgpu.ts";

type Case = [label: string, f: (...inputs: tf.Tensor[]) => tf.Tensor, samples: Sample[]];

/** Int32 numbers `least` .. `least + range - 1`. */
const integers = (length: number, { range, least = 0 }: { range: number; least?: number }) =>
  tf.tensor1d(Array.from({ length }, (_, i) => least + i * 7919 % range), "int32");

const norm = (rows: number, size: number): Case => [
  `layerNorm [${rows}, ${size}]`,
  (x, weight, bias, residual) => layerNorm({ weight, bias }, x, { residual, eps: 0.1 }),
  [sample([rows, size]), sample([size], { seed: 2 }), sample([size], { seed: 3 })],
];

const loss = (rows: number, vocab: number): Case => [
  `crossEntropySum [${rows}, ${vocab}]`,
  (logits) =>
    tf.div(
      crossEntropySum(logits, integers(rows, { range: vocab + 1, least: -1 }), {
        labelSmoothing: 0.1,
        ignoreIndex: -1,
      }),
      rows,
    ),
  [sample([rows, vocab])],
];

const softmax = (batch: number, heads: number, qLen: number, kLen: number): Case => [
  `maskedSoftmax [${batch}, ${heads}, ${qLen}, ${kLen}]`,
  (scores) => {
    const mask = tf.cast(tf.greater(integers(batch * kLen, { range: 5 }), 0), "float32");
    return maskedSoftmax(scores, { mask: tf.reshape(mask, [batch, kLen]), causal: true });
  },
  [sample([batch, heads, qLen, kLen])],
];

const attention = (batch: number, heads: number, [qLen, kLen]: number[], headDim: number): Case => [
  `attentionCore [${batch}, ${heads}, ${qLen}, ${kLen}, ${headDim}]`,
  (query, key, value) => {
    const mask = tf.cast(tf.greater(integers(batch * kLen, { range: 5 }), 0), "float32");
    return attentionCore(query, key, value, {
      heads,
      mask: tf.reshape(mask, [batch, kLen]),
      dropout: { rate: 0.2, seed: 11 },
    }).context;
  },
  [
    sample([batch, qLen, heads * headDim]),
    sample([batch, kLen, heads * headDim], { seed: 2 }),
    sample([batch, kLen, heads * headDim], { seed: 3 }),
  ],
];

const table = (vocab: number, hidden: number, count: number): Case => [
  `embedding of ${count} ids in [${vocab}, ${hidden}]`,
  (weight) => embedding({ weight }, integers(count, { range: Math.min(vocab, 37) }), { scale: 3 }),
  [sample([vocab, hidden])],
];

async function compareAll(t: Deno.TestContext, cases: Case[]): Promise<void> {
  for (const [label, f, samples] of cases) {
    await t.step(
      label,
      () => compareWithCpu(f, samples, { device: "webgpu", label, looser: 3 }),
    );
  }
}

gpuTest("rows wider than a workgroup", (t) =>
  compareAll(t, [
    norm(3, 1003),
    norm(2, 257),
    loss(5, 1003),
    loss(3, 8000),
    softmax(2, 2, 3, 601),
    attention(1, 2, [70, 301], 5),
    attention(2, 2, [67, 68], 64),
    table(7, 301, 5),
  ]));

gpuTest("more rows than the gradients' workgroups, more ids than one pass", (t) =>
  compareAll(t, [
    norm(4200, 3),
    norm(4099, 1),
    table(5, 2, 5000),
  ]));

// How workgroups are numbered is the same in every program; two kinds stand for all, since software
// adapters take seconds for as many workgroups.
gpuTest("more workgroups than fit into one dimension", async () => {
  const many = 8 * 65_535 + 9; // 8 rows a workgroup
  // Where a row has one number, its distance from the mean is 0 and the bias is left.
  const y = layerNorm({ weight: tf.ones([1]), bias: tf.fill([1], 3) }, tf.zeros([many, 1]));
  assert((await y.data()).every((value) => value === 3));
  const rows = 65_537;
  const loss = crossEntropySum(tf.zeros([rows, 2]), integers(rows, { range: 2 }));
  assertAlmostEquals((await loss.data())[0] / rows, Math.LN2, 1e-4);
});
