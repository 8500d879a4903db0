import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { compareWithCpu, type Sample, sample } from "./testing/comparison.ts";
import { gpuTest } from "./testing/webgpu.ts";
import { activate, type Activation } from "./activation.ts";
import { attentionCore } from "./attention_core.ts";
import { crossEntropySum } from "./cross_entropy.ts";
import { selectDevice } from "./device.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { layerNorm } from "./layer_norm.ts";
import { linear } from "./linear.ts";
import { maskedSoftmax } from "./masked_softmax.ts";

interface Case {
  readonly label: string;
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly samples: Sample[];
  readonly looser?: number;
}

const ACTIVATIONS: Activation[] = ["relu", "gelu", "gelu_tanh", "swish", "silu", "tanh"];

function linearCases(): Case[] {
  const shapes = [[1, 1, 1], [3, 5, 7], [7, 8, 5], [5, 17, 33], [33, 3, 9], [10, 64, 24], [
    0,
    4,
    3,
  ]];
  return shapes.flatMap(([rows, inSize, outSize]) => [
    ...[undefined, ...ACTIVATIONS].map((activation): Case => ({
      label: `linear ${activation} [${rows}, ${inSize}] to ${outSize}`,
      f: (x, weight, bias) => linear({ weight, bias }, x, { activation }),
      samples: [sample([rows, inSize]), sample([outSize, inSize], { seed: 2 }), sample([outSize])],
    })),
    {
      label: `linear without bias [${rows}, ${inSize}] to ${outSize}`,
      f: (x, weight) => linear({ weight }, x),
      samples: [sample([rows, 2, inSize]), sample([outSize, inSize], { seed: 2 })],
    },
  ]);
}

function activationCases(): Case[] {
  const wide = {
    shape: [101],
    values: Float32Array.from({ length: 101 }, (_, i) => (i - 50) / 2.7),
  };
  return ACTIVATIONS.flatMap((name): Case[] => [
    { label: name, f: (x) => activate(name, x), samples: [sample([3, 7])] },
    { label: `${name} over a wide range`, f: (x) => activate(name, x), samples: [wide] },
  ]);
}

function layerNormCases(): Case[] {
  return [[1, 1], [3, 5], [2, 7], [4, 33], [5, 16], [0, 4]].flatMap(([rows, size]): Case[] => [
    {
      label: `layerNorm [${rows}, ${size}]`,
      f: (x, weight, bias) => layerNorm({ weight, bias }, x),
      samples: [sample([rows, size]), sample([size], { seed: 2 }), sample([size], { seed: 3 })],
      looser: 10,
    },
    {
      label: `layerNorm with residual [${rows}, ${size}]`,
      f: (x, weight, bias, residual) => layerNorm({ weight, bias }, x, { residual, eps: 1e-3 }),
      samples: [
        sample([1, rows, size]),
        sample([size], { seed: 2 }),
        sample([size], { seed: 3 }),
        sample([1, rows, size], { seed: 4, scale: 3 }),
      ],
      looser: 10,
    },
  ]);
}

function crossEntropyCases(): Case[] {
  const cases: [number[], number, number][] = [
    [[0], 2, 1],
    [[2, 0, -100], 3, 1],
    [[4, 4, 1, -100, 0], 5, 8],
    [[32, 0, 16, 7], 33, 300],
    [[-100, -100], 7, 1],
  ];
  return cases.flatMap(([labels, vocab, scale]) =>
    [0, 0.1].map((labelSmoothing): Case => ({
      label: `crossEntropySum of ${labels} in ${vocab}, smoothing ${labelSmoothing}`,
      f: (logits) => crossEntropySum(logits, tf.tensor1d(labels, "int32"), { labelSmoothing }),
      samples: [sample([labels.length, vocab], { scale })],
    }))
  );
}

function attentionCases(): Case[] {
  const shapes = [
    ...[[1, 1, 1, 1, 1], [2, 2, 3, 5, 3], [1, 4, 7, 7, 8], [2, 1, 1, 17, 5], [1, 2, 6, 4, 4]],
    // Several blocks of queries, with older keys, and with queries that see none.
    ...[[1, 2, 70, 70, 4], [2, 1, 130, 150, 3], [1, 1, 140, 70, 8]],
  ];
  return shapes.flatMap(([batch, heads, qLen, kLen, headDim]) =>
    [false, true].flatMap((causal) =>
      ["none", "mask", "dropout"].map((kind): Case => ({
        label: `attentionCore ${[batch, heads, qLen, kLen, headDim]} causal ${causal} ${kind}`,
        f: (q, k, v) => {
          // The last row of the batch sees nothing at all.
          const mask = Float32Array.from(
            { length: batch * kLen },
            (_, i) => (i < kLen || batch === 1) && i % 3 < 2 ? 1 : 0,
          );
          return attentionCore(q, k, v, {
            heads,
            causal,
            mask: kind === "none" ? undefined : tf.tensor2d(mask, [batch, kLen]),
            dropout: kind === "dropout" ? { rate: 0.3, seed: 5 } : undefined,
          }).context;
        },
        samples: [
          sample([batch, qLen, heads * headDim]),
          sample([batch, kLen, heads * headDim], { seed: 2 }),
          sample([batch, kLen, heads * headDim], { seed: 3 }),
        ],
      }))
    )
  );
}

