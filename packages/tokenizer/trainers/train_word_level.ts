import { checkSpecialTokens, checkWholeNumber } from "./_trainer_checks.ts";
import { tallyWords } from "./_word_tally.ts";
import type { WordTrainerOptions } from "./word_trainer_options.ts";

/** What {@linkcode trainWordLevel} learns. */
export interface TrainedWordLevel {
  /** Token to id, in the order of the ids `0 .. vocab.size - 1`. */
  readonly vocab: Map<string, number>;
}

/**
 * Makes a vocabulary of the most frequent words, as Hugging Face's `WordLevelTrainer` does: special tokens first, then
 * the words, of equally frequent ones in the order of their code points. A word that is a special token too has the id of
 * the special token. Only the distinct words are held in memory.
 *
 * @param lines The text, in portions of any length; no word crosses a line
 * @param options Size of the vocabulary and the like
 * @returns The vocabulary
 * @throws {RangeError} If an option has an impossible value
 *
 * @example The most frequent words
 * ```ts
 * import { trainWordLevel } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { vocab } = await trainWordLevel(["the cat the dog", "the end"], {
 *   vocabSize: 4,
 *   specialTokens: ["[PAD]", "[UNK]"],
 * });
 * assertEquals([...vocab.keys()], ["[PAD]", "[UNK]", "the", "cat"]);
 * ```
 */
export async function trainWordLevel(
  lines: Iterable<string> | AsyncIterable<string>,
  options: WordTrainerOptions = {},
): Promise<TrainedWordLevel> {
  const { vocabSize = 30_000, minFrequency = 0, specialTokens = [] } = options;
  checkWholeNumber("WordLevel", "vocabSize", vocabSize, 1);
  checkWholeNumber("WordLevel", "minFrequency", minFrequency, 0);
  checkSpecialTokens("WordLevel", specialTokens);
  if (specialTokens.length > vocabSize) {
    throw new RangeError(
      `Cannot train WordLevel with vocabSize ${vocabSize}: ${specialTokens.length} special tokens do not fit`,
    );
  }

  const { tally: { words, counts }, pause } = await tallyWords(lines, options);
  const order = Array.from(words.keys()).filter((w) => counts[w] >= minFrequency)
    .sort((a, b) => counts[b] - counts[a] || compareCodePoints(words[a], words[b]));
  const vocab = new Map(specialTokens.map((token, id) => [token, id]));
  for (const w of order) {
    if (vocab.size === vocabSize) break;
    if (!vocab.has(words[w])) vocab.set(words[w], vocab.size);
  }
  await pause("learn", vocab.size);
  return { vocab };
}

/** Order by code points. That of UTF-16 units, which `<` gives, puts U+10000 and above before U+E000. */
function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) {
      const isSurrogateA = (unitA & 0xf800) === 0xd800;
      const isSurrogateB = (unitB & 0xf800) === 0xd800;
      return Number(isSurrogateA) - Number(isSurrogateB) || unitA - unitB;
    }
  }
  return a.length - b.length;
}
