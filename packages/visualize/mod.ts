/**
 * Pictures of attention and of positional encodings.
 *
 * Everything takes an `AttentionRecord` of `@heed/alignment`: plain tokens and weights, whatever
 * model they come from. {@linkcode alignmentSvg} and {@linkcode alignmentText} draw one head as a
 * matrix, {@linkcode linesSvg} as lines, {@linkcode attentionHtml} all heads as a page to look around
 * in, {@linkcode positionsSvg} tables of positions. `@heed/visualize/png` makes PNG of SVG,
 * `@heed/visualize/plot` draws lines and points for reports.
 *
 * @example
 * ```ts
 * import { mergeWords } from "@heed/alignment";
 * import { alignmentSvg } from "@heed/visualize";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const record = mergeWords({
 *   kind: "cross",
 *   layer: 5,
 *   head: "mean",
 *   queryTokens: ["▁Das", "▁Haus", "tür"],
 *   keyTokens: ["▁The", "▁door"],
 *   weights: Float32Array.of(0.9, 0.1, 0.1, 0.9, 0.2, 0.8),
 * });
 * assertStringIncludes(alignmentSvg(record), "Haustür → door: 0.850");
 * ```
 *
 * @module
 */
export { alignmentSvg, type AlignmentSvgOptions } from "./alignment_svg.ts";
export { linesSvg, type LinesSvgOptions } from "./lines_svg.ts";
export { attentionHtml, type AttentionHtmlOptions } from "./attention_html.ts";
export { alignmentText, type AlignmentTextOptions } from "./terminal.ts";
export { positionsSvg, type PositionsSvgOptions, type PositionTable } from "./positions_svg.ts";
export { type Rgb, type Theme, weightColor } from "./ramp.ts";
export { seriesColor } from "./series_color.ts";
