import {
  type ChrfOrder,
  type ChrfOrders,
  compareChrfNgrams,
  countChrfNgrams,
} from "./_chrf_statistics.ts";
import { alignReferences, type References } from "./references.ts";
import { formatSignature } from "./signature.ts";

/** Settings of {@linkcode chrf}; the defaults are sacrebleu's. */
export interface ChrfOptions {
  /** Longest n-grams of characters. Default 6. */
  characterOrder?: number;
  /** Longest n-grams of words: 0 is chrF, 2 is chrF++. Default 0. */
  wordOrder?: number;
  /** How many times as much recall counts as precision. Default 2. */
  beta?: number;
  /** Compares lower-cased text. Default false. */
  lowercase?: boolean;
  /** Keeps white space in the n-grams of characters. Default false. */
  whitespace?: boolean;
  /** Averages F-scores of all orders, as chrF++.py does, instead of precision and recall. Default false. */
  epsSmoothing?: boolean;
}

/** A chrF score. */
export interface ChrfScore {
  /** chrF from 0 to 100. */
  score: number;
  /** Settings in sacrebleu's format. */
  signature: string;
  /** Name with its numbers, such as `chrF2` or `chrF2++`. */
  name: string;
}

interface ChrfSettings extends ChrfOrders {
  readonly beta: number;
  readonly lowercase: boolean;
  readonly epsSmoothing: boolean;
}

/**
 * Character n-gram F-score of a corpus (Popović 2015, 2017), equal to sacrebleu's.
 *
 * @param hypotheses Translations, not tokenized `[segments]`.
 * @param references One reference for each `[segments]`, or sets of them `[sets][segments]`; of
 * several the one counts that gives its segment the best score.
 * @param options Settings; the defaults are sacrebleu's.
 * @returns The score with its signature.
 * @throws {RangeError} If there are no hypotheses, if the numbers of hypotheses and references
 * differ, or if an option is out of range.
 *
 * @example
 * ```ts
 * import { chrf } from "@heed/metrics";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { score, signature } = chrf(["The cat sat."], ["The cats sat."]);
 * assertAlmostEquals(score, 67.7864, 1e-4);
 * assertEquals(signature, "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0");
 * ```
 */
export function chrf(
  hypotheses: readonly string[],
  references: References,
  options: ChrfOptions = {},
): ChrfScore {
  const settings = resolveChrfOptions(options);
  const { byHypothesis, count } = alignReferences(hypotheses, references);
  const { lowercase, epsSmoothing, characterOrder, wordOrder, whitespace, beta } = settings;
  const read = (text: string) => countChrfNgrams(lowercase ? text.toLowerCase() : text, settings);
  const sums: ChrfOrder[] = Array.from({ length: characterOrder + wordOrder }, () => ({
    hypothesis: 0,
    reference: 0,
    matches: 0,
  }));
  hypotheses.forEach((hypothesis, i) => {
    const own = read(hypothesis);
    const compared = byHypothesis[i].map((text) => compareChrfNgrams(own, read(text)));
    bestOf(compared, settings).forEach((order, n) => {
      sums[n].hypothesis += order.hypothesis;
      sums[n].reference += order.reference;
      sums[n].matches += order.matches;
    });
  });
  const signature = formatSignature({
    nrefs: count,
    case: lowercase ? "lc" : "mixed",
    eff: epsSmoothing ? "no" : "yes",
    nc: characterOrder,
    nw: wordOrder,
    space: whitespace ? "yes" : "no",
  });
  const name = `chrF${beta}${"+".repeat(wordOrder)}`;
  return { score: fScore(sums, settings), signature, name };
}

/**
 * Character n-gram F-score of one sentence, equal to sacrebleu's.
 *
 * @param hypothesis One translation, not tokenized.
 * @param references Its reference or references.
 * @param options Settings; the defaults are sacrebleu's.
 * @returns The score with its signature.
 * @throws {RangeError} If there are no references, or if an option is out of range.
 *
 * @example
 * ```ts
 * import { sentenceChrf } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sentenceChrf("A cat.", ["A dog.", "A cat."]).score, 100);
 * ```
 */
export function sentenceChrf(
  hypothesis: string,
  references: string | readonly string[],
  options: ChrfOptions = {},
): ChrfScore {
  const sets = typeof references === "string" ? [[references]] : references.map((text) => [text]);
  return chrf([hypothesis], sets, options);
}

function resolveChrfOptions(options: ChrfOptions): ChrfSettings {
  const { characterOrder = 6, wordOrder = 0, beta = 2 } = options;
  const { lowercase = false, whitespace = false, epsSmoothing = false } = options;
  for (
    const [name, value, least] of [["characterOrder", characterOrder, 1], [
      "wordOrder",
      wordOrder,
      0,
    ]] as const
  ) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(
        `Cannot score with ${name} ${value}: it must be an integer of at least ${least}`,
      );
    }
  }
  if (!(beta > 0 && beta < Infinity)) {
    throw new RangeError(`Cannot score with beta ${beta}: it must be a number above 0`);
  }
  return { characterOrder, wordOrder, beta, lowercase, whitespace, epsSmoothing };
}

/** The comparison with the best score, the first of equals. */
function bestOf(compared: ChrfOrder[][], settings: ChrfSettings): ChrfOrder[] {
  if (compared.length === 1) return compared[0];
  const scores = compared.map((orders) => fScore(orders, settings));
  return compared[scores.indexOf(Math.max(...scores))];
}

/** Stands for a precision, recall or F-score that is not defined. */
const EPSILON = 1e-16;

function fScore(orders: readonly ChrfOrder[], { beta, epsSmoothing }: ChrfSettings): number {
  const factor = beta ** 2;
  let sumOfScores = 0;
  let precision = 0;
  let recall = 0;
  let effective = 0; // orders that both texts are long enough for
  for (const { hypothesis, reference, matches } of orders) {
    const p = hypothesis > 0 ? matches / hypothesis : EPSILON;
    const r = reference > 0 ? matches / reference : EPSILON;
    const denominator = factor * p + r;
    sumOfScores += denominator > 0 ? (1 + factor) * p * r / denominator : EPSILON;
    if (hypothesis > 0 && reference > 0) {
      precision += p;
      recall += r;
      effective++;
    }
  }
  if (epsSmoothing) return 100 * sumOfScores / orders.length;
  if (precision + recall === 0) return 0;
  precision /= effective;
  recall /= effective;
  return 100 * (1 + factor) * precision * recall / (factor * precision + recall);
}
