import { wasmBinary } from "./wasm_binary.ts";

/** Which instructions the kernels use: fused multiply-adds (relaxed SIMD), or plain SIMD. */
export type SimdVariant = "relaxed" | "plain";

/**
 * What `assembly/index.ts` exports. Every number that is not a size, a count or a flag is an address
 * in tfjs's heap; the sources document the parameters.
 */
export interface KernelModule {
  activate(kind: number, x: number, out: number, size: number): void;
  activateGradient(kind: number, dy: number, x: number, dx: number, size: number): void;
  adam(
    ...args: [
      w: number,
      g: number,
      m: number,
      v: number,
      size: number,
      scale: number,
      beta1: number,
      keep1: number,
      beta2: number,
      keep2: number,
      rate: number,
      correction1: number,
      correction2: number,
      epsilon: number,
      decay: number,
    ]
  ): void;
  addRow(x: number, y: number, bytes: number): void;
  align(
    ...args: [
      q: number,
      qStride: number,
      keys: number,
      values: number,
      v: number,
      mask: number,
      weights: number,
      weightsStride: number,
      context: number,
      contextStride: number,
      rows: number,
      length: number,
      size: number,
      width: number,
    ]
  ): void;
  alignGradient(
    ...args: [
      dContext: number,
      q: number,
      qStride: number,
      keys: number,
      values: number,
      v: number,
      weights: number,
      weightsStride: number,
      dq: number,
      dqStride: number,
      dKeys: number,
      dValues: number,
      dv: number,
      rows: number,
      length: number,
      size: number,
      width: number,
      work: number,
    ]
  ): void;
  clearRows(
    x: number,
    stride: number,
    rows: number,
    size: number,
  ): void;
  constantBytes(): number;
  copyRows(
    x: number,
    stride: number,
    out: number,
    outStride: number,
    rows: number,
    size: number,
  ): void;
  crossEntropy(
    logits: number,
    labels: number,
    gradient: number,
    loss: number,
    rows: number,
    size: number,
    smoothing: number,
    ignore: number,
  ): number;
  dropout(
    x: number,
    out: number,
    size: number,
    first: number,
    seed: number,
    threshold: number,
    scale: number,
  ): void;
  exp(x: number, out: number, size: number): void;
  gatherRows(
    table: number,
    ids: number,
    out: number,
    count: number,
    size: number,
    tableRows: number,
    scale: number,
  ): number;
  gemm(
    ...args: [
      a: number,
      ars: number,
      acs: number,
      b: number,
      brs: number,
      bcs: number,
      c: number,
      ldc: number,
      m: number,
      n: number,
      k: number,
      bias: number,
      flags: number,
      scratch: number,
    ]
  ): void;
  gemmScratchBytes(): number;
  gruCell(
    ...args: [
      gates: number,
      gatesStride: number,
      recurrent: number,
      h: number,
      hStride: number,
      out: number,
      outStride: number,
      mask: number,
      maskStride: number,
      rows: number,
      size: number,
    ]
  ): void;
  gruCellGradient(
    ...args: [
      dh: number,
      dy: number,
      dyStride: number,
      gates: number,
      gatesStride: number,
      h: number,
      hStride: number,
      dGates: number,
      mask: number,
      maskStride: number,
      rows: number,
      size: number,
    ]
  ): void;
  layerNorm(
    x: number,
    residual: number,
    weight: number,
    bias: number,
    y: number,
    stats: number,
    rows: number,
    size: number,
    eps: number,
  ): void;
  layerNormGradient(
    ...args: [
      dy: number,
      x: number,
      residual: number,
      weight: number,
      stats: number,
      dx: number,
      dWeight: number,
      dBias: number,
      rows: number,
      size: number,
    ]
  ): void;
  lstmCell(
    ...args: [
      gates: number,
      gatesStride: number,
      h: number,
      c: number,
      stride: number,
      newH: number,
      newC: number,
      newStride: number,
      mask: number,
      maskStride: number,
      rows: number,
      size: number,
    ]
  ): void;
  lstmCellGradient(
    ...args: [
      dh: number,
      dc: number,
      dyH: number,
      dyC: number,
      dyStride: number,
      gates: number,
      gatesStride: number,
      c: number,
      cStride: number,
      newC: number,
      newStride: number,
      dGates: number,
      mask: number,
      maskStride: number,
      rows: number,
      size: number,
    ]
  ): void;
  maskedSoftmax(
    x: number,
    mask: number,
    out: number,
    batch: number,
    heads: number,
    qLen: number,
    kLen: number,
    causal: number,
    scale: number,
  ): void;
  multiply(x: number, factor: number, out: number, size: number): void;
  packedBytes(k: number, n: number): number;
  packedProduct(
    ...args: [
      a: number,
      ars: number,
      packed: number,
      c: number,
      ldc: number,
      m: number,
      n: number,
      k: number,
      bias: number,
      flags: number,
      scratch: number,
    ]
  ): void;
  packWeight(
    b: number,
    brs: number,
    bcs: number,
    k: number,
    n: number,
    out: number,
  ): void;
  peak(p: number, steps: number): void;
  segmentSum(
    x: number,
    ids: number,
    out: number,
    count: number,
    size: number,
    segments: number,
    scale: number,
  ): void;
  setConstants(p: number): void;
  softmax(x: number, out: number, rows: number, size: number): void;
  softmaxGradient(
    dp: number,
    p: number,
    dx: number,
    rows: number,
    size: number,
    scale: number,
  ): void;
  sumLast(x: number, out: number, rows: number, size: number): void;
  sumRows(x: number, out: number, rows: number, size: number, keep: number): void;
  sumSquares(x: number, size: number): number;
  transpose(
    x: number,
    out: number,
    batch: number,
    rows: number,
    columns: number,
    inner: number,
  ): void;
}

/** A module of one function, `f32x4.relaxed_madd` of three parameters. */
const RELAXED_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b], // (v128 x 3) -> v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** The best variant that this runtime accepts. */
export function probeSimd(): SimdVariant {
  return WebAssembly.validate(RELAXED_PROBE) ? "relaxed" : "plain";
}

/**
 * Compiles and starts the kernels on a heap that belongs to somebody else.
 *
 * @param memory The heap, of at least 16 pages.
 * @param variant Which binary.
 * @returns The functions; `setConstants` has to be called before any of them.
 */
export async function instantiateKernels(
  memory: WebAssembly.Memory,
  variant: SimdVariant,
): Promise<KernelModule> {
  const text = atob(wasmBinary[variant]);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as KernelModule;
}
