import { type KernelTable, sizeOf } from "./kernel_table.ts";
import { ACTIVATION_KINDS } from "./elementwise.ts";

/** Dimensions of a transposition after neighbours that stay together are merged. */
export function mergeDimensions(
  shape: readonly number[],
  perm: readonly number[],
): { shape: number[]; perm: number[] } {
  // Dimensions of size one move nothing.
  const kept = perm.filter((dimension) => shape[dimension] !== 1);
  const groups: number[][] = [];
  for (const dimension of kept) {
    const group = groups.at(-1);
    const next = group && shape.findIndex((size, d) => d > group.at(-1)! && size !== 1);
    if (group && next === dimension) group.push(dimension);
    else groups.push([dimension]);
  }
  const order = groups.map((group) => group[0]).sort((a, b) => a - b);
  const merged: number[] = order.map((first) =>
    sizeOf(groups.find((group) => group[0] === first)!.map((dimension) => shape[dimension]))
  );
  return { shape: merged, perm: groups.map((group) => order.indexOf(group[0])) };
}

/** tfjs's own operations that are slow or missing on WASM. */
export const standardKernels: KernelTable = {
  /** Missing on WASM; the gradient of gather. */
  UnsortedSegmentSum(heap, { x, segmentIds }, { numSegments }, fallback) {
    if (x.dtype !== "float32" || segmentIds.dtype !== "int32") return fallback();
    const count = sizeOf(segmentIds.shape);
    const rest = x.shape.slice(segmentIds.shape.length), size = sizeOf(rest);
    const out = heap.output([numSegments, ...rest]);
    heap.kernels.segmentSum(
      heap.offset(x),
      heap.offset(segmentIds),
      heap.offset(out),
      count,
      size,
      numSegments,
      1,
    );
    return out;
  },

  /** Whole rows, as a beam search picks them from its caches; tfjs's goes element by element. */
  GatherV2(heap, { x, indices }, { axis, batchDims }, fallback) {
    const wholeRows = axis === 0 && batchDims === 0;
    if (!wholeRows || x.dtype !== "float32" || indices.dtype !== "int32") return fallback();
    const [rows, ...rest] = x.shape;
    const out = heap.output([...indices.shape, ...rest]);
    const bad = heap.kernels.gatherRows(
      heap.offset(x),
      heap.offset(indices),
      heap.offset(out),
      sizeOf(indices.shape),
      sizeOf(rest),
      rows,
      1,
    );
    if (bad >= 0) {
      heap.discard(out);
      throw new RangeError(
        `Cannot gather: the index at position ${bad} is outside of ${rows} rows`,
      );
    }
    return out;
  },

  Softmax(heap, { logits }, _, fallback) {
    if (logits.dtype !== "float32") return fallback();
    const size = logits.shape.at(-1)!;
    const out = heap.output(logits.shape);
    const rows = size ? sizeOf(logits.shape) / size : 0;
    heap.kernels.softmax(heap.offset(logits), heap.offset(out), rows, size);
    return out;
  },

  Sum(heap, { x }, { axis, keepDims }, fallback) {
    const rank = x.shape.length;
    const axes = (axis == null ? [] : [axis].flat() as number[])
      .map((a) => a < 0 ? a + rank : a).sort((a, b) => a - b);
    const leading = axes.every((a, i) => a === i);
    const trailing = axes.every((a, i) => a === rank - axes.length + i);
    if (x.dtype !== "float32" || axes.length === 0 || (!leading && !trailing)) return fallback();
    const kept = x.shape.filter((_, i) => !axes.includes(i));
    const shape = keepDims ? x.shape.map((size, i) => axes.includes(i) ? 1 : size) : kept;
    const out = heap.output(shape);
    const summed = sizeOf(axes.map((a) => x.shape[a])), size = sizeOf(kept);
    const from = heap.offset(x), to = heap.offset(out);
    if (trailing) heap.kernels.sumLast(from, to, size, summed);
    else heap.kernels.sumRows(from, to, summed, size, 0);
    return out;
  },

  Transpose(heap, { x }, { perm }, fallback) {
    if (x.dtype !== "float32" && x.dtype !== "int32") return fallback();
    const merged = mergeDimensions(x.shape, perm);
    let batch: number, rows: number, columns: number, inner: number;
    switch (merged.perm.join()) {
      case "1,0":
        [rows, columns] = merged.shape;
        batch = inner = 1;
        break;
      case "0,2,1":
        [batch, rows, columns] = merged.shape;
        inner = 1;
        break;
      case "1,0,2":
        [rows, columns, inner] = merged.shape;
        batch = 1;
        break;
      case "0,2,1,3":
        [batch, rows, columns, inner] = merged.shape;
        break;
      default:
        return fallback();
    }
    const out = heap.output((perm as number[]).map((d) => x.shape[d]), x.dtype);
    heap.kernels.transpose(heap.offset(x), heap.offset(out), batch, rows, columns, inner);
    return out;
  },

  /** Shares the data; tfjs's copies it, which doubles what a recorded forward pass keeps. */
  Identity(heap, { x }) {
    return heap.share(x);
  },

  Tanh(heap, { x }, _, fallback) {
    if (x.dtype !== "float32") return fallback();
    const out = heap.output(x.shape);
    const size = sizeOf(x.shape);
    heap.kernels.activate(ACTIVATION_KINDS.tanh, heap.offset(x), heap.offset(out), size);
    return out;
  },

  Exp(heap, { x }, _, fallback) {
    if (x.dtype !== "float32") return fallback();
    const out = heap.output(x.shape);
    heap.kernels.exp(heap.offset(x), heap.offset(out), sizeOf(x.shape));
    return out;
  },
};
