import {
  ACTIVATION_GELU,
  ACTIVATION_GELU_TANH,
  ACTIVATION_NONE,
  ACTIVATION_RELU,
  ACTIVATION_SWISH,
  ACTIVATION_TANH,
  LAYER_BYTES,
  LAYER_CROSS_NORM_BIAS,
  LAYER_CROSS_NORM_WEIGHT,
  LAYER_CROSS_OUT,
  LAYER_CROSS_QUERY,
  LAYER_DOWN,
  LAYER_FFN_NORM_BIAS,
  LAYER_FFN_NORM_WEIGHT,
  LAYER_SELF_NORM_BIAS,
  LAYER_SELF_NORM_WEIGHT,
  LAYER_SELF_OUT,
  LAYER_SELF_QKV,
  LAYER_SSRU,
  LAYER_UP,
  STACK_ACTIVATION,
  STACK_BYTES,
  STACK_CAUSAL,
  STACK_EMBEDDING_NORM_BIAS,
  STACK_EMBEDDING_NORM_WEIGHT,
  STACK_EMBEDDING_SCALE,
  STACK_EPS,
  STACK_FFN_WIDTH,
  STACK_FINAL_NORM_BIAS,
  STACK_FINAL_NORM_WEIGHT,
  STACK_HEAD_DIM,
  STACK_HEADS,
  STACK_HIDDEN,
  STACK_LAYER,
  STACK_LAYERS,
  STACK_MEMORY_STRIDE,
  STACK_POSITIONS,
  STACK_PRE_NORM,
  STACK_RECORD_STRIDE,
  STACK_SCALE,
  STACK_SIZE,
  STACK_TOKENS,
  STACK_TYPES,
  STACK_WIDTH,
} from "../kernels/layout.ts";
import type { Activation, LayerSpec, NormSpec, PositionsSpec, StackSpec } from "../spec.ts";
import { type HeadGeometry, headGeometry, type LinearPacker, padded } from "./linear_packer.ts";
import { type PackingContext, readVector } from "./weight_rows.ts";

/** Numbers of the activations, as the kernels know them. */
export const ACTIVATIONS: Readonly<Record<Activation, number>> = {
  none: ACTIVATION_NONE,
  relu: ACTIVATION_RELU,
  gelu: ACTIVATION_GELU,
  swish: ACTIVATION_SWISH,
  gelu_tanh: ACTIVATION_GELU_TANH,
  tanh: ACTIVATION_TANH,
};

/** A stack in the WASM memory. A plain value: threads that share the memory share it. */
export interface PackedStack {
  /** Address of its descriptor. */
  readonly address: number;
  /** Hidden size of the model. */
  readonly size: number;
  /** The same padded: the stride of hidden states in floats. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Ids below this have an embedding. */
  readonly vocabSize: number;
  /** Positions below this have a vector. */
  readonly maxPositions: number;
  /** Bytes of a decoder's record: what it keeps of one position of one row. */
  readonly recordBytes: number;
  /** Descriptor of the projection of another stack's output to this one's keys and values; 0 without. */
  readonly memoryLinear: number;
  /** Bytes of those keys and values of one source token, all layers. */
  readonly memoryStride: number;
}

/** Packs the stacks of a model. */
export class StackPacker {
  readonly #context: PackingContext;
  readonly #linears: LinearPacker;
  /** Tables of embeddings by name: encoder, decoder and output may share one. */
  readonly #tables = new Map<string, number>();

  constructor(context: PackingContext, linears: LinearPacker) {
    this.#context = context;
    this.#linears = linears;
  }

  /** Packs a stack and writes its descriptor. */
  async pack(spec: StackSpec): Promise<PackedStack> {
    const { heap } = this.#context;
    const { hiddenSize, layers, tokens, positions, types } = spec;
    const geometry = headGeometry(hiddenSize, spec.numHeads);
    const hidden = padded(hiddenSize);
    const keyValue = layers.flatMap(({ cross }) => cross?.keyValue ?? []);
    const memoryLinear = keyValue.length > 0
      ? await this.#linears.pack({ parts: keyValue, headsOut: true }, geometry)
      : 0;
    const memoryStride = keyValue.length * geometry.width * 4;
    const recordStride = Math.max(
      ...layers.map(({ ssru }) => ssru ? hidden : 2 * geometry.width),
    ) * 4;
    const layerAddress = heap.allocate(layers.length * LAYER_BYTES);
    heap.views.bytes.fill(0, layerAddress, layerAddress + layers.length * LAYER_BYTES);
    for (const [i, layer] of layers.entries()) {
      await this.#packLayer(layer, layerAddress + i * LAYER_BYTES, geometry);
    }
    const [finalWeight, finalBias] = await this.#norm(spec.finalNorm);
    const [embeddingWeight, embeddingBias] = await this.#norm(spec.embeddingNorm);
    const tokenTable = await this.table(tokens.weight, tokens.vocabSize, hiddenSize);
    const positionTable = await this.#positions(positions, hiddenSize);
    const typeTable = types ? await this.#rows(types.weight, types.count, hiddenSize) : 0;
    const address = heap.allocate(STACK_BYTES);
    const { integers, floats } = heap.views;
    const fields: [offset: number, value: number][] = [
      [STACK_LAYERS, layers.length],
      [STACK_LAYER, layerAddress],
      [STACK_SIZE, hiddenSize],
      [STACK_HIDDEN, hidden],
      [STACK_HEADS, spec.numHeads],
      [STACK_HEAD_DIM, geometry.paddedHeadDim],
      [STACK_WIDTH, geometry.width],
      [STACK_ACTIVATION, ACTIVATIONS[spec.activation]],
      [STACK_FFN_WIDTH, padded(spec.ffnSize)],
      [STACK_PRE_NORM, Number(spec.preNorm)],
      [STACK_FINAL_NORM_WEIGHT, finalWeight],
      [STACK_FINAL_NORM_BIAS, finalBias],
      [STACK_TOKENS, tokenTable],
      [STACK_POSITIONS, positionTable],
      [STACK_TYPES, typeTable],
      [STACK_EMBEDDING_NORM_WEIGHT, embeddingWeight],
      [STACK_EMBEDDING_NORM_BIAS, embeddingBias],
      [STACK_CAUSAL, Number(spec.causal)],
      [STACK_RECORD_STRIDE, recordStride],
      [STACK_MEMORY_STRIDE, memoryStride],
    ];
    for (const [offset, value] of fields) integers[(address + offset) / 4] = value;
    floats[(address + STACK_SCALE) / 4] = 1 / Math.sqrt(geometry.headDim);
    floats[(address + STACK_EPS) / 4] = spec.eps;
    floats[(address + STACK_EMBEDDING_SCALE) / 4] = spec.embeddingScale;
    return {
      address,
      size: hiddenSize,
      hidden,
      layers: layers.length,
      heads: spec.numHeads,
      vocabSize: tokens.vocabSize,
      maxPositions: positions.count,
      recordBytes: layers.length * recordStride,
      memoryLinear,
      memoryStride,
    };
  }

