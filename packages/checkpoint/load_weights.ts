import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { openSafetensors, type SafetensorsReader } from "./safetensors_reader.ts";
import { showPath } from "./_location.ts";

/** A weight as models take it. */
export interface Weight {
  /** Dimensions, the slowest first. */
  readonly shape: readonly number[];
  /** Values in row-major order. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** How far loading has come. */
export interface LoadProgress {
  /** Bytes of the checkpoint read so far. */
  readonly loadedBytes: number;
  /** Bytes of all tensors in the checkpoint. */
  readonly totalBytes: number;
}

/** Options of {@linkcode loadWeights} and {@linkcode streamWeights}. */
export interface LoadWeightsOptions {
  /** Called after each tensor. */
  onProgress?: (progress: LoadProgress) => void;
  /** Stops the loading between two tensors. */
  signal?: AbortSignal;
}

/**
 * Opens the weights of a model directory: `model.safetensors`, or else
 * `model.safetensors.index.json` with its shards.
 *
 * @param directory Model directory, a path or a URL.
 * @returns The reader, which the caller closes.
 * @throws {Error} When the directory has neither file.
 * @example
 * ```ts
 * import { openWeights } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 *
 * const reader = await openWeights(assets.base);
 * console.log(reader.names.length);
 * await reader.close();
 * ```
 */
export async function openWeights(directory: Path): Promise<SafetensorsReader> {
  for (const name of ["model.safetensors", "model.safetensors.index.json"]) {
    const path = joinPath(directory, name);
    if (await files.exists(path)) return await openSafetensors(path);
  }
  throw new Error(
    `Cannot load weights from ${showPath(directory)}: ` +
      "it has neither model.safetensors nor model.safetensors.index.json",
  );
}

/**
 * Loads all weights of a model directory as float32.
 *
 * @param directory Model directory, a path or a URL.
 * @param options Whom to tell of the progress, and what stops it.
 * @returns The weights by name.
 * @throws {SyntaxError} When a file is not what it should be.
 * @example
 * ```ts
 * import { loadWeights } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 *
 * const weights = await loadWeights(assets.base);
 * console.log(weights.get("model.shared.weight")?.shape); // [8000, 256]
 * ```
 */
export async function loadWeights(
  directory: Path,
  options: LoadWeightsOptions = {},
): Promise<Map<string, Weight>> {
  const weights = new Map<string, Weight>();
  for await (const { name, shape, data } of streamWeights(directory, options)) {
    weights.set(name, { shape, data });
  }
  return weights;
}

/**
 * Gives the weights of a model directory one after the other as float32, so that each can be moved
 * to a device and forgotten before the next one is read.
 *
 * @param directory Model directory, a path or a URL.
 * @param options Whom to tell of the progress, and what stops it.
 * @returns The weights in the order of the file.
 * @throws {SyntaxError} When a file is not what it should be.
 */
export async function* streamWeights(
  directory: Path,
  options: LoadWeightsOptions = {},
): AsyncGenerator<Weight & { readonly name: string }> {
  const { onProgress, signal } = options;
  const reader = await openWeights(directory);
  try {
    const totalBytes = reader.names.reduce((sum, name) => sum + reader.info(name).byteLength, 0);
    let loadedBytes = 0;
    for (const name of reader.names) {
      signal?.throwIfAborted();
      const { shape, byteLength } = reader.info(name);
      const data = await reader.readFloat32(name);
      loadedBytes += byteLength;
      onProgress?.({ loadedBytes, totalBytes });
      yield { name, shape, data };
    }
  } finally {
    await reader.close();
  }
}
