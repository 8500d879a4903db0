import * as tf from "@tensorflow/tfjs";
import type { WasmBackend } from "./heap.ts";

/** Whether tfjs's current backend has a kernel of this name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/** Runs one of our kernels. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor | undefined>,
  attributes: object = {},
): tf.Tensor[] {
  const present: Record<string, tf.Tensor> = {};
  for (const key in inputs) if (inputs[key]) present[key] = inputs[key];
  const outputs = tf.engine().runKernel(name, present, attributes as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs as unknown as tf.Tensor];
}

/** Whether the operations that run now will be differentiated. */
export function isRecording(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** A second tensor on the same data, without a copy. */
export function share(tensor: tf.Tensor, shape: number[] = tensor.shape): tf.Tensor {
  const { dataId, dtype } = tensor;
  (tf.backend() as unknown as WasmBackend).incRef(dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}

/** Whether nobody else holds the data of this tensor, so that it may be overwritten. */
export function isSoleOwner(tensor: tf.Tensor): boolean {
  return (tf.backend() as unknown as WasmBackend).refCount(tensor.dataId) === 1;
}

/** Gives a variable data of its own when a clone (a kept best checkpoint, say) shares them. */
export function ensureSoleOwner(variable: tf.Variable): void {
  if (isSoleOwner(variable)) return;
  const copy = tf.tidy(() => tf.add(variable, 0));
  variable.assign(copy);
  copy.dispose();
}

/** The gradient that came in, and what may be done to it. */
export interface Incoming {
  /** The gradient of the result. */
  readonly dy: tf.Tensor;
  /** True when `dy` may be overwritten: it belongs to this operation alone. */
  readonly own: boolean;
}

/**
 * An operation of our own with its gradient.
 *
 * tfjs keeps every saved tensor and every gradient of an intermediate result until the whole backward
 * pass is over. Here both are released as soon as the gradient of this operation is known, which
 * halves the memory of a training step: after it tfjs has no use for them, since the tape is walked
 * once. (Not while an outer gradient records, and never a gradient that the caller passed in, which
 * is older than the result.)
 *
 * @param inputs What the gradient is for, in the order that `backward` returns.
 * @param forward Computes the result, and hands `save` what `backward` needs.
 * @param backward Gets the gradient of the result and the saved tensors; returns new tensors, one per
 * input, no object twice.
 * @returns The result.
 * @throws {TypeError} For an input that is not float32: the kernels would misread its bits.
 */
export function fusedOp(
  inputs: tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => tf.Tensor,
  backward: (incoming: Incoming, saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  for (const { dtype, shape } of inputs) {
    if (dtype !== "float32") {
      throw new TypeError(`Cannot compute with ${dtype} [${shape}]: the kernels need float32`);
    }
  }
  const operation = tf.customGrad((...given: unknown[]) => {
    const value = forward(given[given.length - 1] as (tensors: tf.Tensor[]) => void);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const release = !isRecording();
        const ours = release && dy.id > value.id;
        const gradients = backward({ dy, own: ours && isSoleOwner(dy) }, saved);
        if (release) { for (const tensor of saved) tensor.dispose(); }
        if (ours) dy.dispose();
        return gradients;
      },
    };
  });
  return operation(...inputs);
}
