import type * as tf from "@tensorflow/tfjs";
import type { Gpu } from "./gpu.ts";
import { floats, type Program, variants } from "./program.ts";

/**
 * Declares `sumOf(value, lane)`: the sum over each run of `width` neighbouring lanes, given to all of
 * them. Every invocation of the workgroup has to call it. `maxOf` likewise.
 */
export function laneReductions(
  { workgroup, width, max = false }: { workgroup: number; width: number; max?: boolean },
): string {
  const reduction = (name: string, combine: (a: string, b: string) => string) => {
    const steps: string[] = [];
    for (let half = width / 2; half >= 1; half /= 2) {
      const both = combine("lanes[lane]", `lanes[lane + ${half}u]`);
      steps.push(`  if (lane % ${width}u < ${half}u) { lanes[lane] = ${both}; }
  workgroupBarrier();`);
    }
    return `fn ${name}(value: f32, lane: u32) -> f32 {
  lanes[lane] = value;
  workgroupBarrier();
${steps.join("\n")}
  let all = lanes[lane - lane % ${width}u];
  workgroupBarrier();
  return all;
}`;
  };
  return `var<workgroup> lanes: array<f32, ${workgroup}>;
${reduction("sumOf", (a, b) => `${a} + ${b}`)}
${max ? reduction("maxOf", (a, b) => `max(${a}, ${b})`) : ""}`;
}

const WORKGROUP = 256;

const partialSums = variants(({ columns, two }: { columns: number; two: boolean }): Program => {
  const rows = WORKGROUP / columns;
  return {
    name: "sum of partial sums",
    buffers: floats({ read: ["partial"], write: two ? ["out", "rest"] : ["out"] }),
    params: { parts: "u32", size: "u32", split: "u32" },
    workgroup: WORKGROUP,
    declarations: `var<workgroup> sums: array<f32, ${WORKGROUP}>;`,
    main: `
  let column = group * ${columns}u + lane % ${columns}u;
  var sum = 0.0;
  if (column < p.size) {
    for (var i = lane / ${columns}u; i < p.parts; i += ${rows}u) {
      sum += partial[i * p.size + column];
    }
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane < ${columns}u && column < p.size) {
    for (var i = 1u; i < ${rows}u; i++) { sum += sums[i * ${columns}u + lane]; }
    ${
      two
        ? "if (column < p.split) { out[column] = sum; } else { rest[column - p.split] = sum; }"
        : "if (column < p.split) { out[column] = sum; }"
    }
  }`,
  };
});

/**
 * Adds the rows of `partial` `[parts, size of all outputs]`, always in the same order, and gives
 * `partial` back.
 */
export function sumPartials(gpu: Gpu, partial: tf.TensorInfo, outputs: tf.TensorInfo[]): void {
  const [parts, size] = partial.shape;
  const [out, rest] = outputs as [tf.TensorInfo, tf.TensorInfo?];
  const split = out.shape.reduce((a, b) => a * b, 1);
  // Few parts: a lane for every column; many: the parts are shared among lanes.
  const columns = parts <= 8 ? WORKGROUP : 32;
  gpu.run(partialSums({ columns, two: rest !== undefined }), {
    buffers: { partial, out, rest },
    params: { parts, size, split },
    groups: Math.ceil(size / columns),
  });
  gpu.discard(partial);
}

const totals = variants(({ root }: { root: boolean }): Program => ({
  name: root ? "root of a sum" : "sum",
  buffers: floats({ read: ["x"], write: ["out"] }),
  params: { size: "u32" },
  workgroup: WORKGROUP,
  declarations: laneReductions({ workgroup: WORKGROUP, width: WORKGROUP }),
  main: `
  var sum = 0.0;
  for (var i = lane; i < p.size; i += ${WORKGROUP}u) { sum += x[i]; }
  let all = sumOf(sum, lane);
  if (lane == 0u) { out[0] = ${root ? "sqrt(all)" : "all"}; }`,
}));

/** The sum of all elements, or its root, as a scalar; gives `x` back. */
export function total(gpu: Gpu, x: tf.TensorInfo, { root = false } = {}): tf.TensorInfo {
  const out = gpu.output([]);
  const size = x.shape.reduce((a, b) => a * b, 1);
  gpu.run(totals({ root }), { buffers: { x, out }, params: { size }, groups: 1 });
  gpu.discard(x);
  return out;
}
