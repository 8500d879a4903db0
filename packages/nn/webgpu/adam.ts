import type * as tf from "@tensorflow/tfjs";
import { type KernelInputs, sizeOf } from "../kernels/kernel_table.ts";
import type { Gpu } from "./gpu.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { floats, type Program, type ScalarType, variants } from "./program.ts";
import { laneReductions, total } from "./reduce.ts";

const WORKGROUP = 256;

/** Elements that a workgroup treats. */
const STEP_CHUNK = 1024, NORM_CHUNK = 8192;

/** Most tensors of a dispatch: more make it no faster, and shaders longer. */
const MOST_TENSORS = 16;

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The parameters that tell which tensor a workgroup works on: its size, and the group after its last. */
const spans = (count: number): Record<string, ScalarType> =>
  Object.fromEntries(numbers(count).flatMap((i) => [[`size${i}`, "u32"], [`end${i}`, "u32"]]));

/** Calls `NAME_i(first element, lane)` for the tensor that the workgroup works on. */
const select = (count: number, chunk: number, call: (i: number, first: string) => string) =>
  numbers(count).map((i) => {
    const begin = i === 0 ? "0u" : `p.end${i - 1}`;
    return `if (group < p.end${i}) { ${call(i, `(group - ${begin}) * ${chunk}u`)} }`;
  }).join("\n  else ");

/** Adam over several weights at once; `clip`: scaled and checked by the norm in a tensor. */
const adam = variants(({ count, clip }: { count: number; clip: boolean }): Program => ({
  name: "Adam",
  buffers: floats({
    read: [...(clip ? ["norm"] : []), ...numbers(count).map((i) => `gradient${i}`)],
    write: numbers(count).flatMap((i) => [`weight${i}`, `first${i}`, `second${i}`]),
  }),
  params: {
    scale: "f32",
    maxNorm: "f32",
    beta1: "f32",
    rest1: "f32",
    beta2: "f32",
    rest2: "f32",
    rate: "f32",
    correction1: "f32",
    correction2: "f32",
    epsilon: "f32",
    decay: "f32",
    ...spans(count),
  },
  workgroup: WORKGROUP,
  declarations: numbers(count).map((t) => `
fn step${t}(begin: u32, scale: f32) {
  let end = min(begin + ${STEP_CHUNK}u, p.size${t});
  for (var i = begin; i < end; i += ${WORKGROUP}u) {
    let g = gradient${t}[i] * scale;
    let m = p.beta1 * first${t}[i] + p.rest1 * g;
    let v = p.beta2 * second${t}[i] + p.rest2 * g * g;
    first${t}[i] = m;
    second${t}[i] = v;
    let w = weight${t}[i];
    let update = (m / p.correction1) / (sqrt(v / p.correction2) + p.epsilon);
    weight${t}[i] = w - p.rate * (update + p.decay * w);
  }
}`).join(""),
  main: `
  ${
    clip
      ? `let norm_ = norm[0] * p.scale;
  // Infinite or NaN: the step is left out.
  if ((bitcast<u32>(norm_) & 0x7f800000u) == 0x7f800000u) { return; }
  var scale = p.scale;
  if (p.maxNorm > 0.0 && norm_ > p.maxNorm) { scale *= p.maxNorm / norm_; }`
      : "let scale = p.scale;"
  }
  ${select(count, STEP_CHUNK, (i, first) => `step${i}(${first} + lane, scale);`)}`,
}));

/** Sums of squares of chunks of several tensors. */
const squares = variants(({ count }: { count: number }): Program => ({
  name: "sums of squares",
  buffers: floats({ read: numbers(count).map((i) => `x${i}`), write: ["partial"] }),
  params: { base: "u32", ...spans(count) },
  workgroup: WORKGROUP,
  declarations: laneReductions({ workgroup: WORKGROUP, width: WORKGROUP }) +
    numbers(count).map((t) => `
fn squares${t}(begin: u32, lane: u32) -> f32 {
  var sum = 0.0;
  let end = min(begin + ${NORM_CHUNK}u, p.size${t});
  for (var i = begin + lane; i < end; i += ${WORKGROUP}u) { sum += x${t}[i] * x${t}[i]; }
  return sum;
}`).join(""),
  main: `
  var sum = 0.0;
  ${select(count, NORM_CHUNK, (i, first) => `sum = squares${i}(${first}, lane);`)}
  let all = sumOf(sum, lane);
  if (lane == 0u) { partial[p.base + group] = all; }`,
}));

/** Values of `spans` for some tensors, and the groups that they need. */
function place(tensors: readonly tf.TensorInfo[], chunk: number): {
  params: Record<string, number>;
  groups: number;
} {
  const params: Record<string, number> = {};
  let groups = 0;
  tensors.forEach(({ shape }, i) => {
    params[`size${i}`] = sizeOf(shape);
    params[`end${i}`] = groups += Math.ceil(sizeOf(shape) / chunk);
  });
  return { params, groups };
}

/** Splits 0 .. count - 1 into runs. */
function runs(count: number, most: number): number[][] {
  const parts = Math.ceil(count / most);
  return numbers(parts).map((part) =>
    numbers(count).slice(Math.floor(part * count / parts), Math.floor((part + 1) * count / parts))
  );
}

/** The optimiser's step and the norm it clips by. */
export const adamKernels: GpuKernelTable = {
  /**
   * In place: `weight0`, `first0`, `second0`, then those with 1 and so on. With `norm` the
   * gradients are clipped to `maxNorm`, and nothing changes when it is not finite.
   */
  HeedAdamAll(gpu, inputs, attributes) {
    const { norm } = inputs, { count, beta1, beta2, ...rest } = attributes;
    const most = Math.min(MOST_TENSORS, Math.floor((gpu.maxBuffers - (norm ? 1 : 0)) / 4));
    for (const run of runs(count, most)) {
      const { params, groups } = place(run.map((i) => inputs[`weight${i}`]), STEP_CHUNK);
      const names = ["weight", "gradient", "first", "second"];
      const buffers = run.flatMap((i, at) =>
        names.map((name): [string, tf.TensorInfo] => [name + at, inputs[name + i]])
      );
      gpu.run(adam({ count: run.length, clip: norm !== undefined }), {
        buffers: { norm, ...Object.fromEntries(buffers) },
        params: { ...rest, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, ...params },
        groups,
        changing: true,
      });
    }
    return [];
  },

  /** The Euclidean norm of all inputs together. */
  HeedGlobalNorm(gpu: Gpu, inputs: KernelInputs) {
    const tensors = Object.values(inputs);
    const placed = runs(tensors.length, Math.min(MOST_TENSORS, gpu.maxBuffers - 1)).map((run) => {
      const some = run.map((i) => tensors[i]);
      return { some, ...place(some, NORM_CHUNK) };
    });
    const partial = gpu.output([placed.reduce((sum, { groups }) => sum + groups, 0)]);
    let base = 0;
    for (const { some, params, groups } of placed) {
      gpu.run(squares({ count: some.length }), {
        buffers: { partial, ...Object.fromEntries(some.map((x, i) => [`x${i}`, x])) },
        params: { base, ...params },
        groups,
      });
      base += groups;
    }
    return total(gpu, partial, { root: true });
  },
};
