import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { openSafetensors, type SafetensorsReader } from "./safetensors_reader.ts";
import { showPath } from "./_location.ts";

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
 * import { assertEquals } from "@std/assert";
 *
 * await using reader = await openWeights(assets.base);
 * assertEquals(reader.info("model.shared.weight").shape, [8000, 256]);
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
