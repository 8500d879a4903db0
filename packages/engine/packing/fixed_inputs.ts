import type { WeightsReader } from "@heed/checkpoint";
import type { LinearTensors } from "@heed/model";
import {
  LINEAR_BIAS,
  LINEAR_CORRECTIONS,
  LINEAR_INPUT,
  LINEAR_N,
  LINEAR_SCALES,
} from "../kernels/layout.ts";
import type { ActivationRange } from "../kernels/simd_mode.ts";
import type { Heap } from "../memory/heap.ts";

/** The range that the multipliers of files are made for. */
const RANGE = 127;

/**
 * Finds what the inputs of a layer are multiplied by before they are rounded.
 *
 * @param parts The layer.
 * @param reader The checkpoint.
 * @returns The multiplier, where the checkpoint says it for all parts alike; else 0: each row is measured.
 * @throws {RangeError} When it is not a positive number.
 */
export async function readInputMultiplier(
  parts: readonly LinearTensors[],
  reader: WeightsReader,
): Promise<number> {
  const found: number[] = [];
  for (const { weight: { inputMultipliers = [] } } of parts) {
    const name = inputMultipliers.find((name) => reader.names.includes(name));
    if (name === undefined) return 0;
    const [value] = await reader.readFloat32(name);
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(`Cannot load weight ${name}: it holds ${value}, not a positive number`);
    }
    found.push(value);
  }
  return found.every((value) => value === found[0]) ? found[0] : 0;
}

/** How much of the zero of rounded inputs the sums of such a layer keep, as intgemm's do. */
export function keptZero({ max }: ActivationRange): number {
  return max === RANGE ? RANGE : 0;
}

/**
 * Turns the scales and the bias of a layer into those that fixed inputs need, by the float32 arithmetic of intgemm
 * (Marian's `int8shiftAlphaAll`): rounding to bytes makes great differences of the smallest ones, so that a model says
 * what it says there only where the last bit is the same.
 *
 * @param heap Where the layer is; its scales must be those of the weights.
 * @param options Address of the descriptor; the range of rounded inputs; whether the weights are a table, which Marian
 * rounds anew.
 */
export function fixInputs(
  heap: Heap,
  { linear, range, isTable }: { linear: number; range: ActivationRange; isTable: boolean },
): void {
  const { integers, floats } = heap.views;
  const read = (offset: number) => integers[(linear + offset) / 4];
  const input = floats[(linear + LINEAR_INPUT) / 4];
  const kept = keptZero(range), { fround } = Math;
  const scales = read(LINEAR_SCALES) / 4, bias = read(LINEAR_BIAS) / 4;
  const corrections = read(LINEAR_CORRECTIONS) / 4;
  for (let i = 0; i < read(LINEAR_N); i++) {
    const scale = floats[scales + i];
    if (kept === 0) {
      floats[scales + i] = scale * RANGE / (range.max * input);
      continue;
    }
    const weight = isTable ? fround(RANGE / fround(RANGE * scale)) : fround(1 / scale);
    floats[scales + i] = 1 / fround(input * weight);
    const step = fround(fround(fround(RANGE / input) * fround(RANGE / weight)) / RANGE);
    const sum = integers[corrections + i] / (kept - range.zero);
    floats[bias + i] -= fround(sum * step);
  }
}
