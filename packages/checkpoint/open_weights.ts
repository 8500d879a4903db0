import { files, type Path } from "./files.ts";
import { joinPath } from "./join_path.ts";
import { openSafetensors } from "./safetensors_reader.ts";
import { showPath } from "./_location.ts";
import type { WeightsReader } from "./weights_reader.ts";

/** Loaded where it is needed: most directories have safetensors. */
async function openTorch(path: Path): Promise<WeightsReader> {
  const { openTorch } = await import("./torch/torch_reader.ts");
  return await openTorch(path);
}

/** What a model directory may have, the first choice first. */
const FILES = [
  ["model.safetensors", openSafetensors],
  ["model.safetensors.index.json", openSafetensors],
  ["pytorch_model.bin", openTorch],
  ["pytorch_model.bin.index.json", openTorch],
] as const;

/**
 * Opens the weights of a model directory: `model.safetensors`, or else `model.safetensors.index.json` with its shards, or
 * else the same of PyTorch: `pytorch_model.bin` or `pytorch_model.bin.index.json`.
 *
 * @param directory Model directory, a path or a URL.
 * @returns The reader, which the caller closes.
 * @throws {Error} When the directory has none of these files.
 * @example
 * ```ts
 * import { openWeights } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * await using reader = await openWeights(assets.base);
 * assertEquals(reader.info("model.shared.weight").shape, [8112, 256]);
 * ```
 */
export async function openWeights(directory: Path): Promise<WeightsReader> {
  for (const [name, open] of FILES) {
    const path = joinPath(directory, name);
    if (await files.exists(path)) return await open(path);
  }
  const names = FILES.map(([name]) => name);
  throw new Error(
    `Cannot load weights from ${showPath(directory)}: it has neither ` +
      `${names.slice(0, -1).join(", ")} nor ${names.at(-1)}`,
  );
}
