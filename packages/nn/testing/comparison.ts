import * as tf from "@tensorflow/tfjs";
import { AssertionError } from "@std/assert";
import { TOLERANCE } from "./tolerance.ts";
import { type DeviceName, selectDevice } from "../device.ts";
import { randomNormal } from "../random.ts";

/** An input of a comparison: numbers and shape. */
export interface Sample {
  readonly shape: number[];
  readonly values: Float32Array | Int32Array;
}

/** Normal numbers that depend on the shape only. */
export function sample(shape: number[], { scale = 1, seed = 1 } = {}): Sample {
  return { shape, values: randomNormal(tf.util.sizeFromShape(shape), { seed, std: scale }) };
}

/** The result of `f` and its gradients for every input, weighted by a fixed random dy. */
async function evaluate(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  samples: Sample[],
): Promise<Float32Array[]> {
  const inputs = samples.map(({ values, shape }) => tf.tensor(values, shape, "float32"));
  const value = tf.tidy(() => f(...inputs));
  const dy = tf.tensor(sample(value.shape, { seed: 99 }).values, value.shape);
  const gradients = tf.grads(f)(inputs, dy);
  const all = [value, ...gradients];
  const numbers = await Promise.all(all.map((t) => t.data() as Promise<Float32Array>));
  tf.dispose([...inputs, dy, ...all]);
  return numbers;
}

/** What tfjs's cpu backend gives, which is asked once for each function. */
const expectations = new WeakMap<object, Float32Array[]>();

async function evaluateOnCpu(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  samples: Sample[],
): Promise<Float32Array[]> {
  let numbers = expectations.get(f);
  if (numbers === undefined) {
    await selectDevice({ prefer: "cpu" });
    expectations.set(f, numbers = await evaluate(f, samples));
  }
  return numbers;
}

/**
 * Compares `f` and its gradients on a device with tfjs's cpu backend. The same function must come with
 * the same samples again.
 *
 * @throws {AssertionError} When a number is further away than the device's tolerance.
 */
export async function compareWithCpu(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  samples: Sample[],
  { device, label, simd, looser = 1 }: {
    device: Exclude<DeviceName, "cpu">;
    label: string;
    simd?: "relaxed" | "plain";
    looser?: number;
  },
): Promise<void> {
  const expected = await evaluateOnCpu(f, samples);
  await selectDevice({ prefer: device, simd, blas: "off" }); // our kernels are what is compared
  const actual = await evaluate(f, samples);
  const { value, gradient } = TOLERANCE[device];
  expected.forEach((numbers, i) => {
    const what = i === 0 ? "value" : `gradient ${i}`;
    assertNear(actual[i], numbers, {
      tolerance: looser * (i === 0 ? value : gradient),
      label: `${label}, ${what} on ${device}`,
    });
  });
}

/** Compares all numbers, with a tolerance relative to the largest one (at least 1). */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, label }: { tolerance: number; label: string },
): void {
  if (actual.length !== expected.length) {
    throw new AssertionError(`${label}: ${actual.length} numbers instead of ${expected.length}`);
  }
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
      throw new AssertionError(
        `${label}: number ${i} is ${actual[i]} instead of ${expected[i]} (scale ${scale})`,
      );
    }
  }
}
