/**
 * Word alignment: which words of a text come from which words of another.
 *
 * It is learned from parallel text by expectation maximization ({@linkcode trainAligner},
 * {@linkcode alignTokens}), over token ids of any vocabulary; or read off the attention of a model
 * that translates. {@linkcode mergeWords} goes from attention between sub-words to attention between
 * words, {@linkcode extractAlignment} from there to links, {@linkcode alignSpans} from texts, tokens
 * and a matrix to the places of both texts that belong together, and
 * {@linkcode chooseAlignmentHeads} finds the heads that align best.
 *
 * @example
 * ```ts
 * import { alignTokens, ParallelCorpus, trainAligner } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([0, 1], [0, 1]);
 * corpus.add([0, 2], [0, 2]);
 * const model = await trainAligner(corpus);
 * assertEquals([...alignTokens(model, [0, 2], [0, 2])], [0, 1]);
 * ```
 *
 * @example
 * ```ts
 * import { extractAlignment, mergeWords } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const record = mergeWords({
 *   kind: "cross",
 *   layer: 5,
 *   head: "mean",
 *   queryTokens: ["▁Das", "▁Haus", "tür"],
 *   keyTokens: ["▁The", "▁door"],
 *   weights: Float32Array.of(0.9, 0.1, 0.1, 0.9, 0.2, 0.8),
 * });
 * assertEquals(extractAlignment(record), [{ source: 0, target: 0 }, { source: 1, target: 1 }]);
 * ```
 *
 * @module
 */
export { alignTokens } from "./align_tokens.ts";
export type { AlignerOptions, AlignerProgress, AlignmentModel } from "./aligner.ts";
export { trainAligner } from "./aligner.ts";
export { ParallelCorpus } from "./corpus.ts";
export type { LexicalTable } from "./lexical_table.ts";
export { probabilityOf } from "./lexical_table.ts";
export {
  type AttentionKind,
  type AttentionRecord,
  averageHeads,
  checkAttention,
  splitHeads,
  type SplitHeadsOptions,
  splitLayers,
} from "./attention_record.ts";
export {
  type GroupOptions,
  groupTokens,
  isSpecialToken,
  type SubwordMarks,
  type WordGroups,
} from "./words.ts";
export { type MergeOptions, mergeWords } from "./merge_words.ts";
export { extractAlignment, type ExtractOptions } from "./word_alignment.ts";
export { type Symmetrization, symmetrizeAlignments } from "./symmetrize.ts";
export {
  type AlignmentFigures,
  type AlignmentSample,
  alignWords,
  type AlignWordsOptions,
  chooseAlignmentHeads,
  type ChooseHeadsOptions,
  type ChosenHeads,
  type HeadScore,
} from "./alignment_heads.ts";
export { type TextSpan, wordSpans } from "./word_spans.ts";
export { tokenOffsets } from "./token_offsets.ts";
export { alignSpans, type AttendedPair, type SpanLink, type TokenizedText } from "./align_spans.ts";
