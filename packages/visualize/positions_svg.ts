import { drawCells, drawLegend, svgDocument, trim } from "./_svg_cells.ts";
import { displayToken, escapeXml, shorten } from "./label.ts";
import { signedColor, SURFACE, type Theme } from "./ramp.ts";

/** A table of positional encodings. */
export interface PositionTable {
  /** What it is, such as `sinusoidal` or `learned`. */
  readonly name: string;
  /** One vector for each position, row by row `[positions * hiddenSize]`. */
  readonly values: Float32Array;
  /** Width of one position's vector. */
  readonly hiddenSize: number;
}

/** How {@linkcode positionsSvg} draws. */
export interface PositionsSvgOptions {
  /** Light or dark surroundings. Default `light`. */
  readonly theme?: Theme;
}

const PANEL = 260;
const STEPS = 255;

/**
 * Draws tables of positional encodings below each other: the values as a heat map to the left, and
 * the cosine similarity of every two positions to the right.
 *
 * @param tables Tables to compare; each has its own scale for its values.
 * @param options The theme.
 * @returns A whole SVG document.
 * @throws {RangeError} When there is no table, a table is empty, not of full rows, or not finite.
 *
 * @example
 * ```ts
 * import { positionsSvg } from "@heed/visualize";
 * import { assert } from "@std/assert";
 *
 * const values = Float32Array.of(0, 1, 0.84, 0.54);
 * const svg = positionsSvg([{ name: "sinusoidal", values, hiddenSize: 2 }]);
 * assert(svg.includes("sinusoidal"));
 * ```
 */
export function positionsSvg(
  tables: readonly PositionTable[],
  { theme = "light" }: PositionsSvgOptions = {},
): string {
  if (tables.length === 0) {
    throw new RangeError("Cannot draw positions: there is no table; give at least one");
  }
  const palette = Array.from(
    { length: STEPS },
    (_, i) => signedColor(i / (STEPS - 1) * 2 - 1, theme),
  );
  const content: string[] = [];
  const [left, gap, rowHeight] = [48, 96, PANEL + 78];
  const right = left + PANEL + gap;
  tables.forEach((table, index) => {
    const positions = checkTable(table);
    const top = 44 + index * rowHeight;
    const { values, hiddenSize } = table;
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const cosine = similarity(values, positions, hiddenSize);
    const stepOf = (value: number) => Math.round((value + 1) / 2 * (STEPS - 1));
    const name = shorten(displayToken(table.name), 40);
    const last = positions - 1;
    content.push(
      caption(left, top - 14, `${name}: values`, theme, 600),
      drawCells({
        ...panel(left, top, positions, hiddenSize),
        palette,
        step: (row, column) => stepOf(values[row * hiddenSize + column] / largest),
      }),
      axes(left, top, {
        down: "position",
        across: "dimension",
        rows: last,
        columns: hiddenSize - 1,
      }, theme),
      drawLegend({
        x: left + PANEL + 10,
        y: top,
        height: 100,
        palette,
        top: largest.toPrecision(2),
        bottom: (-largest).toPrecision(2),
        theme,
      }),
      caption(right, top - 14, `${name}: cosine similarity`, theme, 600),
      drawCells({
        ...panel(right, top, positions, positions),
        palette,
        step: (row, column) => stepOf(cosine[row * positions + column]),
      }),
      axes(right, top, { down: "position", across: "position", rows: last, columns: last }, theme),
      drawLegend({
        x: right + PANEL + 10,
        y: top,
        height: 100,
        palette,
        top: "1",
        bottom: "-1",
        theme,
      }),
    );
  });
  return svgDocument({
    width: right + PANEL + 56,
    height: 24 + tables.length * rowHeight,
    theme,
    label: `Positional encodings: ${tables.map(({ name }) => displayToken(name)).join(", ")}`,
    content,
  });
}

function checkTable({ name, values, hiddenSize }: PositionTable): number {
  const positions = values.length / hiddenSize;
  if (!Number.isSafeInteger(positions) || positions < 1 || !Number.isSafeInteger(hiddenSize)) {
    throw new RangeError(
      `Cannot draw the positions of ${name}: ${values.length} values are no rows of ${hiddenSize}`,
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot draw the positions of ${name}: value ${bad} is ${values[bad]}`);
  }
  return positions;
}

/** Cosine of every two rows `[positions * positions]`; 0 where a row has no length. */
function similarity(values: Float32Array, positions: number, hiddenSize: number): Float32Array {
  const unit = Float32Array.from(values);
  for (let row = 0; row < positions; row++) {
    const own = unit.subarray(row * hiddenSize, (row + 1) * hiddenSize);
    const length = Math.hypot(...own) || 1;
    for (let i = 0; i < hiddenSize; i++) own[i] /= length;
  }
  const cosine = new Float32Array(positions * positions);
  for (let a = 0; a < positions; a++) {
    for (let b = a; b < positions; b++) {
      let dot = 0;
      for (let i = 0; i < hiddenSize; i++) {
        dot += unit[a * hiddenSize + i] * unit[b * hiddenSize + i];
      }
      cosine[a * positions + b] = cosine[b * positions + a] = Math.min(1, Math.max(-1, dot));
    }
  }
  return cosine;
}

function panel(x: number, y: number, rows: number, columns: number) {
  return { x, y, rows, columns, cellWidth: PANEL / columns, cellHeight: PANEL / rows };
}

function caption(x: number, y: number, text: string, theme: Theme, weight: number): string {
  return `<text x="${x}" y="${y}" font-size="14" font-weight="${weight}" fill="${
    SURFACE[theme].text
  }">${escapeXml(text)}</text>`;
}

function axes(
  left: number,
  top: number,
  { down, across, rows, columns }: { down: string; across: string; rows: number; columns: number },
  theme: Theme,
): string {
  const { text, faint } = SURFACE[theme];
  const label = (content: string, attributes: string) =>
    `<text font-size="11" fill="${text}" ${attributes}>${content}</text>`;
  const bottom = top + PANEL, middle = PANEL / 2;
  return [
    `<rect x="${left}" y="${top}" width="${PANEL}" height="${PANEL}" fill="none" stroke="${faint}" stroke-width="0.5"/>`,
    label("0", `x="${left - 6}" y="${top + 9}" text-anchor="end"`),
    label(String(rows), `x="${left - 6}" y="${bottom}" text-anchor="end"`),
    label("0", `x="${left}" y="${bottom + 14}"`),
    label(String(columns), `x="${left + PANEL}" y="${bottom + 14}" text-anchor="end"`),
    label(across, `x="${trim(left + middle)}" y="${bottom + 16}" text-anchor="middle"`),
    label(
      down,
      `transform="translate(${left - 14} ${trim(top + middle)}) rotate(-90)" text-anchor="middle"`,
    ),
  ].join("");
}
