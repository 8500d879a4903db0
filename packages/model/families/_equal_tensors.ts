import type { TensorData, WeightsReader } from "@heed/checkpoint";

/**
 * Tells whether a file holds the same numbers under two names. The first difference ends it, so that tensors which have
 * nothing to do with each other cost no more than their reading.
 *
 * @param weights The open file.
 * @param names The two names.
 * @returns True when shapes and all numbers are equal.
 */
export async function equalTensors(
  weights: WeightsReader,
  names: readonly [string, string],
): Promise<boolean> {
  const [one, other] = names.map((name) => weights.info(name));
  if (one.shape.join() !== other.shape.join()) return false;
  if (one.dtype !== other.dtype) {
    const [a, b] = [await weights.readFloat32(names[0]), await weights.readFloat32(names[1])];
    return isEqual(a, b);
  }
  const a = await weights.read(names[0]), b = await weights.read(names[1]);
  const isScaled = a.scales !== undefined && b.scales !== undefined;
  if (isScaled ? !isEqual(a.scales, b.scales) : a.scales !== b.scales) return false;
  return isEqual(a.data, b.data);
}

function isEqual(a: TensorData["data"], b: TensorData["data"]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
