import { type Kernel, type KernelTable, sizeOf } from "./kernel_table.ts";

/** Flags of the `gemm` kernel. */
export const GEMM_ACCUMULATE = 1;
/** See {@linkcode GEMM_ACCUMULATE}. */
export const GEMM_RELU = 2;

/** Any batch dimensions, broadcast, all four layouts. */
const multiply = (
  { bias, flags }: { bias?: Parameters<Kernel>[1][string]; flags: number },
  [heap, { a, b }, { transposeA, transposeB }]: Parameters<Kernel>,
) => {
  const [aRows, aColumns] = a.shape.slice(-2), [bRows, bColumns] = b.shape.slice(-2);
  const m = transposeA ? aColumns : aRows, k = transposeA ? aRows : aColumns;
  const n = transposeB ? bRows : bColumns;
  const aBatch = a.shape.slice(0, -2), bBatch = b.shape.slice(0, -2);
  const rank = Math.max(aBatch.length, bBatch.length);
  while (aBatch.length < rank) aBatch.unshift(1);
  while (bBatch.length < rank) bBatch.unshift(1);
  const batch = aBatch.map((size, i) => size === 1 ? bBatch[i] : size);
  const out = heap.output([...batch, m, n]);
  const aAt = heap.offset(a), bAt = heap.offset(b), cAt = heap.offset(out);
  const biasAt = heap.offset(bias);
  const [ars, acs] = transposeA ? [1, aColumns] : [aColumns, 1];
  const [brs, bcs] = transposeB ? [1, bColumns] : [bColumns, 1];
  const { kernels, gemmScratch } = heap;
  const count = sizeOf(batch);
  for (let i = 0; i < count; i++) {
    // Position of this product in each operand: a broadcast dimension does not move.
    let aIndex = 0, bIndex = 0, rest = i, aStep = 1, bStep = 1;
    for (let d = rank - 1; d >= 0; d--) {
      const at = rest % batch[d];
      rest = (rest - at) / batch[d];
      if (aBatch[d] > 1) aIndex += at * aStep;
      if (bBatch[d] > 1) bIndex += at * bStep;
      aStep *= aBatch[d];
      bStep *= bBatch[d];
    }
    kernels.gemm(
      aAt + aIndex * m * k * 4,
      ars,
      acs,
      bAt + bIndex * k * n * 4,
      brs,
      bcs,
      cAt + i * m * n * 4,
      n,
      m,
      n,
      k,
      biasAt,
      flags,
      gemmScratch,
    );
  }
  return out;
};

const isFloat = ({ a, b }: Parameters<Kernel>[1]) => a.dtype === "float32" && b.dtype === "float32";

/** tfjs's matrix products, which are fast in one layout only. */
export const matmulKernels: KernelTable = {
  BatchMatMul(heap, inputs, attributes, fallback) {
    if (!isFloat(inputs)) return fallback();
    return multiply({ flags: 0 }, [heap, inputs, attributes, fallback]);
  },

  _FusedMatMul(heap, inputs, attributes, fallback) {
    const { bias, preluActivationWeights } = inputs;
    const { activation } = attributes as { activation: string };
    const n = inputs.b.shape.at(attributes.transposeB ? -2 : -1)!;
    const known = isFloat(inputs) && !preluActivationWeights &&
      (!bias || bias.dtype === "float32" && sizeOf(bias.shape) === n) &&
      (activation === "linear" || activation === "relu");
    if (!known) return fallback();
    const flags = activation === "relu" ? GEMM_RELU : 0;
    return multiply({ bias, flags }, [heap, inputs, attributes, fallback]);
  },
};
