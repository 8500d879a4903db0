import {
  LINEAR_BIAS,
  LINEAR_BYTES,
  LINEAR_CHANNELS,
  LINEAR_CORRECTIONS,
  LINEAR_DTYPE,
  LINEAR_INPUT,
  LINEAR_K,
  LINEAR_N,
  LINEAR_SCALES,
  LINEAR_WEIGHTS,
} from "../kernels/layout.ts";
import type { LinearTensors } from "@heed/model";
import { fixInputs, readInputMultiplier } from "./fixed_inputs.ts";
import { headPlace, type Placement, placeRows, scaleColumns } from "./placement.ts";
import { packStoredBytes, readStoredBytes, type StoredBytes } from "./stored_bytes.ts";
import {
  matrixSizes,
  openWeightRows,
  type PackingContext,
  readVector,
  SLICE_ROWS,
} from "./weight_rows.ts";

/** What weights are stored as. */
export type EngineDType = "int8" | "fp32";

/** A linear layer, made of parts that lie one after the other along its outputs. */
export interface LinearParts {
  readonly parts: readonly LinearTensors[];
  /** Outputs of each part are laid out by attention heads, whose size is padded. */
  readonly headsOut?: boolean;
  /** Inputs are laid out so. */
  readonly headsIn?: boolean;
  /** Its inputs have channels of very different size, which are to be evened out before they become int8. */
  readonly smooth?: boolean;
}

/** An int8 layer whose inputs are to be evened out, and what it takes to pack it again. */
export interface SmoothLinear {
  readonly layer: LinearParts;
  readonly geometry: HeadGeometry;
  /** Its descriptor. */
  readonly linear: number;
  /** Address of a factor for each input `[k]`; zeros at first. */
  readonly channels: number;
  readonly k: number;
}

/** How attention heads lie in a row of queries, keys or values. */
export interface HeadGeometry {
  /** Number of heads. */
  readonly heads: number;
  /** Size of a head in the checkpoint. */
  readonly headDim: number;
  /** The same padded to 4. */
  readonly paddedHeadDim: number;
  /** All heads, padded to 16. */
  readonly width: number;
}

/** Rounds up to what rows and panels are padded to. */
export function padded(size: number): number {
  return Math.ceil(size / 16) * 16;
}

/** Makes the geometry of a stack's heads. */
export function headGeometry(hiddenSize: number, heads: number): HeadGeometry {
  const headDim = hiddenSize / heads;
  const paddedHeadDim = Math.ceil(headDim / 4) * 4;
  return { heads, headDim, paddedHeadDim, width: padded(heads * paddedHeadDim) };
}

/** Packs linear layers into panels, one slice of one tensor at a time. */
export class LinearPacker {
  /** Bytes of all packed weights, biases and scales. */
  packedBytes = 0;
  /** Layers that {@linkcode LinearPacker.repack} is to be called for. */
  readonly smooth: SmoothLinear[] = [];
  readonly #context: PackingContext;
  readonly #dtype: EngineDType;

  constructor(context: PackingContext, dtype: EngineDType) {
    this.#context = context;
    this.#dtype = dtype;
  }

  /**
   * Packs a layer.
   *
   * @param layer Its parts.
   * @param geometry How heads are laid out, where the spec says so.
   * @param options `isTable`: rows will be looked up; only `withBias` makes a layer of them.
   * @returns Address of its descriptor.
   */
  async pack(
    layer: LinearParts,
    geometry: HeadGeometry,
    { isTable = false }: { isTable?: boolean } = {},
  ): Promise<number> {
    const { parts, headsIn = false, headsOut = false } = layer;
    const k = headsIn ? geometry.width : padded(matrixSizes(parts[0].weight).inputs);
    const outputsOf = outputsIn(geometry, headsOut);
    const n = parts.reduce((sum, part) => sum + outputsOf(part), 0);
    const linear = this.allocate(n, k);
    await this.#packParts(layer, { geometry, linear, k, isTable });
    if (layer.smooth && this.#dtype === "int8") {
      const channels = this.#zeros(k * 4);
      this.#context.heap.views.integers[(linear + LINEAR_CHANNELS) / 4] = channels;
      this.smooth.push({ layer, geometry, linear, channels, k });
    }
    return linear;
  }

