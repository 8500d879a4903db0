import type { TensorValues, WeightsReader } from "@heed/checkpoint";
import type { Kernels } from "../kernels/kernel_module.ts";
import type { ActivationRange } from "../kernels/simd_mode.ts";
import type { Heap } from "../memory/heap.ts";
import type { TensorSpec } from "@heed/model";

/** What packing works with. */
export interface PackingContext {
  readonly reader: WeightsReader;
  readonly heap: Heap;
  readonly kernels: Kernels;
  /** Of rounded inputs. */
  readonly range: ActivationRange;
}

/** The outputs of a weight as float32 rows in the WASM memory, some at a time. */
export interface WeightRows {
  /** Number of rows. */
  readonly count: number;
  /**
   * Converts some rows.
   *
   * @returns Address of `[end - start][inputs]` float32; valid until the next call.
   */
  read(start: number, end: number): number;
  /** Gives the memory back. */
  free(): void;
}

/** Most rows that are converted at once, so that they stay in the cache and little memory is needed. */
export const SLICE_ROWS = 512;

/** Outputs and inputs of a matrix as the model takes it, whatever its place in the checkpoint. */
export function matrixSizes(
  { shape, transposed, slice }: TensorSpec,
): { outputs: number; inputs: number } {
  const [rows, columns] = shape;
  const [outputs, inputs] = transposed ? [columns, rows] : [rows, columns];
  return { outputs: outputs / (slice?.count ?? 1), inputs };
}

/** Opens the matrix of a linear layer; its numbers are checked as they are read. */
export async function openWeightRows(
  spec: TensorSpec,
  context: PackingContext,
): Promise<WeightRows> {
  const { name, transposed, slice } = spec;
  const { data } = await readTensor(name, context);
  const { outputs: rows, inputs } = matrixSizes(spec);
  const { index, count } = slice ?? { index: 0, count: 1 };
  const outputs = rows * count, first = index * rows;
  const converter = openConverter(data, {
    name,
    most: transposed ? outputs * inputs : Math.min(rows, SLICE_ROWS) * inputs,
    context,
  });
  if (!transposed) {
    return {
      count: rows,
      read: (start, end) => converter.convert((first + start) * inputs, (first + end) * inputs),
      free: converter.free,
    };
  }
  const { heap, kernels } = context;
  const turned = heap.allocate(outputs * inputs * 4);
  kernels.transpose(converter.convert(0, outputs * inputs), inputs, outputs, turned);
  converter.free();
  return {
    count: rows,
    read: (start) => turned + (first + start) * inputs * 4,
    free: () => heap.free(turned),
  };
}

/** Reads a tensor, or its slice, as float32 and checks its numbers. */
export async function readVector(
  { name, slice }: TensorSpec,
  { reader }: PackingContext,
): Promise<Float32Array> {
  const values = await reader.readFloat32(name);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw notFinite(name, wrong, values[wrong]);
  if (!slice) return values;
  const size = values.length / slice.count;
  return values.subarray(slice.index * size, (slice.index + 1) * size);
}

async function readTensor(
  name: string,
  { reader }: PackingContext,
): Promise<{ data: TensorValues }> {
  const { dtype } = reader.info(name);
  if (dtype === "F32" || dtype === "F16" || dtype === "BF16") return await reader.read(name);
  return { data: await reader.readFloat32(name) };
}

/** Turns stretches of a tensor into float32 in the WASM memory, `most` values at once. */
function openConverter(
  data: TensorValues,
  { name, most, context: { heap, kernels, reader } }: {
    name: string;
    most: number;
    context: PackingContext;
  },
): { convert(start: number, end: number): number; free(): void } {
  const { dtype } = reader.info(name);
  const floats = heap.allocate(most * 4);
  const halves = data instanceof Float32Array ? 0 : heap.allocate(most * 2);
  return {
    convert(start, end) {
      const { buffer } = heap.views;
      const stretch = data.subarray(start, end);
      if (data instanceof Float32Array) {
        new Float32Array(buffer, floats, end - start).set(stretch as Float32Array);
      } else {
        new Uint16Array(buffer, halves, end - start).set(stretch as Uint16Array);
        const convert = dtype === "F16" ? kernels.halfToFloat : kernels.brainToFloat;
        convert(halves, floats, end - start);
      }
      const wrong = kernels.findNonFinite(floats, end - start);
      if (wrong >= 0) throw notFinite(name, start + wrong, heap.views.floats[floats / 4 + wrong]);
      return floats;
    },
    free() {
      heap.free(floats);
      heap.free(halves);
    },
  };
}

function notFinite(name: string, element: number, value: number): RangeError {
  return new RangeError(
    `Cannot load weight ${name}: it holds ${value} at element ${element}; ` +
      "the checkpoint is damaged or its training diverged",
  );
}
