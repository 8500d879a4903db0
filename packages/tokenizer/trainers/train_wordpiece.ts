import { learnMerges, type TrainBpeOptions } from "./train_bpe.ts";

/** Settings of {@linkcode trainWordPiece}; the defaults are those of Hugging Face's `WordPieceTrainer`. */
export interface TrainWordPieceOptions extends Omit<TrainBpeOptions, "continuingSubwordPrefix"> {
  /** Written before a token that does not begin a word; default `##`. */
  readonly continuingSubwordPrefix?: string;
}

/** What {@linkcode trainWordPiece} learns. */
export interface TrainedWordPiece {
  /** Token to id, in the order of the ids `0 .. vocab.size - 1`. */
  readonly vocab: Map<string, number>;
}

/**
 * Trains a WordPiece vocabulary as Hugging Face's `WordPieceTrainer` does: byte-pair encoding on characters that carry
 * `##` inside words, of which the tokens are kept and the merges are not. The same lines, in any order, give the same
 * result; only the distinct words are held in memory.
 *
 * Hugging Face gives the characters with `##` another order on each run, and ties between pairs are settled by ids; here
 * they are ordered by their code points.
 *
 * @param lines The text, in portions of any length; no word crosses a line
 * @param options Size of the vocabulary and the like
 * @returns The vocabulary
 * @throws {RangeError} If an option has an impossible value
 *
 * @example
 * ```ts
 * import { trainWordPiece } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { vocab } = await trainWordPiece(["sing singing sings"], {
 *   vocabSize: 13,
 *   specialTokens: ["[PAD]", "[UNK]"],
 * });
 * assertEquals(vocab.has("sing"), true);
 * assertEquals(vocab.has("##s"), true);
 * ```
 */
export async function trainWordPiece(
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainWordPieceOptions = {},
): Promise<TrainedWordPiece> {
  const { continuingSubwordPrefix = "##" } = options;
  const { vocab } = await learnMerges(lines, { ...options, continuingSubwordPrefix }, "WordPiece");
  return { vocab };
}