  /** Packs a layer again, each column of its weights times a factor. */
  async repack({ layer, geometry, linear, k }: SmoothLinear, columns: Float32Array): Promise<void> {
    await this.#packParts(layer, { geometry, linear, k, columns });
  }

  async #packParts(
    { parts, headsIn = false, headsOut = false }: LinearParts,
    { geometry, linear, k, columns, isTable = false }: {
      geometry: HeadGeometry;
      linear: number;
      k: number;
      columns?: Float32Array;
      isTable?: boolean;
    },
  ): Promise<void> {
    const outputsOf = outputsIn(geometry, headsOut);
    const { heap, reader, range } = this.#context;
    const stored: (StoredBytes | undefined)[] = [];
    for (const { weight } of parts) {
      stored.push(
        this.#dtype === "int8" && !columns
          ? await readStoredBytes(weight, this.#context)
          : undefined,
      );
    }
    const input = stored.includes(undefined) ? 0 : await readInputMultiplier(parts, reader);
    heap.views.floats[(linear + LINEAR_INPUT) / 4] = input;
    let first = 0;
    for (const [i, part] of parts.entries()) {
      await this.#packPart(part, {
        stored: stored[i],
        isFixed: input !== 0,
        linear,
        first,
        outputs: outputsOf(part),
        columns,
        place: {
          k,
          rowOf: headsOut ? headPlace(geometry) : undefined,
          columnOf: headsIn ? headPlace(geometry) : undefined,
        },
      });
      first += outputsOf(part);
    }
    if (input !== 0 && !isTable) fixInputs(heap, { linear, range, isTable });
  }

  /** Makes a descriptor with room for padded weights, all of it zero. */
  allocate(n: number, k: number): number {
    const { heap } = this.#context;
    const isInt8 = this.#dtype === "int8";
    const weights = this.#zeros(n * k * (isInt8 ? 1 : 4));
    return this.describe({
      n,
      k,
      weights,
      bias: this.#zeros(n * 4),
      scales: isInt8 ? this.#zeros(n * 4) : 0,
      corrections: isInt8 ? this.#zeros(n * 4) : 0,
      linear: heap.allocate(LINEAR_BYTES),
    });
  }

  /** Writes a descriptor. */
  describe(fields: {
    n: number;
    k: number;
    weights: number;
    bias: number;
    scales: number;
    corrections: number;
    /** The bits of the float32; default 0. */
    input?: number;
    linear: number;
  }): number {
    const { integers } = this.#context.heap.views;
    const { linear } = fields;
    const write = (offset: number, value: number) => integers[(linear + offset) / 4] = value;
    write(LINEAR_DTYPE, this.#dtype === "int8" ? 1 : 0);
    write(LINEAR_K, fields.k);
    write(LINEAR_N, fields.n);
    write(LINEAR_WEIGHTS, fields.weights);
    write(LINEAR_BIAS, fields.bias);
    write(LINEAR_SCALES, fields.scales);
    write(LINEAR_CORRECTIONS, fields.corrections);
    write(LINEAR_INPUT, fields.input ?? 0);
    write(LINEAR_CHANNELS, 0);
    return linear;
  }

  /**
   * Makes a second descriptor of the same weights with another bias.
   *
   * @param linear The first descriptor.
   * @param bias The values, as many as the layer has outputs without padding.
   * @param options `filler`: of the padding; `isTable`: whether rows of it are embeddings.
   */
  withBias(
    linear: number,
    bias: Float32Array | undefined,
    { filler, isTable = true }: { filler: number; isTable?: boolean },
  ): number {
    const { heap, range } = this.#context;
    const read = (offset: number) => heap.views.integers[(linear + offset) / 4];
    const n = read(LINEAR_N), isFixed = read(LINEAR_INPUT) !== 0;
    const address = this.#zeros(n * 4), scales = isFixed ? this.#zeros(n * 4) : read(LINEAR_SCALES);
    const { floats } = heap.views;
    if (bias) {
      floats.fill(filler, address / 4 + bias.length, address / 4 + n);
      floats.set(bias, address / 4);
    }
    const copy = this.describe({
      n,
      k: read(LINEAR_K),
      weights: read(LINEAR_WEIGHTS),
      bias: address,
      scales,
      corrections: read(LINEAR_CORRECTIONS),
      input: read(LINEAR_INPUT),
      linear: heap.allocate(LINEAR_BYTES),
    });
    if (isFixed) {
      // The rows that are looked up keep the scales of the weights alone.
      const from = read(LINEAR_SCALES) / 4;
      heap.views.floats.copyWithin(scales / 4, from, from + n);
      fixInputs(heap, { linear: copy, range, isTable });
    }
    return copy;
  }

  async #packPart(
    { weight, bias }: LinearTensors,
    { stored, isFixed, columns, linear, first, outputs, place }: {
      stored: StoredBytes | undefined;
      isFixed: boolean;
      columns: Float32Array | undefined;
      linear: number;
      first: number;
      outputs: number;
      place: Placement;
    },
  ): Promise<void> {
    const context = this.#context;
    const { heap, kernels } = context;
    const { k, rowOf, columnOf } = place;
    if (stored) {
      packStoredBytes(weight, stored, { linear, first, outputs, place, isFixed, context });
      return await this.#packBias(bias, { linear, first, rowOf });
    }
    const rows = await openWeightRows(weight, context);
    const { inputs } = matrixSizes(weight);
    const isPlain = !rowOf && !columnOf && k === inputs;
    const room = isPlain && outputs === rows.count
      ? 0
      : heap.allocate((rowOf ? outputs : Math.min(outputs, SLICE_ROWS)) * k * 4);
    const step = rowOf && room ? outputs : SLICE_ROWS;
    for (let start = 0; start < outputs; start += step) {
      const end = Math.min(start + step, outputs);
      const source = room === 0
        ? rows.read(start, end)
        : placeRows(rows, { start, end, room, inputs, place, heap });
      if (columns) scaleColumns(heap.views.floats, { source, rows: end - start, columns });
      const read = (offset: number) => heap.views.integers[(linear + offset) / 4];
      const at = first + start;
      if (this.#dtype === "int8") {
        kernels.packInt8(
          source,
          end - start,
          k,
          read(LINEAR_WEIGHTS) + at * k,
          read(LINEAR_SCALES) + at * 4,
          read(LINEAR_CORRECTIONS) + at * 4,
        );
      } else kernels.packFloat(source, end - start, k, read(LINEAR_WEIGHTS) + at * k * 4);
    }
    rows.free();
    heap.free(room);
    await this.#packBias(bias, { linear, first, rowOf });
  }

  async #packBias(
    bias: LinearTensors["bias"],
    { linear, first, rowOf }: { linear: number; first: number; rowOf: Placement["rowOf"] },
  ): Promise<void> {
    if (bias === undefined) return;
    const values = await readVector(bias, this.#context);
    const { floats, integers } = this.#context.heap.views;
    const at = integers[(linear + LINEAR_BIAS) / 4] / 4 + first;
    values.forEach((value, i) => floats[at + (rowOf?.(i) ?? i)] = value);
  }

  #zeros(bytes: number): number {
    const { heap } = this.#context;
    const address = heap.allocate(bytes);
    heap.views.bytes.fill(0, address, address + bytes);
    this.packedBytes += bytes;
    return address;
  }
}

/** Outputs of a part, padded. */
function outputsIn({ width }: HeadGeometry, headsOut: boolean) {
  return ({ weight }: LinearTensors) =>
    headsOut ? width : padded(matrixSizes(weight).outputs + (weight.zeroRows ?? 0));
}
