import { isBesideWeights } from "./_files_beside_weights.ts";
import { showPath } from "./_location.ts";
import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { openWeights } from "./open_weights.ts";
import type { TensorToWrite } from "./safetensors_writer.ts";
import { writeSafetensors } from "./safetensors_writer.ts";

/** How weights are stored: in half precision, as bytes with a scale for each row, or in single precision. */
export type WeightsDType = "fp16" | "int8" | "fp32";

/** Options of {@linkcode convertModel}. */
export interface ConvertModelOptions {
  /** How the weights are to be stored. */
  readonly dtype: WeightsDType;
  /** Called before each tensor is read, with how many there were before it and how many there are. */
  readonly onTensor?: (done: number, total: number) => void;
  /** Stops the conversion. */
  readonly signal?: AbortSignal;
}

/** The largest number of a type; 65,504 is that of half precision. */
const LARGEST: Readonly<Record<WeightsDType, number>> = {
  fp16: 65504,
  int8: 3.4028234663852886e38,
  fp32: 3.4028234663852886e38,
};
/** Rows and columns from which a matrix is worth a scale for each row. */
const SMALLEST_ROUNDED = 16;
/** Types that can be read as float32; others, such as ids of positions, stay as they are. */
const FLOATS = new Set(["F32", "F16", "BF16", "I8"]);

/**
 * Writes a model directory anew with its weights in another type, as one `model.safetensors`. The other files that
 * are needed to run the model are copied.
 *
 * With `int8`, matrices become bytes with a scale for each row (the package's README has the layout), and small
 * tensors and vectors float32.
 *
 * @param source Model directory on disk, with weights in any form that `openWeights` reads.
 * @param target Folder to write, made where it does not exist; files in it of the same names are replaced.
 * @param options Type of the weights, whom to tell of the progress, and what stops it.
 * @returns Names of the files that were written, sorted.
 * @throws {Error} When the source is no model directory.
 * @throws {RangeError} When a weight does not fit the type.
 * @example
 * ```ts
 * import { convertModel, files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * const source = await Deno.makeTempDir();
 * await files.writeAtomic(joinPath(source, "config.json"), new TextEncoder().encode("{}"));
 * await writeSafetensors(joinPath(source, "model.safetensors"), [
 *   { name: "weight", dtype: "F32", shape: [32, 32], data: new Float32Array(1024).fill(0.5) },
 * ]);
 * const target = `${source}/int8`;
 * await convertModel(source, target, { dtype: "int8" });
 *
 * const reader = await openWeights(target);
 * assertEquals(reader.info("weight").dtype, "I8");
 * await reader.close();
 * await files.remove(source);
 * ```
 */
export async function convertModel(
  source: Path,
  target: Path,
  { dtype, onTensor, signal }: ConvertModelOptions,
): Promise<string[]> {
  const copied = await namesBesideWeights(source);
  const reader = await openWeights(source);
  try {
    await files.makeDirectory(target);
    for (const name of copied) {
      const path = joinPath(target, name);
      if (name.includes("/")) await files.makeDirectory(folderOf(path));
      await files.writeAtomic(path, files.stream(joinPath(source, name), { signal }));
    }
    const { names } = reader;
    let done = 0;
    const tensors = names.map((name): TensorToWrite => {
      const { shape, dtype: stored } = reader.info(name);
      const isFloat = FLOATS.has(stored);
      const start = () => {
        signal?.throwIfAborted();
        onTensor?.(done++, names.length);
      };
      if (!isFloat) {
        return {
          ...{ name, shape, dtype: stored },
          data: async () => {
            start();
            return (await reader.read(name)).data;
          },
        };
      }
      return {
        ...{ name, shape },
        ...storedAs(shape, dtype),
        data: async () => {
          start();
          return fitting(await reader.readFloat32(name), { name, dtype });
        },
      };
    });
    await writeSafetensors(joinPath(target, "model.safetensors"), tensors);
  } finally {
    await reader.close();
  }
  return [...copied, "model.safetensors"].sort();
}

/** The files that go with the weights, in the folder and in its folders. */
async function namesBesideWeights(source: Path): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await files.list(source)) {
    const inside = `${entry}/config.json`;
    if (isBesideWeights(entry)) names.push(entry);
    else if (isBesideWeights(inside) && await files.exists(joinPath(source, inside))) {
      names.push(inside);
    }
  }
  if (names.includes("config.json")) return names;
  throw new Error(
    `Cannot convert ${showPath(source)}: it has no config.json; give a model directory`,
  );
}

function folderOf(path: Path): Path {
  if (path instanceof URL) return new URL(".", path);
  return path.slice(0, path.lastIndexOf("/"));
}

function fitting(
  values: Float32Array<ArrayBuffer>,
  { name, dtype }: { name: string; dtype: WeightsDType },
): Float32Array<ArrayBuffer> {
  const worst = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Also catches NaN, for which every comparison is false.
  if (worst <= LARGEST[dtype]) return values;
  throw new RangeError(`Cannot store ${name} as ${dtype}: it holds ${worst}`);
}

/** How a tensor of some shape is stored: a bias that is a matrix of one row stays as it is. */
function storedAs(
  shape: readonly number[],
  dtype: WeightsDType,
): Pick<TensorToWrite, "dtype" | "quantize"> {
  if (dtype === "fp16") return { dtype: "F16" };
  const isLarge = shape.length === 2 && Math.min(...shape) >= SMALLEST_ROUNDED;
  return dtype === "int8" && isLarge ? { dtype: "I8", quantize: "rows" } : { dtype: "F32" };
}
