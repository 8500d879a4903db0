import { sizeOf } from "../kernels/kernel_table.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { floats, type Program, variants } from "./program.ts";
import { laneReductions, sumPartials } from "./reduce.ts";

const WORKGROUP = 256;

/** Lanes that share a row; the rest of a workgroup has other rows. */
const FORWARD_LANES = 32, BACKWARD_LANES = 16;
const FORWARD_ROWS = WORKGROUP / FORWARD_LANES, BACKWARD_ROWS = WORKGROUP / BACKWARD_LANES;

/** Workgroups that sum the gradients of weight and bias, each over a block of rows. */
const MOST_BLOCKS = 256;

const summed = ({ residual }: { residual: boolean }) =>
  `fn at(i: u32) -> f32 { return x[i]${residual ? " + residual[i]" : ""}; }`;

const inputs = ({ residual }: { residual: boolean }) => residual ? ["x", "residual"] : ["x"];

const forward = variants((options: { residual: boolean }): Program => ({
  name: "layer norm",
  buffers: floats({ read: [...inputs(options), "weight", "bias"], write: ["y", "stats"] }),
  params: { rows: "u32", size: "u32", eps: "f32" },
  workgroup: WORKGROUP,
  declarations: summed(options) + laneReductions({ workgroup: WORKGROUP, width: FORWARD_LANES }),
  main: `
  let row = group * ${FORWARD_ROWS}u + lane / ${FORWARD_LANES}u;
  let first = lane % ${FORWARD_LANES}u;
  let start = row * p.size;
  let end = select(0u, p.size, row < p.rows);
  var sum = 0.0;
  for (var i = first; i < end; i += ${FORWARD_LANES}u) { sum += at(start + i); }
  let mean = sumOf(sum, lane) / f32(p.size);
  var squares = 0.0;
  for (var i = first; i < end; i += ${FORWARD_LANES}u) {
    let centred = at(start + i) - mean;
    squares += centred * centred;
  }
  let scale = 1.0 / sqrt(sumOf(squares, lane) / f32(p.size) + p.eps);
  for (var i = first; i < end; i += ${FORWARD_LANES}u) {
    y[start + i] = (at(start + i) - mean) * scale * weight[i] + bias[i];
  }
  if (first == 0u && row < p.rows) {
    stats[2u * row] = mean;
    stats[2u * row + 1u] = scale;
  }`,
}));

/** Gradients of the rows, and of weight and bias summed over this workgroup's block of rows. */
const backward = variants((options: { residual: boolean }): Program => ({
  name: "layer norm gradient",
  buffers: floats({
    read: ["dy", ...inputs(options), "weight", "stats"],
    write: ["dx", "partial"],
  }),
  params: { rows: "u32", size: "u32", block: "u32" },
  workgroup: WORKGROUP,
  declarations: summed(options) + laneReductions({ workgroup: WORKGROUP, width: BACKWARD_LANES }),
  main: `
  let begin = group * p.block;
  let end = min(begin + p.block, p.rows);
  let first = lane % ${BACKWARD_LANES}u;
  for (var base = begin; base < end; base += ${BACKWARD_ROWS}u) {
    let row = base + lane / ${BACKWARD_LANES}u;
    let start = row * p.size;
    var size = 0u;
    var mean = 0.0;
    var scale = 0.0;
    if (row < end) { size = p.size; mean = stats[2u * row]; scale = stats[2u * row + 1u]; }
    var sum = 0.0;
    var projected = 0.0;
    for (var i = first; i < size; i += ${BACKWARD_LANES}u) {
      let d = dy[start + i] * weight[i];
      sum += d;
      projected += d * (at(start + i) - mean) * scale;
    }
    let shift = sumOf(sum, lane) / f32(p.size);
    let slope = sumOf(projected, lane) / f32(p.size);
    for (var i = first; i < size; i += ${BACKWARD_LANES}u) {
      let normed = (at(start + i) - mean) * scale;
      dx[start + i] = scale * (dy[start + i] * weight[i] - shift - normed * slope);
    }
  }
  for (var i = lane; i < p.size; i += ${WORKGROUP}u) {
    var dWeight = 0.0;
    var dBias = 0.0;
    for (var row = begin; row < end; row++) {
      let d = dy[row * p.size + i];
      dWeight += d * (at(row * p.size + i) - stats[2u * row]) * stats[2u * row + 1u];
      dBias += d;
    }
    partial[group * 2u * p.size + i] = dWeight;
    partial[group * 2u * p.size + p.size + i] = dBias;
  }`,
}));

/** Layer normalisation with the residual sum before it. */
export const layerNormKernels: GpuKernelTable = {
  /** Returns the result, and mean and inverse deviation of every row. */
  HeedLayerNorm(gpu, { x, residual, weight, bias }, { eps }) {
    const size = x.shape.at(-1)!, rows = sizeOf(x.shape.slice(0, -1));
    const y = gpu.output(x.shape), stats = gpu.output([rows, 2]);
    gpu.run(forward({ residual: residual !== undefined }), {
      buffers: { x, residual, weight, bias, y, stats },
      params: { rows, size, eps },
      groups: Math.ceil(rows / FORWARD_ROWS),
    });
    return [y, stats];
  },

  /** Returns the gradients of x (the residual's is the same), weight and bias. */
  HeedLayerNormGradient(gpu, { dy, x, residual, weight, stats }) {
    const size = x.shape.at(-1)!, rows = sizeOf(x.shape.slice(0, -1));
    const block = BACKWARD_ROWS * Math.ceil(rows / BACKWARD_ROWS / MOST_BLOCKS);
    const blocks = Math.ceil(rows / block);
    const dx = gpu.output(x.shape), dWeight = gpu.output([size]), dBias = gpu.output([size]);
    const partial = gpu.output([blocks, 2 * size]);
    gpu.run(backward({ residual: residual !== undefined }), {
      buffers: { dy, x, residual, weight, stats, dx, partial },
      params: { rows, size, block },
      groups: blocks,
    });
    sumPartials(gpu, partial, [dWeight, dBias]);
    return [dx, dWeight, dBias];
  },
};
