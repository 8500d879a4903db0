import { addBleuSegment, type BleuStatistics, emptyBleuStatistics } from "./_bleu_statistics.ts";
import { splitWords, trimEnd } from "./_words.ts";
import { alignReferences, type References } from "./references.ts";
import { formatSignature } from "./signature.ts";
import { tokenize13a } from "./tokenize_13a.ts";

/** Ways to deal with n-gram orders that have no match (Chen and Cherry 2014). */
export type BleuSmoothing = "exp" | "floor" | "add-k" | "none";

/** Ways to split a text into words. */
export type BleuTokenizer = "13a" | "none";

/** Settings of {@linkcode bleu}; the defaults are sacrebleu's. */
export interface BleuOptions {
  /** Compares lower-cased text. Default false. */
  lowercase?: boolean;
  /** How text is split into words; `none` splits at white space. Default 13a. */
  tokenize?: BleuTokenizer;
  /** How orders without a match are smoothed. Default exp. */
  smoothing?: BleuSmoothing;
  /** Value of `floor` (default 0.1) and `add-k` (default 1). */
  smoothingValue?: number;
  /** Leaves out orders that the hypotheses are too short for. Default false, in {@linkcode sentenceBleu} true. */
  effectiveOrder?: boolean;
  /** Longest n-grams that are compared. Default 4. */
  maxNgramOrder?: number;
}

/** A BLEU score with what it was made from. */
export interface BleuScore extends Readonly<BleuStatistics> {
  /** BLEU from 0 to 100. */
  score: number;
  /** Settings in sacrebleu's format. */
  signature: string;
  /** Smoothed precision of each n-gram order in percent `[maxNgramOrder]`. */
  precisions: number[];
  /** Factor up to 1 that lowers the score of hypotheses shorter than the references. */
  brevityPenalty: number;
}

const SMOOTHING_VALUES: Record<BleuSmoothing, number | undefined> = {
  exp: undefined,
  floor: 0.1,
  "add-k": 1,
  none: undefined,
};

/**
 * BLEU of a corpus (Papineni et al. 2002), equal to sacrebleu's (Post 2018).
 *
 * @param hypotheses Translations, not tokenized `[segments]`.
 * @param references One reference for each `[segments]`, or sets of them `[sets][segments]`.
 * @param options Settings; the defaults are sacrebleu's.
 * @returns The score with its signature and parts.
 * @throws {RangeError} If there are no hypotheses, if the numbers of hypotheses and references
 * differ, or if an option is out of range.
 *
 * @example
 * ```ts
 * import { bleu } from "@heed/metrics";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { score, signature } = bleu(
 *   ["The cat sat on the mat.", "It rained."],
 *   ["The cat sat on a mat.", "It rained."],
 * );
 * assertAlmostEquals(score, 53.8956, 1e-4);
 * assertEquals(signature, "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0");
 * ```
 */
export function bleu(
  hypotheses: readonly string[],
  references: References,
  options: BleuOptions = {},
): BleuScore {
  const settings = resolveBleuOptions(options);
  const { byHypothesis, count } = alignReferences(hypotheses, references);
  const statistics = emptyBleuStatistics(settings.maxNgramOrder);
  const words = (text: string) => {
    const segment = trimEnd(settings.lowercase ? text.toLowerCase() : text);
    return settings.tokenize === "13a" ? tokenize13a(segment) : splitWords(segment);
  };
  hypotheses.forEach((hypothesis, i) =>
    addBleuSegment(statistics, words(hypothesis), byHypothesis[i].map(words))
  );
  const { smoothing, smoothingValue, lowercase, effectiveOrder, tokenize } = settings;
  const signature = formatSignature({
    nrefs: count,
    case: lowercase ? "lc" : "mixed",
    eff: effectiveOrder ? "yes" : "no",
    tok: tokenize,
    smooth: smoothing + (smoothingValue === undefined ? "" : `[${smoothingValue.toFixed(2)}]`),
  });
  return { ...scoreFromStatistics(statistics, settings), signature, ...statistics };
}

