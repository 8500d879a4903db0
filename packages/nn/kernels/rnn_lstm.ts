import type * as tf from "@tensorflow/tfjs";
import { fusedOp, isRecording, runKernel } from "./fused_op.ts";
import type { KernelTable } from "./kernel_table.ts";
import {
  atStep,
  before,
  recurrentWeightGradient,
  stepsOf,
  withRepeatedProduct,
} from "./rnn_sequence.ts";

/** A layer of long short-term memory over a whole sequence; gates are [i, f, g, o]. */
export const lstmKernels: KernelTable = {
  /** `initial` `[2, batch, size]`: h and c. Returns h and c of all steps in one, and the gates. */
  HeedLstm(heap, { x, initial, weightIh, weightHh, bias, mask }, { reverse }) {
    const [batch, length, inSize] = x.shape, size = initial.shape[2], width = 4 * size;
    const rows = batch * length, timeline = { batch, length, reverse };
    const out = heap.output([2, batch, length, size]), gates = heap.output([batch, length, width]);
    const gatesAt = heap.offset(gates), maskAt = heap.offset(mask);
    const h = { at: heap.offset(out), width: size, initial: heap.offset(initial), size };
    const cells = rows * size * 4, initialCells = batch * size * 4;
    heap.kernels.gemm(
      ...[heap.offset(x), inSize, 1, heap.offset(weightIh), 1, inSize, gatesAt, width] as const,
      ...[rows, width, inSize, heap.offset(bias), 0, heap.gemmScratch] as const,
    );
    const weight = { at: heap.offset(weightHh), brs: 1, bcs: size, k: size, n: width };
    withRepeatedProduct(heap, weight, { rows: batch, steps: length }, (product) => {
      for (const step of stepsOf(timeline)) {
        const old = before(step, h, timeline);
        const g = atStep(gatesAt, step, width, timeline);
        const y = atStep(h.at, step, size, timeline);
        const c = old.at + (old.at === h.initial ? initialCells : cells);
        product(old, g, { accumulate: true });
        heap.kernels.lstmCell(
          ...[g.at, g.stride, old.at, c, old.stride, y.at, y.at + cells, y.stride] as const,
          ...[maskAt && maskAt + step * 4, length, batch, size] as const,
        );
      }
    });
    return [out, gates];
  },

  HeedLstmGradient(heap, { dy, x, initial, weightIh, weightHh, out, gates, mask }, { reverse }) {
    const [batch, length, inSize] = x.shape, size = initial.shape[2], width = 4 * size;
    const rows = batch * length, timeline = { batch, length, reverse };
    const [dx, dInitial, dWeightIh, dWeightHh] = [x, initial, weightIh, weightHh]
      .map(({ shape }) => heap.output(shape));
    const dBias = heap.output([width]);
    const gatesAt = heap.offset(gates), maskAt = heap.offset(mask), dyAt = heap.offset(dy);
    const h = { at: heap.offset(out), width: size, initial: heap.offset(initial), size };
    const cells = rows * size * 4, initialCells = batch * size * 4;
    const dh = { at: heap.offset(dInitial), stride: size }, dc = dh.at + initialCells;
    const weight = { at: heap.offset(weightHh), brs: size, bcs: 1, k: width, n: size };
    const { kernels, gemmScratch } = heap;
    kernels.clearRows(dh.at, 0, 1, 2 * batch * size);
    heap.withMemory(rows * width * 4, (dGates) => {
      withRepeatedProduct(heap, weight, { rows: batch, steps: length }, (product) => {
        for (const step of stepsOf(timeline).reverse()) {
          const old = before(step, h, timeline);
          const g = atStep(gatesAt, step, width, timeline);
          const d = atStep(dyAt, step, size, timeline);
          const y = atStep(h.at, step, size, timeline);
          const c = old.at + (old.at === h.initial ? initialCells : cells);
          const dg = dGates + step * width * 4;
          kernels.lstmCellGradient(
            ...[dh.at, dc, d.at, d.at + cells, d.stride, g.at, g.stride] as const,
            ...[c, old.stride, y.at + cells, y.stride, dg] as const,
            ...[maskAt && maskAt + step * 4, length, batch, size] as const,
          );
          product({ at: dg, stride: g.stride }, dh, { accumulate: true });
        }
      });
      const xAt = heap.offset(x), weightAt = heap.offset(weightIh);
      kernels.gemm(
        ...[dGates, width, 1, weightAt, inSize, 1, heap.offset(dx), inSize] as const,
        ...[rows, inSize, width, 0, 0, gemmScratch] as const,
      );
      kernels.gemm(
        ...[dGates, 1, width, xAt, inSize, 1, heap.offset(dWeightIh), inSize] as const,
        ...[width, inSize, rows, 0, 0, gemmScratch] as const,
      );
      kernels.sumRows(dGates, heap.offset(dBias), rows, width, 0);
      const all = { at: dGates, stride: width, columns: width };
      recurrentWeightGradient(heap, all, h, timeline, heap.offset(dWeightHh));
    });
    return [dx, dInitial, dWeightIh, dWeightHh, dBias];
  },
};

/** Tensors of an LSTM layer in PyTorch's layout; its two biases as their sum. */
export interface FusedLstmInputs {
  readonly x: tf.Tensor;
  /** `[2, batch, size]`: h and c. */
  readonly initial: tf.Tensor;
  readonly weightIh: tf.Tensor;
  readonly weightHh: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** h and c of all steps, `[2, batch, length, size]`. */
export function fusedLstm(
  inputs: FusedLstmInputs,
  { mask, reverse }: { mask?: tf.Tensor; reverse: boolean },
): tf.Tensor {
  const { x, initial, weightIh, weightHh, bias } = inputs;
  return fusedOp([x, initial, weightIh, weightHh, bias], (save) => {
    const [out, gates] = runKernel("HeedLstm", { ...inputs, mask }, { reverse });
    if (isRecording()) {
      save([x, initial, weightIh, weightHh, out, gates, ...(mask ? [mask] : [])]);
    }
    return out;
  }, ({ dy }, [x, initial, weightIh, weightHh, out, gates, mask]) =>
    runKernel(
      "HeedLstmGradient",
      { dy, x, initial, weightIh, weightHh, out, gates, mask },
      { reverse },
    ));
}
