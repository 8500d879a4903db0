import type { MarianTokenizer } from "@heed/tokenizer";
import type { TrainingConfig } from "@heed/training";

/** What a source begins with to ask for a target language: `>>fr<< `. */
const LANGUAGE_TOKEN = /^>>([\w-]+)<< ?/;

/**
 * Encodes sources of training data.
 *
 * @returns A function from a source to its ids. It throws a RangeError at a source that asks for a target language
 * by a token that the tokenizer does not have: the model could not tell it from any other.
 */
export function sourceEncoder(tokenizer: MarianTokenizer): (source: string) => number[] {
  return (source) => {
    const code = LANGUAGE_TOKEN.exec(source)?.[1];
    if (code !== undefined && !tokenizer.languageCodes.includes(code)) {
      throw new RangeError(
        `Cannot train on a source that begins with >>${code}<<: the tokenizer has no such token; ` +
          "list the code in tokenizer.languageCodes, or begin with a model that has the token",
      );
    }
    return tokenizer.encode(source).ids;
  };
}

/**
 * Loads the tokenizer of a run, or trains it on the data. A trained one is kept in `output/tokenizer`, where
 * a run that goes on finds it.
 */
export async function prepareTokenizer(
  config: TrainingConfig,
  { resume, signal }: { resume: boolean; signal: AbortSignal },
): Promise<MarianTokenizer> {
  const { files, joinPath } = await import("@heed/checkpoint");
  const own = joinPath(config.output, "tokenizer");
  const given = config.initialCheckpoint ??
    (config.tokenizer && "path" in config.tokenizer ? config.tokenizer.path : undefined);
  if (given !== undefined) return await loadTokenizer(given, config.data);
  if (resume && await files.exists(own)) return await loadTokenizer(own, config.data);
  const tokenizer = await trainTokenizer(config, signal);
  await files.makeDirectory(own);
  for (const [name, bytes] of Object.entries(tokenizer.files())) {
    await files.writeAtomic(joinPath(own, name), bytes);
  }
  return tokenizer;
}

/** Loads a tokenizer for the languages of the data, which may be those of its files turned round. */
async function loadTokenizer(
  directory: string,
  { sourceLanguage, targetLanguage }: TrainingConfig["data"],
): Promise<MarianTokenizer> {
  const [{ files, joinPath }, { MarianTokenizer }] = await Promise.all([
    import("@heed/checkpoint"),
    import("@heed/tokenizer"),
  ]);
  const at = (name: string) => joinPath(directory, name);
  const config = JSON.parse(await files.readText(at("tokenizer_config.json")));
  const models = await Promise.all(
    ["source.spm", "target.spm"].map((name) => files.readBytes(at(name))),
  );
  const { source_lang: source, target_lang: target } = config;
  if (source !== target && source === targetLanguage && target === sourceLanguage) models.reverse();
  const [sourceSpm, targetSpm] = models;
  return MarianTokenizer.load({
    sourceSpm,
    targetSpm,
    vocab: await files.readText(at("vocab.json")),
    config: { ...config, source_lang: sourceLanguage, target_lang: targetLanguage },
  });
}

/** Trains one vocabulary for both languages, on lines of both sides. */
async function trainTokenizer(
  config: TrainingConfig,
  signal: AbortSignal,
): Promise<MarianTokenizer> {
  const [{ MarianTokenizer, trainUnigram }, { indexParallelText, openBlocks }] = await Promise.all([
    import("@heed/tokenizer"),
    import("@heed/training"),
  ]);
  const { data, tokenizer } = config;
  if (tokenizer === undefined || "path" in tokenizer) {
    throw new TypeError("Cannot train a given tokenizer");
  }
  const text = await indexParallelText(data.train, {
    sourceColumn: data.sourceColumn,
    targetColumn: data.targetColumn,
    maxLines: data.maxLines,
  });
  async function* lines(maxLines: number): AsyncGenerator<string> {
    const reader = openBlocks(text);
    try {
      // Spread over the whole data, which may be sorted by origin.
      const stride = Math.max(1, Math.floor(text.lines / maxLines));
      for (let block = 0; block < text.blocks.length; block += stride) {
        for (const line of await reader.read(block)) {
          if (line.problem !== undefined) continue;
          yield line.source.replace(LANGUAGE_TOKEN, "");
          yield line.target;
        }
      }
    } finally {
      await reader.close();
    }
  }
  const trained = await trainUnigram(lines(tokenizer.maxLines), {
    vocabSize: tokenizer.vocabSize,
    signal,
  });
  const languages = { source_lang: data.sourceLanguage, target_lang: data.targetLanguage };
  return MarianTokenizer.fromUnigram(trained, languages, tokenizer.languageCodes);
}
