import type * as tf from "@tensorflow/tfjs";
import { fusedOp, isRecording, runKernel } from "./fused_op.ts";
import type { Heap } from "./heap.ts";
import type { KernelTable } from "./kernel_table.ts";
import { GEMM_ACCUMULATE } from "./matmul.ts";
import {
  atStep,
  before,
  recurrentWeightGradient,
  type Rows,
  stepsOf,
  withRepeatedProduct,
} from "./rnn_sequence.ts";

/** Columns of a row of gates, `[n, r, z, hn]` (see assembly/rnn_gru.ts), as offsets in `size`s. */
const CANDIDATE = 0, RESET = 1;

/** An input of a GRU and the columns of weight_ih `[3 * size, ...]` that belong to it. */
export interface GruInput extends Rows {
  /** Columns, and where the first is. */
  readonly inSize: number;
  readonly weight: Rows;
}

/** gates (n, r, z) = x · weightᵀ + bias, or that added to them; `rows` of them, 4 sizes apart. */
export function gruInputProduct(
  heap: Heap,
  { at, stride, inSize, weight }: GruInput,
  { gates, rows, size, bias }: { gates: Rows; rows: number; size: number; bias?: number },
): void {
  const { kernels, gemmScratch } = heap;
  const product = (unit: number, column: number, units: number) =>
    kernels.gemm(
      ...[at, stride, 1, weight.at + unit * size * weight.stride * 4, 1, weight.stride] as const,
      ...[gates.at + column * size * 4, gates.stride, rows, units * size, inSize] as const,
      ...[
        bias ? bias + unit * size * 4 : 0,
        bias === undefined ? GEMM_ACCUMULATE : 0,
        gemmScratch,
      ] as const,
    );
  product(0, RESET, 2);
  product(2, CANDIDATE, 1);
}

/** What {@linkcode gruInputProduct} sends back: to x (unless absent), and to its columns of the weight. */
export function gruInputGradient(
  heap: Heap,
  { at, stride, inSize, weight }: GruInput,
  { dGates, rows, size, dx, dWeight }: {
    dGates: number;
    rows: number;
    size: number;
    dx?: number;
    dWeight: number;
  },
): void {
  const { kernels, gemmScratch } = heap;
  const width = 4 * size;
  const part = (unit: number, column: number, units: number, flags: number) => {
    const gates = dGates + column * size * 4, from = unit * size * weight.stride * 4;
    if (dx !== undefined) {
      kernels.gemm(
        ...[gates, width, 1, weight.at + from, weight.stride, 1, dx, inSize] as const,
        ...[rows, inSize, units * size, 0, flags, gemmScratch] as const,
      );
    }
    kernels.gemm(
      ...[gates, 1, width, at, stride, 1, dWeight + from, weight.stride] as const,
      ...[units * size, inSize, rows, 0, 0, gemmScratch] as const,
    );
  };
  part(0, RESET, 2, 0);
  part(2, CANDIDATE, 1, GEMM_ACCUMULATE);
}

/** The gradients of both biases: sums of the gates' over `rows`. */
export function gruBiasGradients(
  heap: Heap,
  { dGates, rows, size }: { dGates: number; rows: number; size: number },
  { dBiasIh, dBiasHh }: { dBiasIh: number; dBiasHh: number },
): void {
  const { kernels } = heap;
  heap.withMemory(4 * size * 4, (sums) => {
    kernels.sumRows(dGates, sums, rows, 4 * size, 0);
    kernels.copyRows(sums + size * 4, 0, dBiasHh, 0, 1, 3 * size);
    kernels.copyRows(sums + size * 4, 0, dBiasIh, 0, 1, 2 * size);
    kernels.copyRows(sums, 0, dBiasIh + 2 * size * 4, 0, 1, size);
  });
}

