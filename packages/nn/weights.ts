import * as tf from "@tensorflow/tfjs";
import { assertCheckpoint, files, joinPath, type Path, writeSafetensors } from "@heed/checkpoint";
import {
  type Json,
  type ModelConfig,
  type ModelDirectory,
  tensorsOf,
  type TensorSpec,
} from "@heed/model";
import { normal, xavierUniform } from "./initializers.ts";
import { deriveSeed, randomUniform } from "./random.ts";

/** Gives a tensor that a model needs; it belongs to whoever asked. */
export type WeightSource = (spec: TensorSpec) => tf.Tensor;

/**
 * Fresh weights, drawn as each spec says.
 *
 * @param options The seed; a weight depends on it and on its name alone, on every device.
 * @returns A source of weights.
 *
 * @example
 * ```ts
 * import { freshWeights } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const source = freshWeights({ seed: 1 });
 * const bias = source({ name: "bias", shape: [2], init: { kind: "constant", values: [1] } });
 * assertEquals([...await bias.data()], [1, 1]);
 * ```
 */
export function freshWeights({ seed }: { seed: number }): WeightSource {
  return ({ name, shape: readonlyShape, init }) => {
    const own = deriveSeed(seed, name), shape = [...readonlyShape];
    const size = tf.util.sizeFromShape(shape);
    switch (init.kind) {
      case "constant": {
        const run = size / init.values.length;
        return tf.tensor(
          Float32Array.from({ length: size }, (_, i) => init.values[Math.floor(i / run)]),
          shape,
        );
      }
      case "normal":
        return normal(shape, { seed: own, std: init.std });
      case "uniform": {
        const { limit } = init;
        return tf.tensor(randomUniform(size, { seed: own, low: -limit, high: limit }), shape);
      }
      case "xavier-uniform":
        return xavierUniform([shape[0], shape[1]], { seed: own });
    }
  };
}

/**
 * The weights of a model directory, checked against what its family describes.
 *
 * @param directory The directory.
 * @param config Sizes.
 * @returns A source that gives each weight once.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 * @throws {RangeError} When a weight holds NaN or infinity.
 *
 * @example
 * ```ts
 * import { openModel } from "@heed/model";
 * import { assets } from "@heed/model-en-de";
 * import { readWeights, selectDevice } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * await selectDevice({ prefer: "cpu" });
 * const directory = await openModel(assets);
 * const source = await readWeights(directory, await directory.config());
 * const bias = source({
 *   name: "final_logits_bias",
 *   shape: [1, 8112],
 *   init: { kind: "constant", values: [0] },
 * });
 * assertEquals(bias.shape, [1, 8112]);
 * ```
 */
export async function readWeights(
  directory: ModelDirectory,
  config: ModelConfig,
): Promise<WeightSource> {
  const family = await directory.family();
  const reader = await directory.weights();
  try {
    const expected = tensorsOf(family.tensors(config, reader.names));
    const found = reader.names.map((name) => [name, reader.info(name)] as const);
    assertCheckpoint(found, expected, { ignored: (name) => family.ignored.test(name) });
    const values = new Map<string, Float32Array>();
    for (const name of expected.keys()) {
      const value = await reader.readFloat32(name);
      assertFinite(value, `weight ${name} of ${directory.path}`);
      values.set(name, value);
    }
    return ({ name, shape }) => {
      const tensor = tf.tensor(values.get(name)!, [...shape]);
      values.delete(name);
      return tensor;
    };
  } finally {
    await reader.close();
  }
}

/** One sum over all values, since this is done at every start: 0 times NaN or infinity is NaN. */
function assertFinite(values: Float32Array, what: string): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  if (sum === 0) return;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `Cannot load ${what}: it holds ${values[wrong]} at element ${wrong}; ` +
      "the checkpoint is damaged or its training diverged",
  );
}

/** Numbers that a weights' file holds. */
export type WeightsDType = "F32" | "F16" | "BF16";

/** What {@linkcode saveWeights} writes. */
export interface SavedModel {
  /** JSON files by name. */
  readonly json: Readonly<Record<string, Json>>;
  /** Weights by their names in the checkpoint. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** Numbers of the weights. */
  readonly dtype: WeightsDType;
}

/**
 * Writes a model directory: JSON files and `model.safetensors`, each whole or not at all.
 *
 * @param directory Made when it does not exist.
 * @param model What to write.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { saveWeights } from "@heed/nn";
 * import { openWeights } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const named = new Map([["bias", tf.ones([2])]]);
 * await saveWeights(directory, { json: { "config.json": {} }, named, dtype: "F32" });
 * const reader = await openWeights(directory);
 * assertEquals([...await reader.readFloat32("bias")], [1, 1]);
 * await reader.close();
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function saveWeights(
  directory: Path,
  { json, named, dtype }: SavedModel,
): Promise<void> {
  await files.makeDirectory(directory);
  const encoder = new TextEncoder();
  for (const [name, value] of Object.entries(json)) {
    const bytes = encoder.encode(JSON.stringify(value, null, 2) + "\n");
    await files.writeAtomic(joinPath(directory, name), bytes);
  }
  const tensors = [...named].map(([name, tensor]) => ({
    name,
    dtype,
    shape: tensor.shape,
    data: async () => await tensor.data() as Float32Array<ArrayBuffer>,
  }));
  await writeSafetensors(joinPath(directory, "model.safetensors"), tensors);
}
