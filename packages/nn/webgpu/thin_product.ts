import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../kernels/elementwise.ts";
import { activationName, ACTIVATIONS } from "./activation.ts";
import type { Gpu } from "./gpu.ts";
import { floats, type Program, variants } from "./program.ts";

const WORKGROUP = 256;

/** Lanes that share a column of the result, and the columns of a workgroup. */
const LANES = 32, COLUMNS = WORKGROUP / LANES;

/** Most rows of `x`. */
const MOST_ROWS = 8;

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * A few rows times a matrix, as in decoding: tiles would be nearly empty and wait for every slice of
 * the depth. Here each row of the weight is read once, by neighbouring lanes, for all rows of `x`.
 */
const thin = variants((
  { rows, bias, activation }: { rows: number; bias: boolean; activation?: ActivationKind },
): Program => ({
  name: `thin product ${rows}`,
  buffers: {
    ...floats({ read: bias ? ["bias"] : [], write: ["y"] }),
    x: { type: "vec4<f32>" },
    weight: { type: "vec4<f32>" },
  },
  params: { m: "u32", n: "u32", fours: "u32" },
  workgroup: WORKGROUP,
  declarations: `
var<workgroup> sums: array<f32, ${WORKGROUP * rows}>;
${activation ? ACTIVATIONS : ""}`,
  main: `
  let first = lane % ${LANES}u;
  let column = group * ${COLUMNS}u + lane / ${LANES}u;
  let end = select(0u, p.fours, column < p.n);
  ${numbers(rows).map((r) => `var s${r} = 0.0;`).join(" ")}
  for (var i = first; i < end; i += ${LANES}u) {
    let w = weight[column * p.fours + i];
    ${
    numbers(rows).map((r) => `s${r} += dot(w, x[min(${r}u, p.m - 1u) * p.fours + i]);`).join(
      "\n    ",
    )
  }
  }
  ${numbers(rows).map((r) => `sums[${r * WORKGROUP}u + lane] = s${r};`).join("\n  ")}
  workgroupBarrier();
  // The first lanes of a column take a row each.
  if (first < p.m && column < p.n) {
    var sum = 0.0;
    let start = first * ${WORKGROUP}u + lane - first;
    for (var i = 0u; i < ${LANES}u; i++) { sum += sums[start + i]; }
    ${bias ? "sum += bias[column];" : ""}
    y[first * p.n + column] = ${activation ? `${activationName(activation)}(sum)` : "sum"};
  }`,
}));

/** Whether {@linkcode thinProduct} can do it: a few rows, read by fours. */
export function isThin(rows: number, depth: number): boolean {
  return rows > 0 && rows <= MOST_ROWS && depth % 4 === 0;
}

/** y `[m, n]` = activation(x `[m, k]` times weight `[n, k]` transposed + bias). */
export function thinProduct(
  gpu: Gpu,
  { x, weight, bias, y }: Record<"x" | "weight" | "y", tf.TensorInfo> & { bias?: tf.TensorInfo },
  { rows, activation }: { rows: number; activation?: ActivationKind },
): void {
  const [n, k] = weight.shape;
  const program = thin({
    rows: 2 ** Math.ceil(Math.log2(rows)),
    bias: bias !== undefined,
    activation,
  });
  gpu.run(program, {
    buffers: { x, weight, bias, y },
    params: { m: rows, n, fours: k / 4 },
    groups: Math.ceil(n / COLUMNS),
  });
}
