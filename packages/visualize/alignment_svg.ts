import type { AlignmentLink } from "@heed/metrics";
import { type AttentionRecord, checkAttention, isSpecialToken } from "@heed/alignment";
import { drawCells, drawLegend, svgDocument, trim } from "./_svg_cells.ts";
import { greatest } from "./_greatest.ts";
import { displayToken, escapeXml, shorten, widthOf } from "./label.ts";
import { SURFACE, type Theme, weightColor } from "./ramp.ts";

/** How {@linkcode alignmentSvg} draws. */
export interface AlignmentSvgOptions {
  /** Light or dark surroundings. Default `light`. */
  readonly theme?: Theme;
  /** Heading; none by default. */
  readonly title?: string;
  /** Weight that has the strongest colour, above 0. Default 1. */
  readonly max?: number;
  /** Reference links to outline, counted without special tokens; possible ones are dashed. */
  readonly reference?: readonly AlignmentLink[];
}

const MOST_GRAPHEMES = 24;
const STEPS = 256;

/**
 * Draws attention as a matrix (Bahdanau et al. 2015, figure 3): keys above, queries to the left,
 * weights as colours that also the colour-blind can tell apart.
 *
 * @param record Attention between sub-words or words.
 * @param options Theme, title, strongest weight and reference links.
 * @returns A whole SVG document.
 * @throws {RangeError} When the record is not valid, `max` is not above 0, or a reference link has
 * no word.
 *
 * @example
 * ```ts
 * import { alignmentSvg } from "@heed/visualize";
 * import { assert } from "@std/assert";
 *
 * const svg = alignmentSvg({
 *   kind: "cross",
 *   layer: 0,
 *   head: "mean",
 *   queryTokens: ["das", "Haus"],
 *   keyTokens: ["the", "house"],
 *   weights: Float32Array.of(0.9, 0.1, 0.2, 0.8),
 * });
 * assert(svg.startsWith("<svg") && svg.includes("Haus"));
 * ```
 */
export function alignmentSvg(record: AttentionRecord, options: AlignmentSvgOptions = {}): string {
  checkAttention(record);
  const { theme = "light", title, max = 1, reference = [] } = options;
  if (!(max > 0 && max < Infinity)) {
    throw new RangeError(`Cannot draw an alignment with max ${max}: give a weight above 0`);
  }
  const { weights } = record;
  const rows = record.queryTokens.map(label), columns = record.keyTokens.map(label);
  const cell = cellSize(Math.max(rows.length, columns.length));
  const fontSize = Math.max(7, Math.min(13, cell * 0.8));
  const longest = (labels: string[]) => greatest(labels, widthOf) * fontSize;
  const heading = title === undefined ? 0 : 28;
  const left = 16 + longest(rows) + 6;
  const top = 12 + heading + longest(columns) + 6;
  const width = columns.length * cell, height = rows.length * cell;
  const color = SURFACE[theme];
  const palette = Array.from({ length: STEPS }, (_, i) => weightColor(i / (STEPS - 1), theme));
  const weightAt = (row: number, column: number) => weights[row * columns.length + column];
  const every = Math.max(1, Math.ceil(8 / cell)); // labels must not run into each other
  const isLabelled = (_: string, index: number) => index % every === 0;
  const head = title === undefined ? "" : shorten(displayToken(title), 200);
  const text = (content: string, attributes: string) =>
    `<text font-size="${trim(fontSize)}" fill="${color.text}" ${attributes}>${
      escapeXml(content)
    }</text>`;
  return svgDocument({
    width: Math.max(left + width + 60, head === "" ? 0 : 32 + widthOf(head) * 15),
    height: top + Math.max(height, 60) + 16,
    theme,
    label: head || `Attention of ${rows.length} over ${columns.length} tokens`,
    content: [
      ...(head === "" ? [] : [
        `<text class="title" x="16" y="26" font-size="15" font-weight="600" fill="${color.text}">${
          escapeXml(head)
        }</text>`,
      ]),
      '<g class="keys">',
      ...columns.map((name, i) => {
        const x = trim(left + (i + 0.5) * cell + fontSize * 0.35), y = trim(top - 6);
        return text(name, `transform="translate(${x} ${y}) rotate(-90)"`);
      }).filter(isLabelled),
      '</g>\n<g class="queries" text-anchor="end">',
      ...rows.map((name, i) => {
        const y = trim(top + (i + 0.5) * cell + fontSize * 0.35);
        return text(name, `x="${trim(left - 6)}" y="${y}"`);
      }).filter(isLabelled),
      "</g>",
      drawCells({
        x: left,
        y: top,
        rows: rows.length,
        columns: columns.length,
        cellWidth: cell,
        cellHeight: cell,
        palette,
        step: (row, column) => Math.round(Math.min(1, weightAt(row, column) / max) * (STEPS - 1)),
        title: (row, column) =>
          `${rows[row]} → ${columns[column]}: ${weightAt(row, column).toFixed(3)}`,
      }),
      `<rect class="frame" x="${trim(left)}" y="${trim(top)}" width="${trim(width)}" ` +
      `height="${trim(height)}" fill="none" stroke="${color.faint}" stroke-width="0.5"/>`,
      ...outlines(record, reference, { left, top, cell, stroke: color.accent }),
      drawLegend({
        x: Math.ceil(left + width + 14),
        y: Math.ceil(top),
        height: Math.min(120, Math.max(60, height)),
        palette,
        top: String(Number(max.toFixed(3))),
        bottom: "0",
        theme,
      }),
    ],
  });
}

function label(token: string): string {
  return shorten(displayToken(token), MOST_GRAPHEMES);
}

/** Large for a sentence, smaller for a paragraph: 60 tokens are 840 units. */
function cellSize(tokens: number): number {
  if (tokens <= 15) return 26;
  if (tokens <= 30) return 18;
  if (tokens <= 80) return 14;
  if (tokens <= 200) return 9;
  return Math.max(2, Math.floor(1800 / tokens));
}

function outlines(
  record: AttentionRecord,
  reference: readonly AlignmentLink[],
  { left, top, cell, stroke }: { left: number; top: number; cell: number; stroke: string },
): string[] {
  const places = (tokens: readonly string[]) =>
    tokens.flatMap((token, index) => isSpecialToken(token) ? [] : [index]);
  const rows = places(record.queryTokens), columns = places(record.keyTokens);
  return reference.map(({ source, target, possible }) => {
    const row = rows[target], column = columns[source];
    if (row === undefined || column === undefined) {
      throw new RangeError(
        `Cannot outline the link ${source}-${target}: there are ${columns.length} source and ` +
          `${rows.length} target words`,
      );
    }
    const x = trim(left + column * cell + 1), y = trim(top + row * cell + 1);
    return `<rect class="reference" x="${x}" y="${y}" width="${trim(cell - 2)}" height="${
      trim(cell - 2)
    }" fill="none" stroke="${stroke}" stroke-width="1.5"${
      possible ? ' stroke-dasharray="3 2"' : ""
    }/>`;
  });
}