  /** Packs a table of embeddings, or gives the one that was packed under this name. */
  async table(weight: string, vocabSize: number, hiddenSize: number): Promise<number> {
    let table = this.#tables.get(weight);
    if (table === undefined) {
      const parts = [{ weight, outputs: vocabSize, inputs: hiddenSize }];
      table = await this.#linears.pack({ parts }, headGeometry(hiddenSize, 1));
      this.#tables.set(weight, table);
    }
    return table;
  }

  async #packLayer(layer: LayerSpec, address: number, geometry: HeadGeometry): Promise<void> {
    const { self, ssru, selfNorm, cross, up, down, ffnNorm } = layer;
    const pack = async (spec: Parameters<LinearPacker["pack"]>[0] | undefined) =>
      spec ? await this.#linears.pack(spec, geometry) : 0;
    const [selfWeight, selfBias] = await this.#norm(selfNorm);
    const [crossWeight, crossBias] = await this.#norm(cross?.norm);
    const [ffnWeight, ffnBias] = await this.#norm(ffnNorm);
    const fields: [offset: number, value: number][] = [
      [LAYER_SELF_QKV, await pack(self?.queryKeyValue)],
      [LAYER_SELF_OUT, await pack(self?.output)],
      [LAYER_SELF_NORM_WEIGHT, selfWeight],
      [LAYER_SELF_NORM_BIAS, selfBias],
      [LAYER_CROSS_QUERY, await pack(cross?.query)],
      [LAYER_CROSS_OUT, await pack(cross?.output)],
      [LAYER_CROSS_NORM_WEIGHT, crossWeight],
      [LAYER_CROSS_NORM_BIAS, crossBias],
      [LAYER_UP, await pack(up)],
      [LAYER_DOWN, await pack(down)],
      [LAYER_FFN_NORM_WEIGHT, ffnWeight],
      [LAYER_FFN_NORM_BIAS, ffnBias],
      [LAYER_SSRU, await pack(ssru)],
    ];
    const { integers } = this.#context.heap.views;
    for (const [offset, value] of fields) integers[(address + offset) / 4] = value;
  }

  /** Addresses of a norm's weight and bias, zero-padded; 0 without one. */
  async #norm(spec: NormSpec | undefined): Promise<[weight: number, bias: number]> {
    if (!spec) return [0, 0];
    const place = async (name: string) => {
      const values = await readVector(name, this.#context);
      return this.#place(values, values.length);
    };
    return [await place(spec.weight), await place(spec.bias)];
  }

  async #positions(spec: PositionsSpec, hiddenSize: number): Promise<number> {
    if (spec.kind === "learned") return await this.#rows(spec.weight, spec.count, hiddenSize);
    const key = `${spec.count} sinusoids of ${hiddenSize}`; // an encoder and its decoder share them
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = this.#place(sinusoids(spec.count, hiddenSize), hiddenSize);
      this.#tables.set(key, table);
    }
    return table;
  }

  async #rows(name: string, count: number, hiddenSize: number): Promise<number> {
    const values = await readVector(name, this.#context);
    return this.#place(values.subarray(0, count * hiddenSize), hiddenSize);
  }

  /** Copies rows of `size` floats into a new block, each padded with zeros. */
  #place(values: Float32Array, size: number): number {
    const { heap } = this.#context;
    const stride = padded(size);
    const rows = values.length / size;
    const address = heap.allocate(rows * stride * 4);
    const { floats } = heap.views;
    if (stride === size) floats.set(values, address / 4);
    else {
      floats.fill(0, address / 4, address / 4 + rows * stride);
      for (let row = 0; row < rows; row++) {
        floats.set(values.subarray(row * size, (row + 1) * size), address / 4 + row * stride);
      }
    }
    this.#linears.packedBytes += rows * stride * 4;
    return address;
  }
}

/** Marian's table of positions (Vaswani et al. 2017): sines in the first half, cosines in the second. */
function sinusoids(count: number, size: number): Float32Array {
  const table = new Float32Array(count * size);
  const sines = Math.ceil(size / 2);
  for (let column = 0; column < size; column++) {
    const pair = column >> 1;
    const target = column % 2 === 0 ? pair : sines + pair;
    const rate = Math.pow(10000, 2 * pair / size);
    for (let position = 0; position < count; position++) {
      const angle = position / rate;
      table[position * size + target] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}
