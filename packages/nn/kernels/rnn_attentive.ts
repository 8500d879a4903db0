import type * as tf from "@tensorflow/tfjs";
import { fusedOp, isRecording, runKernel, share } from "./fused_op.ts";
import type { KernelTable } from "./kernel_table.ts";
import { gruBiasGradients, gruInputGradient, gruInputProduct } from "./rnn_gru.ts";
import {
  atStep,
  before,
  recurrentWeightGradient,
  stepsOf,
  withRepeatedProducts,
} from "./rnn_sequence.ts";

/**
 * The decoder of Bahdanau et al. 2015: at every step the state asks the keys where to look, and the
 * context that it gets is an input of a gated recurrent unit beside x. `weightIh` is `[3 size,
 * inSize + width]`, x first. With `query` and `v` the scores are additive, without them products.
 */
export const attentiveGruKernels: KernelTable = {
  /** Returns states and contexts side by side, the attention weights, gates and queries. */
  HeedAttentiveGru(heap, inputs) {
    const { x, initial, keys, values, weightIh, weightHh, biasIh, biasHh, query, v, mask } = inputs;
    const [batch, length, inSize] = x.shape, size = initial.shape[1], rows = batch * length;
    const [, sourceLength, keySize] = keys.shape, width = values.shape[2];
    const timeline = { batch, length, reverse: false }, stateWidth = size + width;
    const out = heap.output([batch, length, stateWidth]);
    const weights = heap.output([batch, length, sourceLength]);
    const gates = heap.output([batch, length, 4 * size]);
    const queries = query ? heap.output([batch, length, keySize]) : undefined;
    const at = heap.offset.bind(heap), { kernels } = heap;
    const inStride = inSize + width, contextWeight = at(weightIh) + inSize * 4;
    const states = { at: at(out), width: stateWidth, initial: at(initial), size };
    gruInputProduct(heap, {
      at: at(x),
      stride: inSize,
      inSize,
      weight: { at: at(weightIh), stride: inStride },
    }, { gates: { at: at(gates), stride: 4 * size }, rows, size, bias: at(biasIh) });
    const transposed = (at: number, bcs: number, k: number, n: number) => ({
      ...{ at, brs: 1, bcs, k, n },
    });
    const repeated = [
      transposed(at(weightHh), size, size, 3 * size),
      transposed(contextWeight, inStride, width, 2 * size),
      transposed(contextWeight + 2 * size * inStride * 4, inStride, width, size),
      ...(query ? [transposed(at(query), size, size, keySize)] : []),
    ];
    heap.withMemory(
      batch * 3 * size * 4,
      (recurrent) =>
        withRepeatedProducts(
          heap,
          repeated,
          { rows: batch, steps: length },
          (...[byState, toGates, toCandidate, toQuery]) => {
            for (const step of stepsOf(timeline)) {
              const h = before(step, states, timeline);
              const y = atStep(at(out), step, stateWidth, timeline);
              const context = { at: y.at + size * 4, stride: y.stride };
              const g = atStep(at(gates), step, 4 * size, timeline);
              const w = atStep(at(weights), step, sourceLength, timeline);
              const q = queries ? atStep(at(queries), step, keySize, timeline) : h;
              if (queries) toQuery(h, q);
              kernels.align(
                ...[q.at, q.stride, at(keys), at(values), at(v), at(mask), w.at, w.stride] as const,
                ...[context.at, context.stride, batch, sourceLength, keySize, width] as const,
              );
              toGates(context, { at: g.at + size * 4, stride: g.stride }, { accumulate: true });
              toCandidate(context, g, { accumulate: true });
              byState(h, { at: recurrent, stride: 3 * size }, { bias: at(biasHh) });
              kernels.gruCell(
                ...[g.at, g.stride, recurrent, h.at, h.stride, y.at, y.stride] as const,
                ...[0, 0, batch, size] as const,
              );
            }
          },
        ),
    );
    return [out, weights, gates, ...(queries ? [queries] : [])];
  },

  HeedAttentiveGruGradient(heap, inputs) {
    const { dy, x, initial, keys, values, weightIh, weightHh, query, v } = inputs;
    const { out, weights, gates, queries } = inputs;
    const [batch, length, inSize] = x.shape, size = initial.shape[1], rows = batch * length;
    const [, sourceLength, keySize] = keys.shape, width = values.shape[2];
    const timeline = { batch, length, reverse: false }, stateWidth = size + width;
    const gradients = [x, initial, keys, values, weightIh, weightHh]
      .map(({ shape }) => heap.output(shape));
    const [dx, dInitial, dKeys, dValues, dWeightIh, dWeightHh] = gradients;
    const dBiasIh = heap.output([3 * size]), dBiasHh = heap.output([3 * size]);
    const additive = query ? [query, v].map(({ shape }) => heap.output(shape)) : [];
    const [dQueryWeight, dv] = additive;
    const at = heap.offset.bind(heap), { kernels } = heap, gateWidth = 4 * size;
    const inStride = inSize + width, contextWeight = at(weightIh) + inSize * 4;
    const states = { at: at(out), width: stateWidth, initial: at(initial), size };
    for (const [tensor, count] of [[dInitial, size], [dKeys, sourceLength * keySize]] as const) {
      kernels.clearRows(at(tensor), 0, 1, batch * count);
    }
    kernels.clearRows(at(dValues), 0, 1, batch * sourceLength * width);
    if (query) kernels.clearRows(at(dv), 0, 1, keySize);
    const repeated = [
      { at: at(weightHh), brs: size, bcs: 1, k: 3 * size, n: size },
      { at: contextWeight, brs: inStride, bcs: 1, k: 2 * size, n: width },
      {
        ...{ at: contextWeight + 2 * size * inStride * 4, brs: inStride, bcs: 1 },
        ...{ k: size, n: width },
      },
      ...(query ? [{ at: at(query), brs: size, bcs: 1, k: keySize, n: size }] : []),
    ];
    const dh = { at: at(dInitial), stride: size };
    const floats = rows * (gateWidth + keySize) + batch * width + sourceLength;
    heap.withMemory(floats * 4, (dGates) => {
      const dQueries = dGates + rows * gateWidth * 4;
      const dContext = { at: dQueries + rows * keySize * 4, stride: width };
      const work = dContext.at + batch * width * 4;
      withRepeatedProducts(
        heap,
        repeated,
        { rows: batch, steps: length },
        (...[byState, fromGates, fromCandidate, fromQuery]) => {
          for (const step of stepsOf(timeline).reverse()) {
            const h = before(step, states, timeline);
            const d = atStep(at(dy), step, stateWidth, timeline);
            const g = atStep(at(gates), step, gateWidth, timeline);
            const dg = atStep(dGates, step, gateWidth, timeline);
            const w = atStep(at(weights), step, sourceLength, timeline);
            const q = queries ? atStep(at(queries), step, keySize, timeline) : h;
            // Of products the queries' gradient goes straight to the state, so its rows stand together.
            const dq = queries
              ? atStep(dQueries, step, keySize, timeline)
              : { at: dQueries, stride: keySize };
            kernels.gruCellGradient(
              ...[dh.at, d.at, d.stride, g.at, g.stride, h.at, h.stride, dg.at] as const,
              ...[0, 0, batch, size] as const,
            );
            byState({ at: dg.at + size * 4, stride: dg.stride }, dh, { accumulate: true });
            kernels.copyRows(d.at + size * 4, d.stride, dContext.at, width, batch, width);
            fromGates({ at: dg.at + size * 4, stride: dg.stride }, dContext, { accumulate: true });
            fromCandidate(dg, dContext, { accumulate: true });
            kernels.alignGradient(
              ...[
                dContext.at,
                q.at,
                q.stride,
                at(keys),
                at(values),
                at(v),
                w.at,
                w.stride,
              ] as const,
              ...[dq.at, dq.stride, at(dKeys), at(dValues), at(dv)] as const,
              ...[batch, sourceLength, keySize, width, work] as const,
            );
            if (queries) fromQuery(dq, dh, { accumulate: true });
            else kernels.addRow(dh.at, dq.at, batch * size * 4);
          }
        },
      );
      const weight = { at: at(weightIh), stride: inStride };
      const sizes = { dGates, rows, size };
      gruInputGradient(heap, { at: at(x), stride: inSize, inSize, weight }, {
        ...sizes,
        dx: at(dx),
        dWeight: at(dWeightIh),
      });
      gruInputGradient(heap, {
        at: at(out) + size * 4,
        stride: stateWidth,
        inSize: width,
        weight: { at: contextWeight, stride: inStride },
      }, { ...sizes, dWeight: at(dWeightIh) + inSize * 4 });
      gruBiasGradients(heap, sizes, { dBiasIh: at(dBiasIh), dBiasHh: at(dBiasHh) });
      const recurrent = { at: dGates + size * 4, stride: gateWidth, columns: 3 * size };
      recurrentWeightGradient(heap, recurrent, states, timeline, at(dWeightHh));
      if (query) {
        const asked = { at: dQueries, stride: keySize, columns: keySize };
        recurrentWeightGradient(heap, asked, states, timeline, at(dQueryWeight));
      }
    });
    return [...gradients, dBiasIh, dBiasHh, ...additive];
  },
};

