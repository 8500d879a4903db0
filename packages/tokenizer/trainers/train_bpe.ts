import { addAlphabet, symbolText, TokenList } from "./_bpe_alphabet.ts";
import { BpeLearner } from "./_bpe_learner.ts";
import { checkAlphabet, checkSpecialTokens, checkWholeNumber } from "./_trainer_checks.ts";
import { tallyWords } from "./_word_tally.ts";
import type { WordTrainerOptions } from "./word_trainer_options.ts";

/** Settings of {@linkcode trainBpe}; the defaults are those of Hugging Face's `BpeTrainer`. */
export interface TrainBpeOptions extends WordTrainerOptions {
  /** Single characters that get a token however rare they are, such as the 256 of the byte alphabet; default none. */
  readonly initialAlphabet?: readonly string[];
  /** How many characters get a token, the most frequent ones; others are left out of the words; default all. */
  readonly limitAlphabet?: number;
  /** Written before a token that does not begin a word; default nothing. */
  readonly continuingSubwordPrefix?: string;
  /** Written after a token that ends a word; default nothing. */
  readonly endOfWordSuffix?: string;
  /**
   * Length in characters that tokens of three characters and more stay below, as `BpeTrainer` reads its
   * `max_token_length`; default no limit.
   */
  readonly maxTokenLength?: number;
}

/** What {@linkcode trainBpe} learns. */
export interface TrainedBpe {
  /** Token to id, in the order of the ids `0 .. vocab.size - 1`. */
  readonly vocab: Map<string, number>;
  /** Pairs of tokens that become one token, the first to apply first. */
  readonly merges: [string, string][];
}

const MERGES_PER_REPORT = 200;

/**
 * Trains byte-pair encoding (Sennrich, Haddow and Birch 2016), with the merges and ids of Hugging Face's `BpeTrainer`.
 * The same lines, in any order, give the same result; only the distinct words are held in memory.
 *
 * Of equally frequent pairs the one with the smaller ids comes first. Special tokens and characters all get a token, even
 * if they are more than `vocabSize`.
 *
 * @param lines The text, in portions of any length; no word crosses a line
 * @param options Size of the vocabulary and the like
 * @returns Vocabulary and merges
 * @throws {RangeError} If an option has an impossible value
 *
 * @example
 * ```ts
 * import { trainBpe } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["low low low lower lower", "newest newest widest"];
 * const { vocab, merges } = await trainBpe(lines, { vocabSize: 14, specialTokens: ["<unk>"] });
 * assertEquals(merges, [["l", "o"], ["lo", "w"], ["e", "s"]]);
 * assertEquals(vocab.get("low"), 12);
 * ```
 */
export function trainBpe(
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainBpeOptions = {},
): Promise<TrainedBpe> {
  return learnMerges(lines, options, "BPE");
}

/** {@linkcode trainBpe}, with the name of the trainer for messages. */
export async function learnMerges(
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainBpeOptions,
  trainer: string,
): Promise<TrainedBpe> {
  const {
    vocabSize = 30_000,
    minFrequency = 0,
    specialTokens = [],
    initialAlphabet = [],
    limitAlphabet,
    continuingSubwordPrefix = "",
    endOfWordSuffix = "",
    maxTokenLength,
  } = options;
  checkWholeNumber(trainer, "vocabSize", vocabSize, 1);
  checkWholeNumber(trainer, "minFrequency", minFrequency, 0);
  checkWholeNumber(trainer, "limitAlphabet", limitAlphabet, 0);
  checkWholeNumber(trainer, "maxTokenLength", maxTokenLength, 1);
  checkSpecialTokens(trainer, specialTokens);
  checkAlphabet(trainer, initialAlphabet);

  const { tally, pause } = await tallyWords(lines, options);
  const vocabulary = new TokenList();
  for (const token of specialTokens) vocabulary.add(token);
  const alphabet = {
    initialAlphabet,
    limitAlphabet: limitAlphabet ?? Infinity,
    continuingSubwordPrefix,
    endOfWordSuffix,
  };
  addAlphabet(tally, alphabet, vocabulary);
  const text = symbolText(tally, alphabet, vocabulary);
  const learner = new BpeLearner(text, tally.counts, {
    vocabulary,
    rules: { vocabSize, minFrequency, maxTokenLength, continuingSubwordPrefix },
  });
  await pause("learn", vocabulary.size);
  for (let merges = 1; learner.mergeNext(); merges++) {
    if (merges % MERGES_PER_REPORT === 0) await pause("learn", vocabulary.size);
  }
  await pause("learn", vocabulary.size);
  return { vocab: vocabulary.ids, merges: learner.merges() };
}
