/**
 * Pictures of attention and of positional encodings, and word alignments read off attention.
 *
 * Everything takes an {@linkcode AttentionRecord}: plain tokens and weights, whatever model they
 * come from. {@linkcode alignmentSvg} and {@linkcode alignmentText} draw one head as a matrix,
 * {@linkcode attentionHtml} all heads as a page to look around in, {@linkcode positionsSvg} tables
 * of positions. {@linkcode mergeWords} goes from sub-words to words, {@linkcode extractAlignment}
 * from attention to links. `@heed/visualize/png` makes PNG of SVG, `@heed/visualize/plot` draws
 * lines and points for reports.
 *
 * @example
 * ```ts
 * import { alignmentSvg, extractAlignment, mergeWords } from "@heed/visualize";
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
 * console.log(alignmentSvg(record).length);
 * ```
 *
 * @module
 */
export {
  type AttentionKind,
  type AttentionRecord,
  averageHeads,
  checkAttention,
  splitHeads,
  type SplitHeadsOptions,
  splitLayers,
} from "./attention.ts";
export {
  type GroupOptions,
  groupTokens,
  isSpecialToken,
  type MergeOptions,
  mergeWords,
  type SubwordMarks,
  type WordGroups,
} from "./words.ts";
export { alignmentSvg, type AlignmentSvgOptions } from "./alignment_svg.ts";
export { linesSvg, type LinesSvgOptions } from "./lines_svg.ts";
export { attentionHtml, type AttentionHtmlOptions } from "./attention_html.ts";
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
export { alignmentText, type AlignmentTextOptions } from "./terminal.ts";
export {
  extractAlignment,
  type ExtractOptions,
  type Symmetrization,
  symmetrizeAlignments,
} from "./word_alignment.ts";
export { positionsSvg, type PositionsSvgOptions, type PositionTable } from "./positions_svg.ts";
export { type Rgb, type Theme, weightColor } from "./ramp.ts";
export { seriesColor } from "./series_color.ts";
