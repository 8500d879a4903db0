import * as tf from "@tensorflow/tfjs";
import { ensureSoleOwner, hasKernel, runKernel } from "./kernels/fused_op.ts";

/**
 * Copies the values of tensors into one array, one after the other.
 *
 * @param tensors Of any shapes, float32.
 * @param array Takes all of them; it may be in shared memory.
 * @throws {RangeError} When the sizes differ.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { copyFromTensors } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const array = new Float32Array(3);
 * await copyFromTensors([tf.tensor1d([1, 2]), tf.scalar(3)], array);
 * assertEquals([...array], [1, 2, 3]);
 * ```
 */
export async function copyFromTensors(
  tensors: readonly tf.Tensor[],
  array: Float32Array,
): Promise<void> {
  for (const [tensor, part] of partsOf(tensors, array)) {
    if (hasKernel("HeedCopyOut")) runKernel("HeedCopyOut", { x: tensor }, { array: part });
    else part.set(await tensor.data());
  }
}

/**
 * Copies one array into variables, one after the other: the way back of
 * {@linkcode copyFromTensors}.
 *
 * @param array As many values as the variables have together; it may be in shared memory.
 * @param variables Of any shapes, float32; they are changed in place.
 * @throws {RangeError} When the sizes differ.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { copyToVariables } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const bias = tf.variable(tf.zeros([2]));
 * copyToVariables(new Float32Array([4, 5]), [bias]);
 * assertEquals([...await bias.data()], [4, 5]);
 * ```
 */
export function copyToVariables(array: Float32Array, variables: readonly tf.Variable[]): void {
  for (const [variable, part] of partsOf(variables, array)) {
    if (hasKernel("HeedCopyIn")) {
      ensureSoleOwner(variable);
      runKernel("HeedCopyIn", { x: variable }, { array: part });
    } else {
      // A copy, because backends keep the array that they get.
      tf.tidy(() => variable.assign(tf.tensor(new Float32Array(part), variable.shape)));
    }
  }
}

function partsOf<T extends tf.Tensor>(
  tensors: readonly T[],
  array: Float32Array,
): [T, Float32Array][] {
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  if (size !== array.length) {
    throw new RangeError(`Cannot copy ${size} values of tensors and ${array.length} of an array`);
  }
  let begin = 0;
  return tensors.map((tensor) => [tensor, array.subarray(begin, begin += tensor.size)]);
}
