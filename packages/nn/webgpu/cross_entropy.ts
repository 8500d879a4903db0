import type { GpuKernelTable } from "./kernel_table.ts";
import { floats, NAN_BITS, type Program, variants } from "./program.ts";
import { laneReductions, total } from "./reduce.ts";

const WORKGROUP = 256;

/** The loss of every row, one workgroup each, and with `gradient` its slope. */
const crossEntropy = variants(({ gradient }: { gradient: boolean }): Program => ({
  name: gradient ? "cross-entropy with gradient" : "cross-entropy",
  buffers: {
    ...floats({ read: ["logits"] }),
    labels: { type: "i32" },
    ...floats({ write: gradient ? ["loss", "slope"] : ["loss"] }),
  },
  params: { vocab: "u32", ignoreIndex: "u32", smoothing: "f32", nan: "u32" },
  workgroup: WORKGROUP,
  declarations: laneReductions({ workgroup: WORKGROUP, width: WORKGROUP, max: true }),
  main: `
  let start = group * p.vocab;
  let label = labels[group];
  if (label == bitcast<i32>(p.ignoreIndex)) {
    if (lane == 0u) { loss[group] = 0.0; }
    ${
    gradient
      ? `for (var i = lane; i < p.vocab; i += ${WORKGROUP}u) { slope[start + i] = 0.0; }`
      : ""
  }
    return;
  }
  var largest = -3.4e38;
  for (var i = lane; i < p.vocab; i += ${WORKGROUP}u) {
    largest = max(largest, logits[start + i]);
  }
  let top = maxOf(largest, lane);
  var exponentials = 0.0;
  var sum = 0.0;
  for (var i = lane; i < p.vocab; i += ${WORKGROUP}u) {
    let below = logits[start + i] - top;
    exponentials += exp(below);
    sum += below;
  }
  let normaliser = sumOf(exponentials, lane);
  let mean = sumOf(sum, lane) / f32(p.vocab);
  if (lane == 0u) {
    // No kernel can throw: a label that does not exist makes the loss NaN.
    let known = label >= 0 && u32(label) < p.vocab;
    var own = bitcast<f32>(p.nan);
    if (known) { own = logits[start + u32(label)] - top; }
    loss[group] = log(normaliser) - (1.0 - p.smoothing) * own - p.smoothing * mean;
  }
  ${
    gradient
      ? `
  let share = p.smoothing / f32(p.vocab);
  for (var i = lane; i < p.vocab; i += ${WORKGROUP}u) {
    let target_ = share + select(0.0, 1.0 - p.smoothing, i32(i) == label);
    slope[start + i] = exp(logits[start + i] - top) / normaliser - target_;
  }`
      : ""
  }`,
}));

/** Cross-entropy of logits against labels. */
export const crossEntropyKernels: GpuKernelTable = {
  /** Returns the loss and, with `gradient`, what it changes by per logit. */
  HeedCrossEntropy(gpu, { logits, labels }, { labelSmoothing, ignoreIndex, gradient }) {
    const [rows, vocab] = logits.shape;
    const loss = gpu.output([rows]);
    const slope = gradient ? gpu.output(logits.shape) : undefined;
    gpu.run(crossEntropy({ gradient }), {
      buffers: { logits, labels, loss, slope },
      params: { vocab, ignoreIndex, smoothing: labelSmoothing, nan: NAN_BITS },
      groups: rows,
    });
    const sum = total(gpu, loss);
    return slope ? [sum, slope] : [sum];
  },
};
