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
  LAYER_WINDOW,
  STACK_ACTIVATION,
  STACK_BLOCK_SIZE,
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
  STACK_RANDOM_BLOCKS,
  STACK_RECORD_STRIDE,
  STACK_SCALE,
  STACK_SIZE,
  STACK_TOKENS,
  STACK_TYPES,
  STACK_WIDTH,
} from "../kernels/layout.ts";
import {
  type Activation,
  type BlockSparsity,
  type LayerTensors,
  type LinearTensors,
  type NormTensors,
  type Positions,
  sinusoidalTable,
  type Stack,
  type TensorSpec,
} from "@heed/model";
import {
  type HeadGeometry,
  headGeometry,
  type LinearPacker,
  type LinearParts,
  padded,
} from "./linear_packer.ts";
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
  /** How attention over long texts is thinned out. */
  readonly sparsity?: BlockSparsity | undefined;
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

  /** Packs a stack and writes its descriptor; `smooth`: what its norms give is to be evened out for int8. */
  async pack(stack: Stack, { smooth = false }: { smooth?: boolean } = {}): Promise<PackedStack> {
    const { heap } = this.#context;
    const { hiddenSize, layers, tokens, positions, types } = stack;
    const geometry = headGeometry(hiddenSize, stack.numHeads);
    const hidden = padded(hiddenSize);
    const keyValue = layers.flatMap(({ crossAttention }) =>
      crossAttention ? [crossAttention.key, crossAttention.value] : []
    );
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
      await this.#packLayer(layer, layerAddress + i * LAYER_BYTES, { geometry, smooth });
    }
    const [finalWeight, finalBias] = await this.#norm(stack.finalNorm);
    const [embeddingWeight, embeddingBias] = await this.#norm(stack.embeddingNorm);
    const tokenTable = await this.table(tokens);
    const positionTable = await this.#positions(positions, hiddenSize);
    const typeTable = types ? await this.#rows(types) : 0;
    const address = heap.allocate(STACK_BYTES);
    const { integers, floats } = heap.views;
    const fields: [offset: number, value: number][] = [
      [STACK_LAYERS, layers.length],
      [STACK_LAYER, layerAddress],
      [STACK_SIZE, hiddenSize],
      [STACK_HIDDEN, hidden],
      [STACK_HEADS, stack.numHeads],
      [STACK_HEAD_DIM, geometry.paddedHeadDim],
      [STACK_WIDTH, geometry.width],
      [STACK_ACTIVATION, ACTIVATIONS[stack.activation]],
      [STACK_FFN_WIDTH, padded(stack.intermediateSize)],
      [STACK_PRE_NORM, Number(stack.preNorm)],
      [STACK_FINAL_NORM_WEIGHT, finalWeight],
      [STACK_FINAL_NORM_BIAS, finalBias],
      [STACK_TOKENS, tokenTable],
      [STACK_POSITIONS, positionTable],
      [STACK_TYPES, typeTable],
      [STACK_EMBEDDING_NORM_WEIGHT, embeddingWeight],
      [STACK_EMBEDDING_NORM_BIAS, embeddingBias],
      [STACK_CAUSAL, Number(stack.causal)],
      [STACK_RECORD_STRIDE, recordStride],
      [STACK_MEMORY_STRIDE, memoryStride],
      [STACK_BLOCK_SIZE, stack.sparsity?.blockSize ?? 0],
      [STACK_RANDOM_BLOCKS, stack.sparsity?.randomBlocks ?? 0],
    ];
    for (const [offset, value] of fields) integers[(address + offset) / 4] = value;
    floats[(address + STACK_SCALE) / 4] = 1 / Math.sqrt(geometry.headDim);
    floats[(address + STACK_EPS) / 4] = stack.layerNormEps;
    floats[(address + STACK_EMBEDDING_SCALE) / 4] = stack.embeddingScale;
    return {
      address,
      size: hiddenSize,
      hidden,
      layers: layers.length,
      heads: stack.numHeads,
      vocabSize: tokens.shape[0] + (tokens.zeroRows ?? 0),
      maxPositions: positions.count,
      sparsity: stack.sparsity,
      recordBytes: layers.length * recordStride,
      memoryLinear,
      memoryStride,
    };
  }

  /** Packs a table of embeddings, or gives the one that was packed under this name. */
  async table(weight: TensorSpec): Promise<number> {
    let table = this.#tables.get(weight.name);
    if (table === undefined) {
      const geometry = headGeometry(weight.shape[1], 1);
      table = await this.#linears.pack({ parts: [{ weight }] }, geometry, { isTable: true });
      this.#tables.set(weight.name, table);
    }
    return table;
  }

  async #packLayer(
    layer: LayerTensors,
    address: number,
    { geometry, smooth }: { geometry: HeadGeometry; smooth: boolean },
  ): Promise<void> {
    const { selfAttention: self, crossAttention: cross, ssru, feedForward } = layer;
    const pack = async (
      parts: readonly LinearTensors[] | undefined,
      heads: Omit<LinearParts, "parts"> = {},
    ) => parts ? await this.#linears.pack({ parts, ...heads }, geometry) : 0;
    const [selfWeight, selfBias] = await this.#norm(layer.selfAttentionNorm);
    const [crossWeight, crossBias] = await this.#norm(layer.crossAttentionNorm);
    const [ffnWeight, ffnBias] = await this.#norm(layer.feedForwardNorm);
    const headsOut = true, headsIn = true;
    const fields: [offset: number, value: number][] = [
      [
        LAYER_SELF_QKV,
        await pack(self && [self.query, self.key, self.value], { headsOut, smooth }),
      ],
      [LAYER_SELF_OUT, await pack(self && [self.output], { headsIn })],
      [LAYER_SELF_NORM_WEIGHT, selfWeight],
      [LAYER_SELF_NORM_BIAS, selfBias],
      [LAYER_CROSS_QUERY, await pack(cross && [cross.query], { headsOut })],
      [LAYER_CROSS_OUT, await pack(cross && [cross.output], { headsIn })],
      [LAYER_CROSS_NORM_WEIGHT, crossWeight],
      [LAYER_CROSS_NORM_BIAS, crossBias],
      [LAYER_UP, await pack([feedForward.up], { smooth })],
      [LAYER_DOWN, await pack([feedForward.down])],
      [LAYER_FFN_NORM_WEIGHT, ffnWeight],
      [LAYER_FFN_NORM_BIAS, ffnBias],
      [LAYER_SSRU, await pack(ssru && [ssru.candidate, ssru.forget])],
      [LAYER_WINDOW, layer.window ?? 0],
    ];
    const { integers } = this.#context.heap.views;
    for (const [offset, value] of fields) integers[(address + offset) / 4] = value;
  }

  /** Addresses of a norm's weight and bias, zero-padded; 0 without one. */
  async #norm(norm: NormTensors | undefined): Promise<[weight: number, bias: number]> {
    if (!norm) return [0, 0];
    const place = async (spec: TensorSpec) => {
      const values = await readVector(spec, this.#context);
      return this.#place(values, values.length);
    };
    return [await place(norm.weight), await place(norm.bias)];
  }

  async #positions(positions: Positions, hiddenSize: number): Promise<number> {
    if (positions.kind === "learned") {
      const { table, first = 0 } = positions;
      const values = await readVector(table, this.#context);
      return this.#place(values.subarray(first * hiddenSize), hiddenSize);
    }
    const { count: maxPositions, closed = false } = positions;
    // An encoder and its decoder share them.
    const key = `${maxPositions} sinusoids of ${hiddenSize}, closed ${closed}`;
    let table = this.#tables.get(key);
    if (table === undefined) {
      const values = sinusoidalTable({ maxPositions, hiddenSize }, { layout: "split", closed });
      table = this.#place(values, hiddenSize);
      this.#tables.set(key, table);
    }
    return table;
  }

  async #rows(table: TensorSpec): Promise<number> {
    return this.#place(await readVector(table, this.#context), table.shape[1]);
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