/**
 * BLEU of one sentence, equal to sacrebleu's: orders that it is too short for are left out.
 *
 * @param hypothesis One translation, not tokenized.
 * @param references Its reference or references.
 * @param options Settings; `effectiveOrder` is true unless it is given.
 * @returns The score with its signature and parts.
 * @throws {RangeError} If there are no references, or if an option is out of range.
 *
 * @example
 * ```ts
 * import { sentenceBleu } from "@heed/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(sentenceBleu("It rained.", "It rained.").score, 100);
 * ```
 */
export function sentenceBleu(
  hypothesis: string,
  references: string | readonly string[],
  options: BleuOptions = {},
): BleuScore {
  const sets = typeof references === "string" ? [[references]] : references.map((text) => [text]);
  return bleu([hypothesis], sets, { ...options, effectiveOrder: options.effectiveOrder ?? true });
}

interface BleuSettings extends Required<Omit<BleuOptions, "smoothingValue">> {
  smoothingValue: number | undefined;
}

function resolveBleuOptions(options: BleuOptions): BleuSettings {
  const { lowercase = false, tokenize = "13a", smoothing = "exp" } = options;
  const { effectiveOrder = false, maxNgramOrder = 4 } = options;
  if (tokenize !== "13a" && tokenize !== "none") {
    throw new RangeError(`Cannot score with tokenize ${tokenize}: it must be 13a or none`);
  }
  if (!Object.hasOwn(SMOOTHING_VALUES, smoothing)) {
    throw new RangeError(
      `Cannot score with smoothing ${smoothing}: it must be exp, floor, add-k or none`,
    );
  }
  if (!Number.isSafeInteger(maxNgramOrder) || maxNgramOrder < 1) {
    throw new RangeError(
      `Cannot score with maxNgramOrder ${maxNgramOrder}: it must be an integer of at least 1`,
    );
  }
  const usual = SMOOTHING_VALUES[smoothing];
  const smoothingValue = usual === undefined ? undefined : options.smoothingValue ?? usual;
  if (smoothingValue !== undefined && !(smoothingValue >= 0 && smoothingValue < Infinity)) {
    throw new RangeError(
      `Cannot score with smoothingValue ${smoothingValue}: it must be a number of at least 0`,
    );
  }
  return { lowercase, tokenize, smoothing, smoothingValue, effectiveOrder, maxNgramOrder };
}

function scoreFromStatistics(
  { hypothesisLength, referenceLength, counts, totals }: BleuStatistics,
  { smoothing, smoothingValue = 0, effectiveOrder, maxNgramOrder }: BleuSettings,
): { score: number; precisions: number[]; brevityPenalty: number } {
  const brevityPenalty = hypothesisLength >= referenceLength
    ? 1
    : hypothesisLength === 0
    ? 0
    : Math.exp(1 - referenceLength / hypothesisLength);
  const precisions = new Array<number>(maxNgramOrder).fill(0);
  if (counts.every((count) => count === 0)) return { score: 0, precisions, brevityPenalty };
  let order = maxNgramOrder;
  let halving = 1;
  for (let i = 0; i < maxNgramOrder; i++) {
    const added = smoothing === "add-k" && i > 0 ? smoothingValue : 0;
    const total = totals[i] + added;
    if (total === 0) break;
    if (effectiveOrder) order = i + 1;
    if (counts[i] + added > 0) precisions[i] = 100 * (counts[i] + added) / total;
    else if (smoothing === "exp") precisions[i] = 100 / ((halving *= 2) * total);
    else if (smoothing === "floor") precisions[i] = 100 * smoothingValue / total;
  }
  const logs = precisions.slice(0, order).map(Math.log);
  const score = brevityPenalty * Math.exp(logs.reduce((sum, x) => sum + x, 0) / order);
  return { score, precisions, brevityPenalty };
}
