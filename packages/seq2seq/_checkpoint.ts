import * as tf from "@tensorflow/tfjs";
import {
  assertCheckpoint,
  files,
  joinPath,
  openWeights,
  type Path,
  writeSafetensors,
} from "@heed/checkpoint";
import type { Json } from "./config.ts";
import type { WeightSource } from "./weights.ts";

/** Asks a source for every weight of a model. */
export type BuildWeights = (source: WeightSource) => void;

/** Reads a JSON file of a model directory. */
export async function readJson(directory: Path, name: string): Promise<Json> {
  const path = joinPath(directory, name);
  try {
    return JSON.parse(await files.readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`Cannot read ${path}: ${error.message}`);
  }
}

/**
 * Reads all weights of a model, checked against its sizes.
 *
 * @param directory The model directory.
 * @param options Who asks for the weights, and names that the file may hold beside them.
 * @returns Gives each weight once.
 */
export async function readWeights(
  directory: Path,
  { build, ignored }: { build: BuildWeights; ignored?: (name: string) => boolean },
): Promise<WeightSource> {
  const reader = await openWeights(directory);
  try {
    const expected = expectedShapes(build);
    const found = reader.names.map((name) => [name, reader.info(name)] as const);
    assertCheckpoint(found, expected, { ...(ignored && { ignored }) });
    const values = new Map<string, Float32Array>();
    for (const [name] of expected) {
      const value = await reader.readFloat32(name);
      assertFinite(value, `weight ${name} of ${directory}`);
      values.set(name, value);
    }
    return (name, shape) => {
      const tensor = tf.tensor(values.get(name)!, shape);
      values.delete(name);
      return tensor;
    };
  } finally {
    await reader.close();
  }
}

/** Names and shapes of all weights of a model, in the order of its layers. */
function expectedShapes(build: BuildWeights): [string, { shape: number[] }][] {
  const shapes: [string, { shape: number[] }][] = [];
  build((name, shape) => {
    shapes.push([name, { shape }]);
    return undefined as unknown as tf.Tensor; // only names and shapes are wanted
  });
  return shapes;
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

/** Writes JSON files and `model.safetensors`. */
export async function writeModel(
  directory: Path,
  { json, named, dtype }: {
    json: Readonly<Record<string, unknown>>;
    named: ReadonlyMap<string, tf.Tensor>;
    dtype: WeightsDType;
  },
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
