import { LINEAR_CORRECTIONS, LINEAR_SCALES, LINEAR_WEIGHTS } from "../kernels/layout.ts";
import type { TensorSpec } from "@heed/model";
import { keptZero } from "./fixed_inputs.ts";
import type { Placement } from "./placement.ts";
import { matrixSizes, type PackingContext, SLICE_ROWS } from "./weight_rows.ts";

/** A matrix that is bytes in its file, all of which have one scale. */
export interface StoredBytes {
  /** Row after row of the outputs `[outputs, inputs]`. */
  readonly bytes: Int8Array;
  /** What every byte is multiplied by. */
  readonly scale: number;
}

/**
 * Reads a matrix that can be multiplied as the file has it: rounding its values once more would only make them worse.
 *
 * @param spec The matrix.
 * @param context Reader.
 * @returns Its bytes; undefined where they are none, or have scales that differ.
 */
export async function readStoredBytes(
  { name, transposed = false, slice }: TensorSpec,
  { reader }: PackingContext,
): Promise<StoredBytes | undefined> {
  if (slice || reader.info(name).dtype !== "I8") return undefined;
  const tensor = await reader.read(name);
  const { scales, shape } = tensor;
  if (!scales || scales.length === 0 || scales.some((scale) => scale !== scales[0])) {
    return undefined;
  }
  const scale = scales[0];
  if (!transposed) return { bytes: tensor.data as Int8Array, scale };
  // Marian's lie in the file as they are multiplied.
  if (tensor.columns) return { bytes: tensor.columns, scale };
  const data = tensor.data as Int8Array, [inputs, outputs] = shape;
  const bytes = new Int8Array(data.length);
  for (let row = 0; row < outputs; row++) {
    for (let i = 0; i < inputs; i++) bytes[row * inputs + i] = data[i * outputs + row];
  }
  return { bytes, scale };
}

/**
 * Packs such a matrix.
 *
 * @param spec The matrix.
 * @param stored Its bytes.
 * @param options Address of the layer's descriptor, the part's first output, outputs with padding, and the places.
 */
export function packStoredBytes(
  spec: TensorSpec,
  { bytes, scale }: StoredBytes,
  {
    linear,
    first,
    outputs,
    place: { k, rowOf, columnOf },
    isFixed,
    context: { heap, kernels, range },
  }: {
    linear: number;
    first: number;
    outputs: number;
    place: Placement;
    /** Whether the layer's inputs have a fixed multiplier. */
    isFixed: boolean;
    context: PackingContext;
  },
): void {
  const { inputs } = matrixSizes(spec), rows = bytes.length / inputs;
  const read = (offset: number) => heap.views.integers[(linear + offset) / 4];
  const step = rowOf ? outputs : Math.min(outputs, SLICE_ROWS);
  const room = heap.allocate(step * k);
  for (let start = 0; start < outputs; start += step) {
    const end = Math.min(start + step, outputs), last = rowOf ? rows : Math.min(end, rows);
    const target = new Int8Array(heap.views.buffer, room, (end - start) * k);
    if (rowOf || columnOf || k !== inputs || last < end) target.fill(0);
    if (!rowOf && !columnOf && k === inputs) target.set(bytes.subarray(start * k, last * k));
    else {
      for (let row = start; row < last; row++) {
        const to = ((rowOf?.(row) ?? row) - start) * k, from = row * inputs;
        for (let i = 0; i < inputs; i++) target[to + (columnOf?.(i) ?? i)] = bytes[from + i];
      }
    }
    const at = first + start;
    kernels.packBytes(
      room,
      end - start,
      k,
      read(LINEAR_WEIGHTS) + at * k,
      read(LINEAR_CORRECTIONS) + at * 4,
      isFixed ? keptZero(range) : 0,
    );
    heap.views.floats.fill(
      scale,
      read(LINEAR_SCALES) / 4 + at,
      read(LINEAR_SCALES) / 4 + at + end - start,
    );
  }
  heap.free(room);
}
