import * as layout from "../layout.ts";
import { ACTIVATION_RANGES, probeSimdMode, type SimdMode } from "../simd_mode.ts";
import { wasmBinary } from "../wasm_binary.ts";
import type { Dense, PlainLayer, PlainModel, Source } from "./model.ts";

// deno-lint-ignore no-explicit-any
type Kernels = Record<string, (...args: any[]) => number>;

/** The kernels, compiled once. */
const modules: Partial<Record<keyof typeof wasmBinary, WebAssembly.Module>> = {};

function moduleOf(variant: keyof typeof wasmBinary): WebAssembly.Module {
  return modules[variant] ??= new WebAssembly.Module(Uint8Array.fromBase64(wasmBinary[variant]));
}

/** Kernels on a memory of their own, from which addresses are handed out and never taken back. */
export class Arena {
  /** The kernels. */
  readonly kernels: Kernels;
  readonly #memory = new WebAssembly.Memory({ initial: 32 });
  #next = 64;

  constructor(mode: SimdMode) {
    const module = moduleOf(mode === "plain" ? "plain" : "relaxed");
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.kernels = instance.exports as Kernels;
    this.kernels.setConstants(this.allocate(this.kernels.constantBytes()));
    this.kernels.setActivationRange(ACTIVATION_RANGES[mode].max, ACTIVATION_RANGES[mode].zero);
  }

  /** Bytes at a multiple of 64, filled with NaN so that nothing unwritten goes unnoticed. */
  allocate(bytes: number): number {
    const address = this.#next;
    this.#next += Math.ceil(bytes / 64) * 64;
    const missing = this.#next - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    new Uint8Array(this.#memory.buffer, address, this.#next - address).fill(255);
    return address;
  }

  /** A copy of floats. */
  floats(values: ArrayLike<number>): number {
    const address = this.allocate(4 * values.length);
    this.viewFloats(address, values.length).set(values);
    return address;
  }

  /** A copy of integers or addresses. */
  words(values: ArrayLike<number>): number {
    const address = this.allocate(4 * values.length);
    this.viewWords(address, values.length).set(values);
    return address;
  }

  /** The floats at an address, until the next allocation. */
  viewFloats(address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count);
  }

  /** The integers at an address, until the next allocation. */
  viewWords(address: number, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, count);
  }
}

/** The modes that this runtime can run. */
export const MODES: readonly SimdMode[] = probeSimdMode() === "plain"
  ? ["plain"]
  : [probeSimdMode(), "plain"];

/** A model in a memory, and its padded sizes. */
export interface PackedModel {
  readonly stack: number;
  readonly hidden: number;
  readonly width: number;
  readonly headDim: number;
  readonly recordBytes: number;
  readonly memoryStride: number;
}

const up = (n: number, step: number): number => Math.ceil(n / step) * step;
const bits = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0];

/**
 * Writes a model into a memory in the layout of the kernels.
 *
 * @param arena Where to.
 * @param model What.
 * @param options `int8` quantises the linear layers, but not the table of embeddings.
 * @returns The address of its STACK and the padded sizes.
 */
