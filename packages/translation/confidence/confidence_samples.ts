import { sentenceChrf } from "@heed/metrics";
import type { Translation } from "../translation.ts";
import { fitBetaCalibration } from "./beta_calibration.ts";
import type { ConfidenceCalibration } from "./confidence_calibration.ts";
import { rightWords } from "./right_words.ts";
import { wordFinder } from "./translated_words.ts";

/** Probabilities and what they should have said. */
export interface ConfidenceSample {
  /** Probabilities that the model gave, from 0 to 1. */
  readonly probabilities: readonly number[];
  /** How right each was, from 0 to 1. */
  readonly outcomes: readonly number[];
}

/** What a {@linkcode ConfidenceCalibration} is fitted on, or judged by. */
export interface ConfidenceSamples {
  /** Words: the model's probability, and 1 where {@linkcode rightWords} finds them right, else 0. */
  readonly word: ConfidenceSample;
  /** Sentences: the geometric mean of their tokens' probabilities, and chrF with the reference, 0 to 1. */
  readonly sentence: ConfidenceSample;
}

/**
 * Compares translations with references, to fit confidence or to judge it.
 *
 * @param translations Translations of single sentences, made with `words: true`, `splitSentences: false`
 * and `lengthPenalty: 1` `[sentences]`.
 * @param references One reference for each `[sentences]`.
 * @param options `locale`: language of the references as a BCP 47 tag, for finding words.
 * @returns Probabilities and outcomes of all words and sentences but those that stand untranslated.
 * @throws {RangeError} When the numbers of translations and references differ, or when a translation
 * has no `words`.
 *
 * @example
 * ```ts
 * import { sampleConfidence } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const words = [
 *   { text: "Guten", start: 0, end: 5, probability: 0.5 },
 *   { text: "Tag", start: 6, end: 9, probability: 0.9 },
 * ];
 * const translation = { source: "Hello!", translation: "Guten Tag!", score: 0, words };
 * const { word, sentence } = sampleConfidence([translation], ["Schönen Tag!"]);
 * assertEquals(word, { probabilities: [0.5, 0.9], outcomes: [0, 1] });
 * assertEquals(sentence.probabilities, [1]);
 * ```
 */
export function sampleConfidence(
  translations: readonly Translation[],
  references: readonly string[],
  { locale }: { locale?: string } = {},
): ConfidenceSamples {
  if (translations.length !== references.length) {
    throw new RangeError(
      `Cannot compare ${translations.length} translations with ${references.length} references: ` +
        "give one reference for each",
    );
  }
  const findWords = wordFinder(locale);
  const word = { probabilities: [] as number[], outcomes: [] as number[] };
  const sentence = { probabilities: [] as number[], outcomes: [] as number[] };
  translations.forEach(({ translation, score, words, untranslated }, i) => {
    if (untranslated) return; // the model said nothing that its probabilities are of
    if (words === undefined) {
      throw new RangeError(`Cannot compare translation ${i}: translate with words: true`);
    }
    const right = rightWords(
      words.map(({ text }) => text),
      findWords(references[i]).map(({ text }) => text),
    );
    words.forEach(({ probability }, k) => {
      word.probabilities.push(probability);
      word.outcomes.push(right[k] ? 1 : 0);
    });
    sentence.probabilities.push(Math.min(1, Math.exp(score)));
    sentence.outcomes.push(sentenceChrf(translation, references[i]).score / 100);
  });
  return { word, sentence };
}

/**
 * Fits what turns a model's probabilities into confidence.
 *
 * @param samples Words and sentences of translations that were compared with references.
 * @returns The calibration, without `fittedOn`.
 * @throws {RangeError} When there are no words or no sentences.
 *
 * @example
 * ```ts
 * import { calibrateProbability, fitConfidence } from "@heed/translation";
 * import { assert } from "@std/assert";
 *
 * const probabilities = Array.from({ length: 500 }, (_, i) => (i % 10) / 10);
 * const halved = { probabilities, outcomes: probabilities.map((p) => p / 2) };
 * const { sentence } = fitConfidence({ word: halved, sentence: halved });
 * assert(Math.abs(calibrateProbability(0.8, sentence) - 0.4) < 0.05);
 * ```
 */
export function fitConfidence({ word, sentence }: ConfidenceSamples): ConfidenceCalibration {
  return {
    word: fitBetaCalibration(word.probabilities, word.outcomes),
    sentence: fitBetaCalibration(sentence.probabilities, sentence.outcomes),
  };
}