/** Tensors of {@linkcode fusedAttentiveGru}. */
export interface FusedAttentiveGruInputs {
  readonly x: tf.Tensor;
  readonly initial: tf.Tensor;
  readonly keys: tf.Tensor;
  readonly values: tf.Tensor;
  readonly weightIh: tf.Tensor;
  readonly weightHh: tf.Tensor;
  readonly biasIh: tf.Tensor;
  readonly biasHh: tf.Tensor;
  /** W_a and v_a; absent where scores are products. */
  readonly additive?: { readonly query: tf.Tensor; readonly v: tf.Tensor };
}

/** States and contexts side by side, and the attention weights, which have no gradient. */
export function fusedAttentiveGru(
  { additive, ...inputs }: FusedAttentiveGruInputs,
  { mask }: { mask?: tf.Tensor },
): { output: tf.Tensor; weights: tf.Tensor } {
  const { x, initial, keys, values, weightIh, weightHh, biasIh, biasHh } = inputs;
  let kept: tf.Tensor | undefined;
  const output = fusedOp(
    [
      ...[x, initial, keys, values, weightIh, weightHh, biasIh, biasHh],
      ...(additive ? [additive.query, additive.v] : []),
    ],
    (save) => {
      const [out, weights, ...forGradient] = runKernel("HeedAttentiveGru", {
        ...inputs,
        ...additive,
        mask,
      });
      if (isRecording()) {
        save([
          ...[x, initial, keys, values, weightIh, weightHh, out, weights, ...forGradient],
          ...(additive ? [additive.query, additive.v] : []),
        ]);
      }
      kept = share(weights);
      kept.kept = true;
      return out;
    },
    (
      { dy },
      [x, initial, keys, values, weightIh, weightHh, out, weights, gates, queries, query, v],
    ) =>
      runKernel("HeedAttentiveGruGradient", {
        ...{ dy, x, initial, keys, values, weightIh, weightHh, out, weights, gates },
        ...{ queries, query, v },
      }),
  );
  // Survived the scope of the operation above; from here it belongs to the caller's scope.
  const weights = share(kept!);
  kept!.dispose();
  return { output, weights };
}
