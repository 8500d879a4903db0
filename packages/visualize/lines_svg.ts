import { type AttentionRecord, checkAttention } from "@heed/alignment";
import { greatest } from "./_greatest.ts";
import { svgDocument, trim } from "./_svg_cells.ts";
import { displayToken, escapeXml, shorten, widthOf } from "./label.ts";
import { SURFACE, type Theme } from "./ramp.ts";
import { seriesColor } from "./series_color.ts";

/** How {@linkcode linesSvg} draws. */
export interface LinesSvgOptions {
  /** Index of the query whose lines alone are drawn; default all. */
  readonly query?: number;
  /** Light or dark surroundings. Default `light`. */
  readonly theme?: Theme;
  /** Heading; none by default. */
  readonly title?: string;
}

const FONT_SIZE = 15;
const ROW = 24;
/** Distance between the columns. */
const GAP = 180;
const MOST_GRAPHEMES = 24;
/** Weights below this get no line. */
const LEAST = 0.01;

/**
 * Draws attention as lines between two columns of tokens, as Vaswani et al. 2017 do for *its* in figure 4:
 * the stronger the line, the larger the weight.
 *
 * @param record Attention between sub-words or words.
 * @param options One query alone, theme, title.
 * @returns A whole SVG document.
 * @throws {RangeError} When the record is not valid, or has no such query.
 *
 * @example
 * ```ts
 * import { linesSvg } from "@heed/visualize";
 * import { assert } from "@std/assert";
 *
 * const words = ["it", "rains"];
 * const svg = linesSvg({
 *   kind: "encoder-self",
 *   layer: 0,
 *   head: 0,
 *   queryTokens: words,
 *   keyTokens: words,
 *   weights: Float32Array.of(0.2, 0.8, 0, 1),
 * }, { query: 0 });
 * assert(svg.startsWith("<svg") && svg.includes("it → rains: 0.800"));
 * ```
 */
export function linesSvg(record: AttentionRecord, options: LinesSvgOptions = {}): string {
  checkAttention(record);
  const { query: focus, theme = "light", title } = options;
  const queries = record.queryTokens.map(label), keys = record.keyTokens.map(label);
  if (focus !== undefined && !(Number.isInteger(focus) && focus >= 0 && focus < queries.length)) {
    throw new RangeError(
      `Cannot draw the lines of query ${focus}: there are ${queries.length} queries, from 0`,
    );
  }
  const surface = SURFACE[theme];
  const color = seriesColor(typeof record.head === "number" ? record.head : 0, theme);
  const head = title === undefined ? "" : shorten(displayToken(title), 200);
  const widest = (labels: readonly string[]) => greatest(labels, widthOf) * FONT_SIZE;
  const left = 24 + widest(queries), top = head === "" ? 16 : 48;
  const right = left + GAP;
  const middle = (row: number) => top + (row + 0.5) * ROW;
  const shown = focus === undefined ? queries.keys() : [focus];
  const lines: string[] = [], shades: string[] = [];
  for (const query of shown) {
    for (const [key, name] of keys.entries()) {
      const weight = record.weights[query * keys.length + key];
      if (weight < LEAST) continue;
      const about = escapeXml(`${queries[query]} → ${name}: ${weight.toFixed(3)}`);
      const from = trim(middle(query)), down = trim(middle(key) - middle(query));
      lines.push(
        `<path d="M${trim(left + 8)} ${from}c${GAP / 2} 0 ${GAP / 2 - 16} ${down} ${
          GAP - 16
        } ${down}" ` +
          `stroke-opacity="${trim(Math.sqrt(weight))}" stroke-width="${
            trim(0.75 + 3.25 * weight)
          }">` +
          `<title>${about}</title></path>`,
      );
      if (focus === undefined) continue;
      shades.push(
        `<rect x="${trim(right - 4)}" y="${trim(middle(key) - ROW / 2 + 1)}" width="${
          trim(widthOf(name) * FONT_SIZE + 12)
        }" height="${ROW - 2}" rx="3" fill="${color}" fill-opacity="${
          trim(0.55 * Math.sqrt(weight))
        }"/>`,
      );
    }
  }
  const text = (name: string, row: number, attributes: string) =>
    `<text y="${
      trim(middle(row) + FONT_SIZE * 0.35)
    }" font-size="${FONT_SIZE}" fill="${surface.text}" ${attributes}>${escapeXml(name)}</text>`;
  return svgDocument({
    width: Math.max(right + widest(keys) + 24, head === "" ? 0 : 48 + widthOf(head) * 16),
    height: top + Math.max(queries.length, keys.length) * ROW + 16,
    theme,
    label: head || `Attention of ${queries.length} over ${keys.length} tokens`,
    content: [
      ...(head === "" ? [] : [
        `<text class="title" x="16" y="28" font-size="16" font-weight="600" fill="${surface.text}">${
          escapeXml(head)
        }</text>`,
      ]),
      ...(focus === undefined ? [] : [
        `<rect class="focus" x="${trim(left - widthOf(queries[focus]) * FONT_SIZE - 6)}" y="${
          trim(middle(focus) - ROW / 2 + 1)
        }" width="${trim(widthOf(queries[focus]) * FONT_SIZE + 12)}" height="${ROW - 2}" rx="3" ` +
        `fill="none" stroke="${color}" stroke-width="1.5"/>`,
      ]),
      ...shades,
      `<g class="lines" fill="none" stroke="${color}" stroke-linecap="round">`,
      ...lines,
      '</g>\n<g class="queries" text-anchor="end">',
      ...queries.map((name, row) =>
        text(name, row, `x="${trim(left)}"${row === focus ? ' font-weight="700"' : ""}`)
      ),
      '</g>\n<g class="keys">',
      ...keys.map((name, row) => text(name, row, `x="${trim(right + 2)}"`)),
      "</g>",
    ],
  });
}

function label(token: string): string {
  return shorten(displayToken(token), MOST_GRAPHEMES);
}