function otherCases(): Case[] {
  const ids = () => tf.tensor2d([[4, 0, 4], [1, 4, 2]], [2, 3], "int32");
  return [
    {
      label: "embedding",
      f: (weight) => embedding({ weight }, ids()),
      samples: [sample([5, 7])],
    },
    {
      label: "embedding with scale",
      f: (weight) => embedding({ weight }, ids(), { scale: 2.5 }),
      samples: [sample([5, 4])],
    },
    ...[1, 7, 33].map((size): Case => ({
      label: `dropout of ${size}`,
      f: (x) => dropout(x, { rate: 0.4, seed: 3_000_000_000 }),
      samples: [sample([size])],
    })),
    ...[false, true].map((causal): Case => ({
      label: `maskedSoftmax, causal ${causal}`,
      f: (scores) =>
        maskedSoftmax(scores, {
          causal,
          scale: 0.5,
          mask: tf.tensor2d([1, 1, 1, 0, 1, 0, 0, 0, 0, 0], [2, 5]),
        }),
      samples: [sample([2, 3, 4, 5], { scale: 100 })],
    })),
    {
      label: "softmax of large numbers",
      f: (x) => tf.softmax(x),
      samples: [{
        shape: [2, 5],
        values: Float32Array.of(1e4, 1, -1e9, 3, 1e4, -1e9, -1e9, 0, 1, -5),
      }],
    },
  ];
}

const cases = [
  ...linearCases(),
  ...activationCases(),
  ...layerNormCases(),
  ...crossEntropyCases(),
  ...attentionCases(),
  ...otherCases(),
];

for (const simd of ["relaxed", "plain"] as const) {
  Deno.test(`layers equal those of the cpu backend on wasm, ${simd} SIMD`, async (t) => {
    for (const { label, f, samples, looser } of cases) {
      await t.step(
        label,
        () => compareWithCpu(f, samples, { device: "wasm", label, simd, looser }),
      );
    }
  });
}

gpuTest("layers equal those of the cpu backend on webgpu", async (t) => {
  for (const { label, f, samples, looser } of cases) {
    if (samples.some(({ shape }) => shape.includes(0))) continue; // WebGPU has no empty buffers
    await t.step(label, () => compareWithCpu(f, samples, { device: "webgpu", label, looser }));
  }
});

Deno.test("layers refuse shapes and types that do not fit", async () => {
  for (const prefer of ["cpu", "wasm"] as const) {
    await selectDevice({ prefer });
    const x = tf.ones([2, 3]), square = tf.ones([3, 3]), one = tf.ones([1]), three = tf.ones([3]);
    const wrong: [() => unknown, string][] = [
      [() => linear({ weight: tf.ones([3, 2]) }, x), "input [2,3] does not fit weight [3,2]"],
      [() => linear({ weight: square, bias: one }, x), "weight [3,3] and bias [1]"],
      [
        () => layerNorm({ weight: one, bias: three }, x),
        "input [2,3], weight [1], bias [3] do not",
      ],
      [() => layerNorm({ weight: three, bias: three }, x, { residual: three }), "residual [3]"],
      [() => crossEntropySum(x, tf.tensor1d([1], "int32")), "labels [1] do not fit logits [2,3]"],
      [() => embedding({ weight: x }, tf.ones([1])), "ids int32, but are float32"],
      [() => maskedSoftmax(tf.ones([2, 1, 1, 3]), { mask: three }), "mask [3]"],
      [
        () =>
          attentionCore(tf.ones([1, 2, 4]), tf.ones([2, 2, 4]), tf.ones([2, 2, 4]), { heads: 2 }),
        "query [1,2,4], key [2,2,4]",
      ],
    ];
    for (const [run, message] of wrong) assertThrows(run, TypeError, message);
    assertThrows(
      () => attentionCore(tf.ones([1, 2, 4]), tf.ones([1, 2, 4]), tf.ones([1, 2, 4]), { heads: 3 }),
      RangeError,
      "Cannot split hidden size 4 into 3 heads",
    );
    assertThrows(() => dropout(x, { rate: 1, seed: 0 }), RangeError, "rate 1");
    assertThrows(
      () => activate("softsign" as "relu", x),
      RangeError,
      'Cannot apply activation "softsign": it is not one of relu, gelu, gelu_tanh, swish, silu, tanh',
    );
  }
});
