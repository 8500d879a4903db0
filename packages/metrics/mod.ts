/**
 * Measures how good a model's output is.
 *
 * {@linkcode bleu} and {@linkcode chrf} compare translations with references, for a corpus or for
 * one sentence. Scores and signatures are those of sacrebleu 2.6.0, so that they can be compared
 * with published ones. {@linkcode alignmentErrorRate} compares word alignments.
 * {@linkcode classificationScore} compares labels, {@linkcode entityScore} entities, {@linkcode answerScore} answers.
 * {@linkcode expectedCalibrationError} and its neighbours compare probabilities with what happened.
 *
 * @example
 * ```ts
 * import { bleu, chrf } from "@heed/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const hypotheses = ["Das ist ein kleiner Test."];
 * const references = ["Das ist ein kleiner Test."];
 * assertEquals(bleu(hypotheses, references).score.toFixed(2), "100.00");
 * assertEquals(chrf(hypotheses, references).score.toFixed(2), "100.00");
 * ```
 *
 * @module
 */
export { type AnswerScore, answerScore } from "./answers.ts";
export { alignmentErrorRate, type AlignmentLink, type AlignmentScore } from "./alignment.ts";
export { formatPharaoh, parsePharaoh } from "./alignment_pharaoh.ts";
export {
  bleu,
  type BleuOptions,
  type BleuScore,
  type BleuSmoothing,
  type BleuTokenizer,
  sentenceBleu,
} from "./bleu.ts";
export { type BleuStatistics } from "./_bleu_statistics.ts";
export {
  brierScore,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityCurve,
  type ReliabilityOptions,
} from "./calibration.ts";
export { rocAuc } from "./calibration_auc.ts";
export {
  type ClassificationScore,
  classificationScore,
  type LabelQuality,
} from "./classification.ts";
export { type MultiLabelScore, multiLabelScore } from "./multi_label.ts";
export { type RegressionScore, regressionScore } from "./regression.ts";
export { type EntityQuality, type EntityScore, entityScore } from "./entities.ts";
export { chrf, type ChrfOptions, type ChrfScore, sentenceChrf } from "./chrf.ts";
export { type References } from "./references.ts";
export { tokenize13a } from "./tokenize_13a.ts";