/** A layer of gated recurrent units over a whole sequence. */
export const gruKernels: KernelTable = {
  /** Returns the states, and the gates for the way back. */
  HeedGru(heap, { x, initial, weightIh, weightHh, biasIh, biasHh, mask }, { reverse }) {
    const [batch, length, inSize] = x.shape, size = initial.shape[1];
    const rows = batch * length, timeline = { batch, length, reverse };
    const out = heap.output([batch, length, size]);
    const gates = heap.output([batch, length, 4 * size]);
    const gatesAt = heap.offset(gates), maskAt = heap.offset(mask), bias = heap.offset(biasHh);
    const states = { at: heap.offset(out), width: size, initial: heap.offset(initial), size };
    gruInputProduct(heap, {
      at: heap.offset(x),
      stride: inSize,
      inSize,
      weight: { at: heap.offset(weightIh), stride: inSize },
    }, { gates: { at: gatesAt, stride: 4 * size }, rows, size, bias: heap.offset(biasIh) });
    const weight = { at: heap.offset(weightHh), brs: 1, bcs: size, k: size, n: 3 * size };
    heap.withMemory(
      batch * 3 * size * 4,
      (recurrent) =>
        withRepeatedProduct(heap, weight, { rows: batch, steps: length }, (product) => {
          for (const step of stepsOf(timeline)) {
            const h = before(step, states, timeline);
            const g = atStep(gatesAt, step, 4 * size, timeline);
            const y = atStep(states.at, step, size, timeline);
            product(h, { at: recurrent, stride: 3 * size }, { bias });
            heap.kernels.gruCell(
              ...[g.at, g.stride, recurrent, h.at, h.stride, y.at, y.stride] as const,
              ...[maskAt && maskAt + step * 4, length, batch, size] as const,
            );
          }
        }),
    );
    return [out, gates];
  },

  HeedGruGradient(
    heap,
    { dy, x, initial, weightIh, weightHh, out, gates, mask },
    { reverse },
  ) {
    const [batch, length, inSize] = x.shape, size = initial.shape[1], width = 4 * size;
    const rows = batch * length, timeline = { batch, length, reverse };
    const [dx, dInitial, dWeightIh, dWeightHh] = [x, initial, weightIh, weightHh]
      .map(({ shape }) => heap.output(shape));
    const dBiasIh = heap.output([3 * size]), dBiasHh = heap.output([3 * size]);
    const gatesAt = heap.offset(gates), maskAt = heap.offset(mask), dyAt = heap.offset(dy);
    const states = { at: heap.offset(out), width: size, initial: heap.offset(initial), size };
    const dh = { at: heap.offset(dInitial), stride: size };
    const weight = { at: heap.offset(weightHh), brs: size, bcs: 1, k: 3 * size, n: size };
    heap.kernels.clearRows(dh.at, 0, 1, batch * size);
    heap.withMemory(rows * width * 4, (dGates) => {
      withRepeatedProduct(heap, weight, { rows: batch, steps: length }, (product) => {
        for (const step of stepsOf(timeline).reverse()) {
          const h = before(step, states, timeline);
          const g = atStep(gatesAt, step, width, timeline);
          const d = atStep(dyAt, step, size, timeline);
          const dg = dGates + step * width * 4;
          heap.kernels.gruCellGradient(
            ...[dh.at, d.at, d.stride, g.at, g.stride, h.at, h.stride, dg] as const,
            ...[maskAt && maskAt + step * 4, length, batch, size] as const,
          );
          product({ at: dg + size * 4, stride: g.stride }, dh, { accumulate: true });
        }
      });
      gruInputGradient(heap, {
        at: heap.offset(x),
        stride: inSize,
        inSize,
        weight: { at: heap.offset(weightIh), stride: inSize },
      }, { dGates, rows, size, dx: heap.offset(dx), dWeight: heap.offset(dWeightIh) });
      gruBiasGradients(heap, { dGates, rows, size }, {
        dBiasIh: heap.offset(dBiasIh),
        dBiasHh: heap.offset(dBiasHh),
      });
      const recurrent = { at: dGates + size * 4, stride: width, columns: 3 * size };
      recurrentWeightGradient(heap, recurrent, states, timeline, heap.offset(dWeightHh));
    });
    return [dx, dInitial, dWeightIh, dWeightHh, dBiasIh, dBiasHh];
  },
};

/** Tensors of a GRU layer, in PyTorch's layout. */
export interface FusedGruInputs {
  readonly x: tf.Tensor;
  readonly initial: tf.Tensor;
  readonly weightIh: tf.Tensor;
  readonly weightHh: tf.Tensor;
  readonly biasIh: tf.Tensor;
  readonly biasHh: tf.Tensor;
}

/** All states of a layer, `[batch, length, size]`. */
export function fusedGru(
  inputs: FusedGruInputs,
  { mask, reverse }: { mask?: tf.Tensor; reverse: boolean },
): tf.Tensor {
  const { x, initial, weightIh, weightHh, biasIh, biasHh } = inputs;
  return fusedOp([x, initial, weightIh, weightHh, biasIh, biasHh], (save) => {
    const [out, gates] = runKernel("HeedGru", { ...inputs, mask }, { reverse });
    if (isRecording()) {
      save([x, initial, weightIh, weightHh, out, gates, ...(mask ? [mask] : [])]);
    }
    return out;
  }, ({ dy }, [x, initial, weightIh, weightHh, out, gates, mask]) =>
    runKernel(
      "HeedGruGradient",
      { dy, x, initial, weightIh, weightHh, out, gates, mask },
      { reverse },
    ));
}
