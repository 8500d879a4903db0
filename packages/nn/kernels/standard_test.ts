import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { compareWithCpu, type Sample, sample } from "../testing/comparison.ts";
import { selectDevice } from "../device.ts";
import { mergeDimensions } from "./standard.ts";

type Case = [label: string, f: (...x: tf.Tensor[]) => tf.Tensor, samples: Sample[]];

const SIZES = [[1, 1, 1], [3, 5, 7], [6, 8, 4], [17, 33, 9], [5, 1, 12], [33, 10, 16], [2, 64, 3]];

function products(): Case[] {
  const cases: Case[] = [];
  for (const [m, n, k] of SIZES) {
    for (
      const [transposeA, transposeB] of [[0, 0], [0, 1], [1, 0], [1, 1]].map((p) => p.map(Boolean))
    ) {
      for (const batch of [[], [3], [2, 3]]) {
        cases.push([
          `matMul ${[...batch, m, n, k]} ${transposeA} ${transposeB}`,
          (a, b) => tf.matMul(a, b, transposeA, transposeB),
          [
            sample([...batch, ...(transposeA ? [k, m] : [m, k])]),
            sample([...batch, ...(transposeB ? [n, k] : [k, n])], { seed: 2 }),
          ],
        ]);
      }
    }
  }
  cases.push([
    "matMul deeper than a block",
    (a, b) => tf.matMul(a, b),
    [sample([7, 1100], { scale: 0.1 }), sample([1100, 19], { seed: 2, scale: 0.1 })],
  ], [
    "matMul with more columns than a block",
    (a, b) => tf.matMul(a, b, true, true),
    [sample([600, 3], { scale: 0.1 }), sample([905, 600], { seed: 2, scale: 0.1 })],
  ], [
    "matMul deeper than a block, transposed, no multiple of four",
    (a, b) => tf.matMul(a, b, true, false),
    [sample([519, 67], { scale: 0.1 }), sample([519, 23], { seed: 2, scale: 0.1 })],
  ]);
  for (const activation of ["linear", "relu"] as const) {
    cases.push([
      `fused.matMul ${activation}`,
      (a, b, bias) =>
        tf.fused.matMul({
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          bias,
          activation,
          transposeB: true,
        }),
      [sample([7, 5]), sample([9, 5], { seed: 2 }), sample([9], { seed: 3 })],
    ]);
  }
  return cases;
}

/** Products whose gradient tfjs itself gets wrong: values only, so both inputs enter by value. */
function broadcastProducts(): Case[] {
  return [[[3], []], [[], [4]], [[1], [3]], [[2, 3], [3]]].map(([a, b]): Case => [
    `matMul broadcast ${a} with ${b}`,
    (x) => {
      const left = sample([...a, 5, 7]), right = sample([...b, 7, 6], { seed: 2 });
      const product = tf.matMul(
        tf.tensor(left.values, left.shape),
        tf.tensor(right.values, right.shape),
      );
      return tf.add(x, tf.sum(product));
    },
    [sample([1])],
  ]);
}

function others(): Case[] {
  const cases: Case[] = [
    [
      "unsortedSegmentSum",
      (x) => tf.unsortedSegmentSum(x, tf.tensor1d([4, 0, 4, 1, 4, 2], "int32"), 5),
      [sample([6, 7])],
    ],
    [
      "gather whole rows",
      (x) => tf.gather(x, tf.tensor1d([4, 0, 4, 1], "int32")),
      [sample([5, 3, 7])],
    ],
    [
      "gather along another dimension",
      (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"), 1),
      [sample([5, 3, 7])],
    ],
    ["gather", (x) => tf.gather(x, tf.tensor2d([[0, 2], [2, 2]], [2, 2], "int32")), [
      sample([3, 5]),
    ]],
    ["softmax", (x) => tf.mul(tf.softmax(x), x), [sample([3, 17], { scale: 5 })]],
    ["softmax of one element", (x) => tf.softmax(x), [sample([3, 1])]],
    ["tanh", (x) => tf.tanh(x), [sample([33], { scale: 3 })]],
    ["exp", (x) => tf.exp(x), [sample([33], { scale: 3 })]],
    ["sum of everything", (x) => tf.sum(x), [sample([3, 5, 7])]],
    ["sum of a scalar", (x) => tf.sum(x), [sample([])]],
  ];
  for (const axis of [0, 1, 2, -1, [0, 1], [1, 2], [0, 2], [2, 0, 1]]) {
    for (const keepDims of [false, true]) {
      cases.push([`sum ${axis} ${keepDims}`, (x) => tf.sum(x, axis, keepDims), [
        sample([9, 5, 7]),
      ]]);
    }
  }
  for (
    const perm of [[0, 1, 2, 3], [0, 2, 1, 3], [3, 2, 1, 0], [1, 0, 2, 3], [0, 1, 3, 2], [
      2,
      3,
      0,
      1,
    ]]
  ) {
    for (const shape of [[2, 3, 5, 7], [1, 33, 1, 9], [4, 8, 12, 4], [3, 1, 1, 2]]) {
      cases.push([`transpose ${shape} by ${perm}`, (x) => tf.transpose(x, perm), [sample(shape)]]);
    }
  }
  return cases;
}

for (const simd of ["relaxed", "plain"] as const) {
  Deno.test(`replaced kernels equal those of the cpu backend, ${simd} SIMD`, async (t) => {
    for (const [label, f, samples] of [...products(), ...broadcastProducts(), ...others()]) {
      await t.step(
        label,
        () => compareWithCpu(f, samples, { device: "wasm", label, simd, looser: 2 }),
      );
    }
  });
}

Deno.test("transpose of int32 keeps the type", async () => {
  const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]], [2, 3], "int32");
  const y = tf.transpose(x);
  assertEquals(y.dtype, "int32");
  assertEquals([...await y.data()], [1, 4, 2, 5, 3, 6]);
});

Deno.test("mergeDimensions() joins neighbours that stay together", () => {
  assertEquals(mergeDimensions([2, 3, 4, 5], [0, 1, 3, 2]), { shape: [6, 4, 5], perm: [0, 2, 1] });
  assertEquals(mergeDimensions([2, 3, 4], [2, 0, 1]), { shape: [6, 4], perm: [1, 0] });
  assertEquals(mergeDimensions([2, 1, 4], [1, 0, 2]), { shape: [8], perm: [0] });
  assertEquals(mergeDimensions([1, 1], [1, 0]), { shape: [], perm: [] });
});

Deno.test("matMul broadcasts both operands", async () => {
  await selectDevice({ prefer: "wasm" });
  const a = tf.randomNormal([2, 1, 5, 7]), b = tf.randomNormal([1, 3, 7, 6]);
  const broadcast = await tf.matMul(a, b).data();
  const tiled = await tf.matMul(tf.tile(a, [1, 3, 1, 1]), tf.tile(b, [2, 1, 1, 1])).data();
  assertEquals(broadcast, tiled);
});

Deno.test("unsortedSegmentSum leaves out ids outside the segments", async () => {
  await selectDevice({ prefer: "wasm" });
  const ids = tf.tensor1d([1, -1, 2, 1, 2 ** 31 - 1], "int32");
  const sums = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4, 8, 16]), ids, 2);
  assertEquals([...await sums.data()], [0, 9]);
});
