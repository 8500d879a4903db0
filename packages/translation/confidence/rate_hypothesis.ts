import type { Hypothesis } from "@heed/search";
import { calibrateProbability } from "./beta_calibration.ts";
import type { ConfidenceCalibration } from "./confidence_calibration.ts";
import { type TranslatedWord, wordProbabilities, type WordSpan } from "./translated_words.ts";

/** Rates a sentence by the geometric mean of its tokens' probabilities, whatever `lengthPenalty` was. */
export function rateSentence(
  { logProb, ids }: Pick<Hypothesis, "logProb" | "ids">,
  calibration: ConfidenceCalibration,
): number {
  const probability = Math.exp(logProb / Math.max(1, ids.length));
  return calibrateProbability(probability, calibration.sentence);
}

/** What {@linkcode rateWords} needs beside a translation. */
export interface RateWordsOptions {
  readonly hypothesis: Hypothesis;
  readonly decode: (ids: Iterable<number>) => string;
  readonly findWords: (text: string) => WordSpan[];
  /** Undefined: words get no confidence. */
  readonly calibration: ConfidenceCalibration | undefined;
  /** Where the translation begins in the text that `start` and `end` count in. */
  readonly offset: number;
}

/** Finds the words of a sentence's translation and rates each. */
export function rateWords(
  text: string,
  { hypothesis, decode, findWords, calibration, offset }: RateWordsOptions,
): TranslatedWord[] {
  const words = findWords(text);
  const probabilities = wordProbabilities(text, words, { ...hypothesis, decode });
  return words.map(({ text, start, end }, i) => {
    const probability = probabilities[i];
    const word = { text, start: start + offset, end: end + offset, probability };
    if (!calibration) return word;
    return { ...word, confidence: calibrateProbability(probability, calibration.word) };
  });
}
