import { BERT_TOKENS, bertPipeline } from "../pipelines/bert_pipeline.ts";
import { byteLevelPipeline, END_OF_TEXT } from "../pipelines/byte_level_pipeline.ts";
import { CHARACTER_TOKENS, characterPipeline } from "../pipelines/character_pipeline.ts";
import { WORD_TOKENS, wordPipeline } from "../pipelines/word_pipeline.ts";
import { PipelineTokenizer } from "../pipeline_tokenizer.ts";
import { serializeVocabTxt } from "../formats/vocab_txt.ts";
import { trainBpe } from "./train_bpe.ts";
import { trainUnigram, type TrainUnigramOptions } from "./train_unigram.ts";
import { trainWordLevel } from "./train_word_level.ts";
import { trainWordPiece } from "./train_wordpiece.ts";

/** Kinds of vocabularies. */
export const tokenizerTypes = ["unigram", "bpe", "wordpiece", "word", "character"] as const;
/** One of them. */
export type TokenizerType = typeof tokenizerTypes[number];

/** How far the training of a vocabulary is. */
export interface TrainTokenizerProgress {
  /** What is done now. */
  readonly stage: string;
  /** Lines read so far. */
  readonly lines: number;
  /** Tokens there are now. */
  readonly tokens: number;
}

/** Options of {@linkcode trainTokenizer}. */
export interface TrainTokenizerOptions extends
  Pick<
    TrainUnigramOptions,
    "byteFallback" | "characterCoverage" | "requiredChars" | "userDefinedSymbols"
  > {
  /** Kind of vocabulary. */
  readonly type: TokenizerType;
  /** Number of tokens, special ones included. */
  readonly vocabSize: number;
  /** Whether BERT's pipeline lower-cases; default true. */
  readonly lowercase?: boolean;
  /** Ending of the file that is made, which decides on its format. */
  readonly ending: string;
  /** Stops training. */
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: TrainTokenizerProgress) => void;
}

/** Endings of the files that each kind of vocabulary can become. */
export const tokenizerEndings: Readonly<Record<TokenizerType, readonly string[]>> = {
  unigram: [".spm", ".model"],
  bpe: [".json"],
  wordpiece: [".json", ".txt"],
  word: [".json"],
  character: [".json"],
};

/**
 * Trains a vocabulary of any kind, and puts it into the pipeline that it belongs to.
 *
 * @param lines The text, one sentence a line.
 * @param options Kind and size of the vocabulary, and the format of the file.
 * @returns The content of the file.
 * @throws {RangeError} When a value is impossible, or the text gives too few tokens.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, trainTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await trainTokenizer(["the cat", "the dog"], {
 *   type: "word",
 *   vocabSize: 5,
 *   ending: ".json",
 * });
 * const tokenizer = PipelineTokenizer.parse(new TextDecoder().decode(bytes));
 * assertEquals(tokenizer.encode("The cat!").tokens, ["the", "cat"]);
 * ```
 */
export async function trainTokenizer(
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainTokenizerOptions,
): Promise<Uint8Array> {
  return await trainers[options.type](lines, options);
}

/** Trains, and gives the content of the file. */
type Trainer = (
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainTokenizerOptions,
) => Promise<Uint8Array>;

/** The trainers, each with the pipeline that its vocabulary belongs into. */
const trainers: Readonly<Record<TokenizerType, Trainer>> = {
  async unigram(lines, { onProgress, ...options }) {
    const tokenizer = await trainUnigram(lines, {
      ...options,
      onProgress: ({ stage, lines, pieces }) => onProgress?.({ stage, lines, tokens: pieces }),
    });
    return tokenizer.save();
  },
  async bpe(lines, options) {
    const trained = await trainBpe(lines, {
      ...options,
      preTokenize: wordsOf(byteLevelPipeline({ vocab: new Map(), merges: [] })),
      specialTokens: [END_OF_TEXT],
      initialAlphabet: byteAlphabet(),
    });
    return tokenizerJson(byteLevelPipeline(trained));
  },
  async wordpiece(lines, options) {
    const { lowercase = true, ending } = options;
    const { vocab } = await trainWordPiece(lines, {
      ...options,
      preTokenize: wordsOf(bertPipeline(new Map(), { lowercase })),
      specialTokens: BERT_TOKENS,
    });
    if (ending === ".json") return tokenizerJson(bertPipeline(vocab, { lowercase }));
    return new TextEncoder().encode(serializeVocabTxt(vocab));
  },
  async word(lines, options) {
    const { vocab } = await trainWordLevel(lines, {
      ...options,
      preTokenize: wordsOf(wordPipeline(new Map())),
      specialTokens: WORD_TOKENS,
    });
    return tokenizerJson(wordPipeline(vocab));
  },
  async character(lines, options) {
    const { vocab } = await trainWordLevel(lines, {
      ...options,
      preTokenize: (line) => [...line, "\n"], // lines come without their ends
      specialTokens: CHARACTER_TOKENS,
    });
    return tokenizerJson(characterPipeline(vocab));
  },
};

/** The words that a pipeline hands to its model: one without pieces gives each word back as one token. */
function wordsOf(pipeline: object): (line: string) => string[] {
  const tokenizer = PipelineTokenizer.fromJson({
    ...pipeline,
    added_tokens: [],
    post_processor: null,
    model: { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]], byte_fallback: false },
  });
  return (line) => tokenizer.encode(line).tokens;
}

/** Reads what will be written once, so that no file is left that cannot be loaded. */
function tokenizerJson(pipeline: object): Uint8Array {
  const json = PipelineTokenizer.fromJson(pipeline).toJson();
  return new TextEncoder().encode(JSON.stringify(json, null, 2) + "\n");
}

/** The 256 characters that byte-level BPE writes bytes with: itself where it is visible, else one from U+0100 on. */
function byteAlphabet(): string[] {
  const isVisible = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from(
    { length: 256 },
    (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++),
  );
}
