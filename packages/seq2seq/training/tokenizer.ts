import { files, joinPath } from "@heed/checkpoint";
import { openModel } from "@heed/model";
import { MarianTokenizer, trainUnigram } from "@heed/tokenizer";
import { indexParallelText, openBlocks, type ParallelText } from "@heed/training";
import { untilAborted } from "./_until_aborted.ts";
import type { DataConfig, TrainingConfig } from "./config.ts";

/** What a source begins with to ask for a target language: `>>fr<< `. */
export const languageTokenPattern = /^>>([\w-]+)<< ?/;

/** The parts of a configuration that decide on the tokenizer. */
export type TokenizerOrigin = Pick<
  TrainingConfig,
  "data" | "tokenizer" | "initialCheckpoint" | "output"
>;

/**
 * Loads the tokenizer of a run, or trains it on the data. A trained one is kept in `output/tokenizer`, where
 * a run that goes on finds it.
 *
 * @param config What is to be trained, and on what.
 * @param options `resume`: whether a run goes on, with its own tokenizer; `signal` stops the reading and training.
 * @returns The tokenizer.
 * @throws {RangeError} When the data give too few pieces for `vocabSize`.
 *
 * @example
 * ```ts
 * import { parseTrainingConfig, prepareTokenizer } from "@heed/seq2seq/training";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseTrainingConfig({
 *   model: "transformer",
 *   initialCheckpoint: decodeURIComponent(assets.base.pathname),
 *   data: { train: ["train.tsv"], sourceLanguage: "de", targetLanguage: "en" },
 *   steps: 100,
 *   output: "runs/back",
 * });
 * const tokenizer = await prepareTokenizer(config);
 * const { ids } = tokenizer.encode("Die Datei");
 * assertEquals(tokenizer.decode(ids), "Die Datei");
 * ```
 */
export async function prepareTokenizer(
  config: TokenizerOrigin,
  { resume = false, signal }: { resume?: boolean; signal?: AbortSignal } = {},
): Promise<MarianTokenizer> {
  const { data, tokenizer: wanted, initialCheckpoint } = config;
  const own = joinPath(config.output, "tokenizer");
  const path = initialCheckpoint ?? (wanted && "path" in wanted ? wanted.path : undefined) ??
    (resume && await files.exists(own) ? own : undefined);
  if (path !== undefined) return await untilAborted(loadTokenizer(path, data), signal);
  const tokenizer = await trainTokenizer(config, signal);
  // Written aside and renamed: a run that is killed here finds no half of it when it goes on.
  const partial = `${own}.partial`;
  await files.remove(partial);
  await files.makeDirectory(partial);
  await saveTokenizer(tokenizer, partial);
  await files.remove(own);
  await files.rename(partial, own);
  return tokenizer;
}

/** Writes the files of a tokenizer into a directory that exists. */
export async function saveTokenizer(tokenizer: MarianTokenizer, directory: string): Promise<void> {
  for (const [name, bytes] of Object.entries(tokenizer.files())) {
    await files.writeAtomic(joinPath(directory, name), bytes);
  }
}

/** Loads a tokenizer for the languages of the data, which may be those of its files turned round. */
async function loadTokenizer(
  path: string,
  { sourceLanguage, targetLanguage }: Pick<DataConfig, "sourceLanguage" | "targetLanguage">,
): Promise<MarianTokenizer> {
  const directory = await openModel(path);
  const { source_lang: source, target_lang: target } = await directory.json(
    "tokenizer_config.json",
  );
  const reversed = source !== target && source === targetLanguage && target === sourceLanguage;
  const languages = { source_lang: sourceLanguage, target_lang: targetLanguage };
  return await directory.marianTokenizer(languages, { reversed });
}

/** The training data on disk. */
export async function indexTrainingText(
  { train, sourceColumn, targetColumn, maxLines }: DataConfig,
): Promise<ParallelText> {
  return await indexParallelText(train, { sourceColumn, targetColumn, maxLines });
}

/** Trains one vocabulary for both languages, on lines of both sides. */
async function trainTokenizer(
  { data, tokenizer }: TokenizerOrigin,
  signal: AbortSignal | undefined,
): Promise<MarianTokenizer> {
  if (tokenizer === undefined || "path" in tokenizer) {
    throw new TypeError("Cannot train a tokenizer: the configuration does not ask for one");
  }
  const text = await untilAborted(indexTrainingText(data), signal);
  async function* lines(maxLines: number): AsyncGenerator<string> {
    const reader = openBlocks(text);
    try {
      // Spread over the whole data, which may be sorted by origin.
      const stride = Math.max(1, Math.floor(text.lines / maxLines));
      for (let block = 0; block < text.blocks.length; block += stride) {
        for (const line of await reader.read(block)) {
          if (line.problem !== undefined) continue;
          yield line.source.replace(languageTokenPattern, "");
          yield line.target;
        }
      }
    } finally {
      await reader.close();
    }
  }
  const { type: _, maxLines, languageCodes, ...options } = tokenizer;
  const trained = await trainUnigram(lines(maxLines), { ...options, signal });
  const languages = { source_lang: data.sourceLanguage, target_lang: data.targetLanguage };
  return MarianTokenizer.fromUnigram(trained, languages, languageCodes);
}
