import { countWords, type Pair, textKey } from "./pair.ts";
import { samePlaceholders } from "./placeholders.ts";

/** Limits that a pair has to keep. */
export interface Rules {
  /** Most words of a side; default 100. */
  readonly maxWords: number;
  /** Most characters of a word: longer ones are addresses, keys and tables; default 40. */
  readonly maxWordCharacters: number;
  /** Most times that one side may be as long as the other, in characters, from 20 on; default 2.5. */
  readonly maxLengthRatio: number;
  /** Least share of letters among the characters that are no spaces; default 0.5. */
  readonly minLetters: number;
  /** Words from which a side has to be in its language; default 8. */
  readonly minLanguageWords: number;
}

/** {@linkcode Rules} where a recipe is silent. */
export const defaultRules: Rules = {
  maxWords: 100,
  maxWordCharacters: 40,
  maxLengthRatio: 2.5,
  minLetters: 0.5,
  minLanguageWords: 8,
};

/** Says in which language a text is, as a two-letter code; undefined when it cannot tell. */
export type DetectLanguage = (text: string) => string | undefined;

/** What is wrong with a pair. */
export type Problem =
  | "too long"
  | "lengths differ"
  | "few letters"
  | "placeholders differ"
  | "not translated"
  | "wrong language";

/** Languages of a text, and who knows them. */
export interface LanguageCheck {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
  readonly detect: DetectLanguage;
}

/**
 * Judges a pair by itself.
 *
 * @param pair The pair.
 * @param rules The limits.
 * @param languages Languages of both sides.
 * @returns The first problem; undefined for a good pair.
 */
export function findProblem(
  { source, target }: Pair,
  rules: Rules,
  { sourceLanguage, targetLanguage, detect }: LanguageCheck,
): Problem | undefined {
  const words = [countWords(source), countWords(target)];
  const longestWord = (text: string) =>
    text.split(" ").reduce((most, word) => Math.max(most, word.length), 0);
  // Chinese and Japanese have no spaces, so no words that could be too long.
  const spaced = (text: string) => !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text);
  if (Math.max(...words) > rules.maxWords) return "too long";
  for (const text of [source, target]) {
    if (spaced(text) && longestWord(text) > rules.maxWordCharacters) return "too long";
  }
  const lengths = [source, target].map((text) => text.length).sort((a, b) => a - b);
  if (spaced(target) && lengths[1] >= 20 && lengths[1] > rules.maxLengthRatio * lengths[0]) {
    return "lengths differ";
  }
  if (Math.min(letterShare(source), letterShare(target)) < rules.minLetters) return "few letters";
  if (!samePlaceholders(source, target)) return "placeholders differ";
  if (words[0] > 1 && textKey(source) === textKey(target)) return "not translated";
  if (Math.min(...words) >= rules.minLanguageWords) {
    const [from, to] = [sourceLanguage, targetLanguage].map((code) => code.slice(0, 2));
    if ((detect(source) ?? from) !== from) return "wrong language";
    if ((detect(target) ?? to) !== to) return "wrong language";
  }
}

function letterShare(text: string): number {
  const characters = text.replace(/\s/gu, "").length;
  return (text.match(/\p{L}/gu)?.join("").length ?? 0) / characters;
}
