import { MarianTokenizer, trainUnigram } from "@heed/tokenizer";
import { readLines } from "@heed/checkpoint";
import type { ExperimentConfig } from "./config.ts";
import { files, joinPath, readJson } from "./files.ts";

/** Loads the tokenizer of a run, or trains it on both sides of the training data. */
export async function prepareTokenizer(
  { vocabSize, sourceLanguage, targetLanguage }: ExperimentConfig,
  { train, output, signal }: { train: string; output: string; signal: AbortSignal },
): Promise<MarianTokenizer> {
  const folder = joinPath(output, "tokenizer");
  const last = joinPath(folder, "vocab.json"); // written last, so that it stands for all
  if (await files.exists(last)) return await loadTokenizer(folder);
  async function* lines(): AsyncGenerator<string> {
    for await (const { text = "" } of readLines(train, { signal })) yield* text.split("\t");
  }
  // Small texts give fewer pieces than they are asked for; padding is an id of its own.
  const pieces = await trainUnigram(lines(), {
    vocabSize: vocabSize - 1,
    hardVocabLimit: false,
    signal,
  });
  const tokenizer = MarianTokenizer.fromUnigram(pieces, {
    source_lang: sourceLanguage,
    target_lang: targetLanguage,
  });
  await saveTokenizer(tokenizer, folder);
  return tokenizer;
}

/** Writes a tokenizer's files; those of a model lie beside its weights. */
export async function saveTokenizer(tokenizer: MarianTokenizer, folder: string): Promise<void> {
  await files.makeDirectory(folder);
  const { "vocab.json": vocab, ...others } = tokenizer.files();
  for (const [name, bytes] of [...Object.entries(others), ["vocab.json", vocab] as const]) {
    await files.writeAtomic(joinPath(folder, name), bytes);
  }
}

async function loadTokenizer(folder: string): Promise<MarianTokenizer> {
  const at = (name: string) => joinPath(folder, name);
  return MarianTokenizer.load({
    sourceSpm: await files.readBytes(at("source.spm")),
    targetSpm: await files.readBytes(at("target.spm")),
    vocab: await files.readText(at("vocab.json")),
    config: await readJson(at("tokenizer_config.json")),
  });
}
