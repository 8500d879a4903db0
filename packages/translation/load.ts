import { files, joinPath, type ModelAssets, type Path, resolveModel } from "@heed/checkpoint";
import { MarianTokenizer } from "@heed/tokenizer";
import type { LanguagePair } from "./languages.ts";
import type { TranslatorParts } from "./translator.ts";

/** Options of `Translator.load`. */
export interface LoadOptions {
  /** Device by name, or `"auto"` (default): WebGPU on a real GPU, else WASM. */
  readonly device?: "auto" | "webgpu" | "wasm" | "cpu";
  /**
   * Tokens of a sentence above which it is split at a clause mark; never above the model's limit, and `Infinity`
   * for that. Default 40: small models begin to repeat themselves and to leave words out. (The shipped model,
   * greedy, on every 8th line of a handbook: 18.0 BLEU unsplit, 20.8 at 48, 21.7 at 36 tokens; on shorter texts
   * 17.9, 18.0 and 17.9.)
   */
  readonly maxSentenceTokens?: number;
}

/** Reads what a translator is made of from a model directory, or from a model package's assets. */
export async function loadTranslatorParts(
  model: Path | ModelAssets,
  { device = "auto", maxSentenceTokens = 40 }: LoadOptions,
): Promise<TranslatorParts> {
  const directory = await resolveModel(model);
  await checkFiles(directory);
  // The tokenizer first: it is quick, and what is wrong with it shows before tfjs loads.
  const config = await readTokenizerConfig(directory);
  const [sourceSpm, targetSpm, vocab] = await Promise.all([
    files.readBytes(joinPath(directory, "source.spm")),
    files.readBytes(joinPath(directory, "target.spm")),
    files.readText(joinPath(directory, "vocab.json")),
  ]);
  const targetVocabPath = joinPath(directory, "target_vocab.json"); // of models with separate_vocabs
  const targetVocab = config.separate_vocabs === true
    ? await files.readText(targetVocabPath)
    : undefined;
  const tokenizer = MarianTokenizer.load({ sourceSpm, targetSpm, vocab, targetVocab, config });
  const { loadSeq2SeqModel } = await import("@heed/seq2seq");
  const seq2seq = await loadSeq2SeqModel(directory, { device });
  const { maxPositionEmbeddings } = seq2seq.config;
  return {
    tokenizer,
    languages: languagesOf(config),
    device: seq2seq.device,
    maxSentenceTokens,
    model: {
      maxSourceTokens: maxPositionEmbeddings,
      maxTargetTokens: maxPositionEmbeddings - 1, // one position is the start token's
      generate: (inputIds, options) => seq2seq.generate(inputIds, options),
      score: (inputIds, targetIds) => seq2seq.score(inputIds, targetIds),
      crossAttention: (inputIds, targetIds) => seq2seq.crossAttention(inputIds, targetIds),
      dispose: () => seq2seq.dispose(),
    },
  };
}

/**
 * Reads which languages the model in a directory translates, without loading it.
 *
 * @param model Model directory, or a model package's assets.
 * @returns The pair; undefined when the files do not say.
 * @throws {SyntaxError} When `tokenizer_config.json` is not JSON.
 */
export async function readLanguages(model: Path | ModelAssets): Promise<LanguagePair | undefined> {
  return languagesOf(await readTokenizerConfig(await resolveModel(model)));
}

/** Names all files that are missing at once; the weights have several layouts and their own error. */
async function checkFiles(directory: Path): Promise<void> {
  const names = ["config.json", "source.spm", "target.spm", "vocab.json"];
  const exist = await Promise.all(names.map((name) => files.exists(joinPath(directory, name))));
  const missing = names.filter((_, i) => !exist[i]);
  if (missing.length === 0) return;
  throw new Error(
    `Cannot load a model from ${directory}: ${missing.join(", ")} ` +
      `${missing.length === 1 ? "is" : "are"} missing; give a directory in MarianMT layout`,
  );
}

async function readTokenizerConfig(directory: Path): Promise<Record<string, unknown>> {
  const path = joinPath(directory, "tokenizer_config.json");
  if (!await files.exists(path)) return {};
  const text = await files.readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path} as JSON: ${(cause as Error).message}`, { cause });
  }
}

function languagesOf(config: Record<string, unknown>): LanguagePair | undefined {
  const { source_lang: source, target_lang: target } = config;
  return typeof source === "string" && typeof target === "string" ? { source, target } : undefined;
}
