import { files as storage, joinPath } from "@heed/checkpoint";
import { loadTokenizer, type ModelDirectory } from "@heed/model";
import { PipelineTokenizer } from "@heed/tokenizer";

/** Files of a tokenizer that go with a model. */
const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "vocab.txt",
  "vocab.json",
  "merges.txt",
];

/** Copies the files of a tokenizer into a directory that exists. */
export async function copyTokenizer(from: ModelDirectory, to: string): Promise<void> {
  for (const name of TOKENIZER_FILES) {
    if (!await from.has(name)) continue;
    await storage.writeAtomic(joinPath(to, name), await from.bytes(name));
  }
}

/** Loads the tokenizer of a BERT-like model. */
export async function readTokenizer(directory: ModelDirectory): Promise<PipelineTokenizer> {
  const { tokenizer, format } = await loadTokenizer(directory);
  if (tokenizer instanceof PipelineTokenizer) return tokenizer;
  throw new TypeError(
    `Cannot train with the tokenizer of ${directory.path}, a ${format}: give tokenizer.json or vocab.txt`,
  );
}
