import type { LoadedTokenizer } from "@heed/model";
import type { Host } from "./host.ts";
import { fileError } from "./output.ts";
import { untilInterrupted } from "./until_interrupted.ts";

/**
 * Loads a tokenizer of any kind.
 *
 * @param path A `tokenizer.json`, `.spm`, `.model`, `vocab.txt`, or `vocab.json` with `merges.txt` beside it, or a folder
 *   with one of them or with Marian's files; the shipped model's tokenizer when left out
 * @param host Its signal ends the fetching of the shipped one
 */
export async function loadTokenizer(
  path: string | undefined,
  { signal }: Pick<Host, "signal">,
): Promise<LoadedTokenizer> {
  const { loadTokenizer, loadTokenizerFile, openModel } = await import("@heed/model");
  if (path === undefined) {
    const { shippedModels } = await import("@heed/translation");
    const shipped = openModel(await shippedModels[0].assets(), { signal });
    return await loadTokenizer(await untilInterrupted(shipped, signal));
  }
  try {
    const { isDirectory } = await Deno.stat(path);
    return await (isDirectory ? loadTokenizer(path) : loadTokenizerFile(path));
  } catch (cause) {
    throw fileError("read", { path, cause });
  }
}
