import type { LoadedTokenizer } from "@heed/model";
import { fileError } from "./output.ts";

/**
 * Loads a tokenizer of any kind.
 *
 * @param path A `tokenizer.json`, `.spm`, `.model`, `vocab.txt`, or `vocab.json` with `merges.txt` beside it, or a folder
 *   with one of them or with Marian's files; the shipped model's tokenizer when left out
 */
export async function loadTokenizer(path?: string): Promise<LoadedTokenizer> {
  const { loadTokenizer, loadTokenizerFile } = await import("@heed/model");
  if (path === undefined) {
    const { shippedModels } = await import("@heed/translation");
    return await loadTokenizer(await shippedModels[0].assets());
  }
  try {
    const { isDirectory } = await Deno.stat(path);
    return await (isDirectory ? loadTokenizer(path) : loadTokenizerFile(path));
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
}
