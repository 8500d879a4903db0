import {
  LINEAR_BIAS,
  LINEAR_BYTES,
  LINEAR_CORRECTIONS,
  LINEAR_DTYPE,
  LINEAR_K,
  LINEAR_N,
  LINEAR_SCALES,
  LINEAR_WEIGHTS,
} from "../kernels/layout.ts";
import type { LinearTensors } from "@heed/model";
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
   * @returns Address of its descriptor.
   */
  async pack(layer: LinearParts, geometry: HeadGeometry): Promise<number> {
    const { parts, headsIn = false, headsOut = false } = layer;
    const k = headsIn ? geometry.width : padded(matrixSizes(parts[0].weight).inputs);
    const outputsOf = ({ weight }: LinearTensors) =>
      headsOut ? geometry.width : padded(matrixSizes(weight).outputs + (weight.zeroRows ?? 0));
    const n = parts.reduce((sum, part) => sum + outputsOf(part), 0);
    const linear = this.allocate(n, k);
    let first = 0;
    for (const part of parts) {
      await this.#packPart(part, {
        linear,
        first,
        outputs: outputsOf(part),
        place: {
          k,
          rowOf: headsOut ? headPlace(geometry) : undefined,
          columnOf: headsIn ? headPlace(geometry) : undefined,
        },
      });
      first += outputsOf(part);
    }
    return linear;
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
    return linear;
  }

  /**
   * Makes a second descriptor of the same weights with another bias.
   *
   * @param linear The first descriptor.
   * @param bias The values, as many as the layer has outputs without padding; the padding gets `filler`.
   */
  withBias(linear: number, bias: Float32Array | undefined, filler: number): number {
    const { heap } = this.#context;
    const read = (offset: number) => heap.views.integers[(linear + offset) / 4];
    const n = read(LINEAR_N);
    const address = this.#zeros(n * 4);
    const values = heap.views.floats.subarray(address / 4, address / 4 + n);
    if (bias) {
      values.fill(filler, bias.length);
      values.set(bias);
    }
    return this.describe({
      n,
      k: read(LINEAR_K),
      weights: read(LINEAR_WEIGHTS),
      bias: address,
      scales: read(LINEAR_SCALES),
      corrections: read(LINEAR_CORRECTIONS),
      linear: heap.allocate(LINEAR_BYTES),
    });
  }

  async #packPart(
    { weight, bias }: LinearTensors,
    { linear, first, outputs, place }: {
      linear: number;
      first: number;
      outputs: number;
      place: Placement;
    },
  ): Promise<void> {
    const context = this.#context;
    const { heap, kernels } = context;
    const { k, rowOf, columnOf } = place;
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
    if (bias === undefined) return;
    const values = await readVector(bias, context);
    const { floats, integers } = heap.views;
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

/** Where rows and columns of a stored weight go in the padded one. */
interface Placement {
  readonly k: number;
  readonly rowOf?: (row: number) => number;
  readonly columnOf?: (column: number) => number;
}

/** Where element `i` of heads that lie without gaps goes; undefined if nothing moves. */
function headPlace({ headDim, paddedHeadDim }: HeadGeometry) {
  if (headDim === paddedHeadDim) return undefined;
  return (i: number) => Math.floor(i / headDim) * paddedHeadDim + i % headDim;
}

/** Copies rows to their places in a padded slice, zeros between them. */
function placeRows(
  rows: { count: number; read(start: number, end: number): number },
  { start, end, room, inputs, place: { k, rowOf, columnOf }, heap }: {
    start: number;
    end: number;
    room: number;
    inputs: number;
    place: Placement;
    heap: PackingContext["heap"];
  },
): number {
  heap.views.floats.fill(0, room / 4, room / 4 + (end - start) * k);
  // With heads in the outputs the slice is the whole part; else rows stay where they are.
  const last = rowOf ? rows.count : Math.min(end, rows.count);
  for (let from = start; from < last; from += SLICE_ROWS) {
    const to = Math.min(from + SLICE_ROWS, last);
    const source = rows.read(from, to) / 4;
    const { floats } = heap.views;
    for (let row = from; row < to; row++) {
      const read = source + (row - from) * inputs;
      const write = room / 4 + ((rowOf?.(row) ?? row) - start) * k;
      if (!columnOf) floats.copyWithin(write, read, read + inputs);
      else for (let i = 0; i < inputs; i++) floats[write + columnOf(i)] = floats[read + i];
    }
  }
  return room;
}
