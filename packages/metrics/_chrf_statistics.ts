import {
  countCharacterNgrams,
  countMatches,
  countWordNgrams,
  type NgramCounts,
  sumCounts,
} from "./_ngrams.ts";
import { removeSpaces, splitWords } from "./_words.ts";

/** What chrF depends on for one n-gram order; that of two corpora together is the sum. */
export interface ChrfOrder {
  /** N-grams of the hypotheses, where the reference has any of this order. */
  hypothesis: number;
  /** N-grams of the references. */
  reference: number;
  /** N-grams that both have. */
  matches: number;
}

/** How chrF reads a text. */
export interface ChrfOrders {
  readonly characterOrder: number;
  readonly wordOrder: number;
  readonly whitespace: boolean;
}

/** N-grams of characters, then of words `[characterOrder + wordOrder]`. */
export function countChrfNgrams(text: string, orders: ChrfOrders): NgramCounts[] {
  const characters = orders.whitespace ? text : removeSpaces(text);
  return [
    ...countCharacterNgrams(characters, orders.characterOrder),
    ...countWordNgrams(orders.wordOrder > 0 ? splitPunctuation(text) : [], orders.wordOrder),
  ];
}

/** Compares the n-grams of a hypothesis with those of one reference, order by order. */
export function compareChrfNgrams(
  hypothesis: readonly NgramCounts[],
  reference: readonly NgramCounts[],
): ChrfOrder[] {
  return hypothesis.map((ngrams, i) => ({
    hypothesis: reference[i].size > 0 ? sumCounts(ngrams) : 0,
    reference: sumCounts(reference[i]),
    matches: countMatches(ngrams, reference[i]),
  }));
}

const ASCII_PUNCTUATION = /^[!-/:-@[-`{-~]$/;

/** Words, with one punctuation mark split from the end, or else from the start (Popović 2017). */
function splitPunctuation(text: string): string[] {
  return splitWords(text).flatMap((word) => {
    const last = word.length - 1;
    if (last === 0) return [word];
    if (ASCII_PUNCTUATION.test(word[last])) return [word.slice(0, last), word[last]];
    return ASCII_PUNCTUATION.test(word[0]) ? [word[0], word.slice(1)] : [word];
  });
}
