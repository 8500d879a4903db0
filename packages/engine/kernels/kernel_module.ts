import { ACTIVATION_RANGES, type SimdMode } from "./simd_mode.ts";
import { wasmBinary } from "./wasm_binary.ts";

/**
 * What `assembly/index.ts` exports. Every number that is not a size, a count, a flag or a factor is an
 * address; the sources document the parameters, and `layout.ts` the descriptors.
 */
export interface Kernels {
  setActivationRange(max: number, zero: number): void;
  recordChannels(on: number): void;
  setConstants(address: number): void;
  constantBytes(): number;

  halfToFloat(source: number, out: number, count: number): void;
  brainToFloat(source: number, out: number, count: number): void;
  findNonFinite(x: number, count: number): number;
  transpose(source: number, rows: number, columns: number, out: number): void;
  packInt8(
    source: number,
    n: number,
    k: number,
    weights: number,
    scales: number,
    corrections: number,
  ): void;
  packBytes(
    source: number,
    n: number,
    k: number,
    weights: number,
    corrections: number,
    kept: number,
  ): void;
  packFloat(source: number, n: number, k: number, weights: number): void;

  linearScratchBytes(rows: number, k: number): number;
  linear(
    x: number,
    rows: number,
    xStride: number,
    linear: number,
    out: number,
    outStride: number,
    flags: number,
    scratch: number,
  ): void;
  lookupRows(
    table: number,
    ids: number,
    count: number,
    scale: number,
    out: number,
    outStride: number,
  ): void;
  gatherColumns(linear: number, ids: number, count: number, outLinear: number): void;

  encoderScratchBytes(stack: number, rows: number, longest: number): number;
  encoder(
    ...args: [
      stack: number,
      ids: number,
      positions: number,
      types: number,
      rows: number,
      starts: number,
      sentences: number,
      out: number,
      attentions: number,
      attentionStride: number,
      sparse: number,
      scratch: number,
    ]
  ): void;
  decoderScratchBytes(stack: number, tokens: number, longestKeys: number): number;
  decoder(
    ...args: [
      stack: number,
      ids: number,
      positions: number,
      tables: number,
      sources: number,
      sourceLengths: number,
      tokens: number,
      out: number,
      selfAttentions: number,
      crossAttentions: number,
      attentionStride: number,
      scratch: number,
    ]
  ): void;
  activate(kind: number, x: number, count: number): void;
  topTokens(
    logits: number,
    rows: number,
    stride: number,
    vocab: number,
    count: number,
    ids: number,
    values: number,
  ): void;
  logSumExp(logits: number, rows: number, stride: number, vocab: number, out: number): void;
}

/** Pages of 64 KiB that a memory has at least, since the binaries are compiled for that. */
export const LEAST_PAGES = 16;
/** Pages that a memory can have at most: 4 GiB, the reach of a 32-bit address. */
export const MOST_PAGES = 65536;

/**
 * Makes the memory that a model and its computations live in.
 *
 * @param options Whether several threads share it, and how many bytes it will hold at least.
 * @returns The memory, which grows on demand up to 4 GiB.
 */
export function createMemory(
  { shared, bytes }: { shared: boolean; bytes: number },
): WebAssembly.Memory {
  const initial = Math.max(LEAST_PAGES, Math.ceil(bytes / 65536));
  try {
    return new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared });
  } catch (cause) {
    const { message } = cause as Error;
    const megabytes = (bytes / 1e6).toFixed(0);
    throw new RangeError(
      `Cannot reserve ${megabytes} MB for the model: ${message}; use int8 or a smaller model`,
      { cause },
    );
  }
}

/**
 * Compiles the kernels for a memory.
 *
 * @param mode Decides which binary: relaxed or plain SIMD.
 * @param options Whether the memory is shared, which the module has to say.
 * @returns The module; it can be sent to workers.
 */
export async function compileKernels(
  mode: SimdMode,
  { shared }: { shared: boolean },
): Promise<WebAssembly.Module> {
  const text = atob(wasmBinary[mode === "plain" ? "plain" : "relaxed"]);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return await WebAssembly.compile(importMemory(bytes, { shared }));
}

/** Starts the kernels on a memory; `setConstants` is to be called before any other of them. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  mode: SimdMode,
): Kernels {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as unknown as Kernels;
  const { max, zero } = ACTIVATION_RANGES[mode];
  kernels.setActivationRange(max, zero);
  return kernels;
}

/** Declares the imported memory with a maximum, and as shared or not: the compiler says neither. */
function importMemory(
  bytes: Uint8Array<ArrayBuffer>,
  { shared }: { shared: boolean },
): Uint8Array<ArrayBuffer> {
  const unsigned = (value: number): number[] =>
    value < 128 ? [value] : [value & 127 | 128, ...unsigned(value >>> 7)];
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  const contents = [
    1, // one import
    ...name("env"),
    ...name("memory"),
    2, // a memory
    shared ? 3 : 1,
    ...unsigned(LEAST_PAGES),
    ...unsigned(MOST_PAGES),
  ];
  const section = Uint8Array.of(2, ...unsigned(contents.length), ...contents);
  for (let at = 8; at < bytes.length;) {
    const start = at;
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
    if (id !== 2) continue;
    const out = new Uint8Array(bytes.length - (at - start) + section.length);
    out.set(bytes.subarray(0, start));
    out.set(section, start);
    out.set(bytes.subarray(at), start + section.length);
    return out;
  }
  throw new Error("Cannot start the kernels: their binary imports no memory");
}