export function packModel(arena: Arena, model: PlainModel, { int8 = false } = {}): PackedModel {
  const hidden = up(model.size, 16), headDim = up(model.headDim, 4);
  const width = up(model.heads * headDim, 16), ffn = up(model.ffn, 16);
  const atHead = (i: number) => Math.floor(i / model.headDim) * headDim + i % model.headDim;
  const plain = (i: number) => i;
  const linear = (
    parts: { dense: Dense; outputAt?: (i: number) => number; inputAt?: (i: number) => number }[],
    partSize: number,
    inputs: number,
    asInt8 = int8,
  ): number => {
    const n = parts.length * partSize, source = new Float32Array(n * inputs);
    const bias = new Float32Array(n);
    parts.forEach(({ dense, outputAt = plain, inputAt = plain }, part) => {
      dense.weights.forEach((row, i) => {
        const to = part * partSize + outputAt(i);
        bias[to] = dense.bias[i];
        row.forEach((value, k) => source[to * inputs + inputAt(k)] = value);
      });
    });
    const from = arena.floats(source), weights = arena.allocate(4 * n * inputs);
    const scales = arena.allocate(4 * n), corrections = arena.allocate(4 * n);
    if (asInt8) arena.kernels.packInt8(from, n, inputs, weights, scales, corrections);
    else arena.kernels.packFloat(from, n, inputs, weights);
    return arena.words([
      asInt8 ? 1 : 0,
      inputs,
      n,
      weights,
      arena.floats(bias),
      scales,
      corrections,
      0,
      0,
    ]);
  };
  const vector = (values?: number[]) => values ? arena.floats(padded(values, hidden)) : 0;
  const table = (rows?: number[][]) =>
    rows ? arena.floats(rows.flatMap((row) => padded(row, hidden))) : 0;
  const field = (words: Int32Array, offset: number, value: number) => words[offset >> 2] = value;

  const packLayer = (layer: PlainLayer): Int32Array => {
    const words = new Int32Array(layout.LAYER_BYTES >> 2);
    if (layer.candidate) {
      const parts = [{ dense: layer.candidate }, { dense: layer.forget! }];
      field(words, layout.LAYER_SSRU, linear(parts, hidden, hidden));
    } else {
      const parts = [layer.query!, layer.key!, layer.value!].map((dense) => ({
        dense,
        outputAt: atHead,
      }));
      field(words, layout.LAYER_SELF_QKV, linear(parts, width, hidden));
      const out = [{ dense: layer.selfOut!, inputAt: atHead }];
      field(words, layout.LAYER_SELF_OUT, linear(out, hidden, width));
    }
    field(words, layout.LAYER_SELF_NORM_WEIGHT, vector(layer.selfNorm.weight));
    field(words, layout.LAYER_SELF_NORM_BIAS, vector(layer.selfNorm.bias));
    if (layer.crossQuery) {
      const query = [{ dense: layer.crossQuery, outputAt: atHead }];
      field(words, layout.LAYER_CROSS_QUERY, linear(query, width, hidden));
      const out = [{ dense: layer.crossOut!, inputAt: atHead }];
      field(words, layout.LAYER_CROSS_OUT, linear(out, hidden, width));
      field(words, layout.LAYER_CROSS_NORM_WEIGHT, vector(layer.crossNorm!.weight));
      field(words, layout.LAYER_CROSS_NORM_BIAS, vector(layer.crossNorm!.bias));
    }
    field(words, layout.LAYER_UP, linear([{ dense: layer.up }], ffn, hidden));
    field(words, layout.LAYER_DOWN, linear([{ dense: layer.down }], hidden, ffn));
    field(words, layout.LAYER_FFN_NORM_WEIGHT, vector(layer.ffnNorm.weight));
    field(words, layout.LAYER_FFN_NORM_BIAS, vector(layer.ffnNorm.bias));
    return words;
  };

  const layers = model.stack.flatMap((layer) => [...packLayer(layer)]);
  const embeddings = { weights: model.tokens, bias: model.tokens.map(() => 0) };
  const recordStride = 4 * (model.ssru ? hidden : 2 * width);
  const memoryStride = 4 * 2 * width * model.stack.length;
  const words = new Int32Array(layout.STACK_BYTES >> 2);
  const fields: [number, number][] = [
    [layout.STACK_LAYERS, model.stack.length],
    [layout.STACK_LAYER, arena.words(layers)],
    [layout.STACK_SIZE, model.size],
    [layout.STACK_HIDDEN, hidden],
    [layout.STACK_HEADS, model.heads],
    [layout.STACK_HEAD_DIM, headDim],
    [layout.STACK_WIDTH, width],
    [layout.STACK_SCALE, bits(model.scale)],
    [layout.STACK_ACTIVATION, model.activation],
    [layout.STACK_FFN_WIDTH, ffn],
    [layout.STACK_PRE_NORM, model.preNorm ? 1 : 0],
    [layout.STACK_EPS, bits(model.eps)],
    [layout.STACK_FINAL_NORM_WEIGHT, vector(model.finalNormWeights?.weight)],
    [layout.STACK_FINAL_NORM_BIAS, vector(model.finalNormWeights?.bias)],
    [
      layout.STACK_TOKENS,
      linear([{ dense: embeddings }], up(model.tokens.length, 16), hidden, false),
    ],
    [layout.STACK_EMBEDDING_SCALE, bits(model.embeddingScale)],
    [layout.STACK_POSITIONS, table(model.positionTable)],
    [layout.STACK_TYPES, table(model.typeTable)],
    [layout.STACK_EMBEDDING_NORM_WEIGHT, vector(model.embeddingNormWeights?.weight)],
    [layout.STACK_EMBEDDING_NORM_BIAS, vector(model.embeddingNormWeights?.bias)],
    [layout.STACK_CAUSAL, model.causal ? 1 : 0],
    [layout.STACK_RECORD_STRIDE, recordStride],
    [layout.STACK_MEMORY_STRIDE, memoryStride],
    [layout.STACK_BLOCK_SIZE, 0],
    [layout.STACK_RANDOM_BLOCKS, 0],
  ];
  for (const [offset, value] of fields) field(words, offset, value);
  return {
    stack: arena.words(words),
    hidden,
    width,
    headDim,
    recordBytes: recordStride * model.stack.length,
    memoryStride,
  };
}

function padded(values: number[], size: number): number[] {
  return [...values, ...new Array<number>(size - values.length).fill(0)];
}

/** Writes a source's keys and values; returns the address of its first row. */
export function packSource(
  arena: Arena,
  model: PlainModel,
  packed: PackedModel,
  { keys, values }: Source,
): number {
  const length = keys[0].length,
    row = packed.memoryStride / 4,
    out = new Float32Array(length * row);
  const write = (source: number[], at: number) =>
    source.forEach((value, i) => {
      const head = Math.floor(i / model.headDim);
      out[at + head * packed.headDim + i % model.headDim] = value;
    });
  for (let j = 0; j < length; j++) {
    model.stack.forEach((_, l) => {
      write(keys[l][j], j * row + l * 2 * packed.width);
      write(values[l][j], j * row + (l * 2 + 1) * packed.width);
    });
  }
  return arena.floats(out);
}
