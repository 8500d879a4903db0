import type { TranslationTokenizer } from "../model.ts";

const words = /[\p{L}\p{M}][\p{L}\p{M}'’]*/gu;

/** What {@linkcode lowerCapitals} goes by. */
export interface CapitalsOptions {
  readonly tokenizer: TranslationTokenizer;
  /** Language of the text. */
  readonly locale: string;
}

/**
 * Writes a text that is all in capitals as a sentence is written. What the vocabulary knows better in capitals, such
 * as `USB`, stays.
 *
 * @param text A sentence.
 * @param options Vocabulary and language.
 * @returns The sentence; undefined when it is not in capitals, or nothing of it changes.
 */
export function lowerCapitals(
  text: string,
  { tokenizer, locale }: CapitalsOptions,
): string | undefined {
  if (/\p{Ll}/u.test(text) || (text.match(/\p{Lu}/gu)?.length ?? 0) < 3) return undefined;
  const length = (word: string) => tokenizer.encode(word).ids.length;
  const isGerman = /^de/i.test(locale);
  let isChanged = false, isFirst = true;
  const lowered = text.replace(words, (word, at: number) => {
    const capital = word.slice(0, 1);
    const lower = word.toLocaleLowerCase(locale);
    const title = capital + lower.slice(capital.toLocaleLowerCase(locale).length);
    const startsSentence = isFirst || /[.!?:]["'”’)]*\s+$/u.test(text.slice(0, at));
    isFirst = false;
    if (word.length === 1) {
      return startsSentence || (word === "I" && /^en/i.test(locale)) ? word : lower;
    }
    if (Math.min(length(lower), length(title)) > length(word)) return word;
    isChanged = true;
    // Nouns are written with a capital in German: the vocabulary says which words are nouns.
    return startsSentence || (isGerman && length(title) < length(lower)) ? title : lower;
  });
  return isChanged ? lowered : undefined;
}

/** Writes a text in capitals. */
export function raiseCapitals(text: string, locale: string | undefined): string {
  try {
    return text.toLocaleUpperCase(locale?.replaceAll("_", "-"));
  } catch {
    return text.toUpperCase();
  }
}
