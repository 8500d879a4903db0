import {
  assertCheckpoint,
  joinPath,
  openSafetensors,
  type SafetensorsReader,
  type TensorToWrite,
} from "@heed/checkpoint";
import * as tf from "@tensorflow/tfjs";

/** A weight outside of tfjs. */
export interface PlainWeight {
  /** Dimensions, the slowest first. */
  readonly shape: readonly number[];
  /** Values in row-major order. */
  readonly data: Float32Array;
}

/** Lists variables for `writeSafetensors`, as F32; each is read when its turn comes. */
export function tensorsToWrite(variables: ReadonlyMap<string, tf.Variable>): TensorToWrite[] {
  return [...variables].map(([name, variable]) => ({
    name,
    dtype: "F32",
    shape: variable.shape,
    data: async () => await variable.data() as Float32Array<ArrayBuffer>,
  }));
}

/**
 * Sets variables to the values of a safetensors file, bit by bit.
 *
 * @param variables The variables by name.
 * @param path A file with all of them as F32; other tensors in it are left alone.
 * @throws {TypeError} When a name is missing, or a shape or type differs.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { writeSafetensors } from "@heed/checkpoint";
 * import { restoreVariables } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await writeSafetensors(path, [
 *   { name: "bias", dtype: "F32", shape: [2], data: new Float32Array([1, 2]) },
 * ]);
 * const bias = tf.variable(tf.zeros([2]));
 * await restoreVariables(new Map([["bias", bias]]), path);
 * assertEquals([...await bias.data()], [1, 2]);
 * await Deno.remove(path);
 * ```
 */
export async function restoreVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  path: string | URL,
): Promise<void> {
  const reader = await openSafetensors(path);
  try {
    assertCheckpoint(infoOf(reader), variables, { ignored: () => true });
    for (const [name, variable] of variables) {
      const { dtype } = reader.info(name);
      if (dtype !== "F32") {
        throw new TypeError(`Cannot resume from ${path}: ${name} is stored as ${dtype}, not F32`);
      }
      assign(variable, await reader.readFloat32(name));
    }
  } finally {
    await reader.close();
  }
}

/**
 * Sets variables to plain weights.
 *
 * @param variables The variables by name.
 * @param weights A weight for every variable.
 * @throws {TypeError} When a name is missing, or a shape differs.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assignWeights } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const bias = tf.variable(tf.zeros([1]));
 * const weight = { shape: [1], data: new Float32Array([3]) };
 * assignWeights(new Map([["bias", bias]]), new Map([["bias", weight]]));
 * assertEquals([...await bias.data()], [3]);
 * ```
 */
export function assignWeights(
  variables: ReadonlyMap<string, tf.Variable>,
  weights: ReadonlyMap<string, PlainWeight>,
): void {
  assertCheckpoint(weights, variables, { ignored: () => true });
  for (const [name, variable] of variables) assign(variable, weights.get(name)!.data);
}

/**
 * Averages the weights of several checkpoints (Vaswani et al. 2017, section 6.1), one tensor at a
 * time.
 *
 * @param directories Model directories with `model.safetensors`, of the same names and shapes.
 * @returns The mean of each weight.
 * @throws {RangeError} When there is no directory.
 * @throws {TypeError} When names or shapes differ.
 *
 * @example
 * ```ts
 * import { writeSafetensors } from "@heed/checkpoint";
 * import { averageCheckpoints } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const directories: string[] = [];
 * for (const value of [1, 3]) {
 *   const directory = await Deno.makeTempDir();
 *   await writeSafetensors(`${directory}/model.safetensors`, [
 *     { name: "bias", dtype: "F32", shape: [1], data: new Float32Array([value]) },
 *   ]);
 *   directories.push(directory);
 * }
 * const weights = await averageCheckpoints(directories);
 * assertEquals([...weights.get("bias")!.data], [2]);
 * ```
 */
export async function averageCheckpoints(
  directories: readonly string[],
): Promise<Map<string, PlainWeight>> {
  if (directories.length === 0) throw new RangeError("Cannot average checkpoints: there is none");
  const readers: SafetensorsReader[] = [];
  try {
    for (const directory of directories) {
      readers.push(await openSafetensors(joinPath(directory, "model.safetensors")));
    }
    for (const reader of readers.slice(1)) assertCheckpoint(infoOf(reader), infoOf(readers[0]));
    const weights = new Map<string, PlainWeight>();
    for (const name of readers[0].names) {
      const { shape } = readers[0].info(name);
      let sum: Float64Array | undefined;
      for (const reader of readers) {
        const values = await reader.readFloat32(name);
        sum ??= new Float64Array(values.length);
        for (let i = 0; i < values.length; i++) sum[i] += values[i];
      }
      weights.set(name, {
        shape,
        data: Float32Array.from(sum!, (value) => value / readers.length),
      });
    }
    return weights;
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

function infoOf(reader: SafetensorsReader): Map<string, { shape: readonly number[] }> {
  return new Map(reader.names.map((name) => [name, reader.info(name)]));
}

function assign(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
