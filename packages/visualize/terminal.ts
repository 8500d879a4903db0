import { type AttentionRecord, checkAttention } from "@heed/alignment";
import { greatest } from "./_greatest.ts";
import { columnsOf, displayToken, graphemes, isWide, shorten } from "./label.ts";
import { type Rgb, weightColor } from "./ramp.ts";

/** How {@linkcode alignmentText} draws. */
export interface AlignmentTextOptions {
  /** Whether the terminal shows 256 colours; false gives plain characters. Default false. */
  readonly color?: boolean;
  /** Columns of the terminal; keys that do not fit go to another block below. Default 80. */
  readonly width?: number;
}

const MOST_GRAPHEMES = 14;
/** From nothing to much. */
const SHADES = " .:-=+*#%@";

/**
 * Draws attention with characters: keys above, their names written downwards, queries at the sides.
 *
 * With colours, a half block shows two queries in one line: the upper one is named to the left, the
 * lower one to the right. Without, each query has a line and ` .:-=+*#%@` stand for its weights.
 *
 * @param record Attention between sub-words or words.
 * @param options Colours and the width.
 * @returns Lines, each with its end.
 * @throws {RangeError} When the record is not valid, or the width has no room for a column.
 *
 * @example
 * ```ts
 * import { alignmentText } from "@heed/visualize";
 * import { assertEquals } from "@std/assert";
 *
 * const text = alignmentText({
 *   kind: "cross",
 *   layer: 0,
 *   head: "mean",
 *   queryTokens: ["ja", "."],
 *   keyTokens: ["yes", "."],
 *   weights: Float32Array.of(0.9, 0.1, 0, 1),
 * });
 * assertEquals(text, "   y\n   e\n   s .\nja % .\n .   @\n");
 * ```
 */
export function alignmentText(record: AttentionRecord, options: AlignmentTextOptions = {}): string {
  checkAttention(record);
  const { color = false, width = 80 } = options;
  const rows = record.queryTokens.map((token) => shorten(displayToken(token), MOST_GRAPHEMES));
  const columns = record.keyTokens.map((token) => shorten(displayToken(token), MOST_GRAPHEMES));
  const side = greatest(rows, columnsOf);
  const room = Math.floor((width - (color ? 2 * side + 2 : side + 1)) / 2);
  if (!(room >= 1)) {
    throw new RangeError(
      `Cannot draw attention in ${width} columns: the longest token takes ${side}; give more`,
    );
  }
  const lines: string[] = [];
  for (let start = 0; start < columns.length; start += room) {
    if (start > 0) lines.push("");
    const end = Math.min(columns.length, start + room);
    for (const line of header(columns.slice(start, end), side + 1)) lines.push(line);
    const weightAt = (row: number, column: number) => record.weights[row * columns.length + column];
    const cells = color
      ? colored(rows, side, weightAt, start, end)
      : plain(rows, side, weightAt, start, end);
    for (const line of cells) lines.push(line);
  }
  return lines.join("\n") + "\n";
}

type WeightAt = (row: number, column: number) => number;

/** Names of keys, one grapheme in each line, two columns wide. */
function header(names: readonly string[], margin: number): string[] {
  const letters = names.map(graphemes);
  const height = greatest(letters, ({ length }) => length);
  return Array.from({ length: height }, (_, line) => {
    const cells = letters.map((name) => {
      const grapheme = name[line - (height - name.length)] ?? " ";
      return isWide(grapheme) ? grapheme : `${grapheme} `;
    });
    return (" ".repeat(margin) + cells.join("")).trimEnd();
  });
}

function plain(
  rows: readonly string[],
  side: number,
  weightAt: WeightAt,
  start: number,
  end: number,
): string[] {
  return rows.map((name, row) => {
    let line = `${pad(name, side)}${name} `;
    for (let column = start; column < end; column++) {
      const step = Math.round(Math.min(1, weightAt(row, column)) * (SHADES.length - 1));
      line += `${SHADES[step]} `;
    }
    return line.trimEnd();
  });
}

function colored(
  rows: readonly string[],
  side: number,
  weightAt: WeightAt,
  start: number,
  end: number,
): string[] {
  const lines: string[] = [];
  for (let row = 0; row < rows.length; row += 2) {
    const lower = rows[row + 1];
    let line = `${pad(rows[row], side)}${rows[row]} `;
    for (let column = start; column < end; column++) {
      line += `\x1b[38;5;${terminalColor(weightAt(row, column))}`;
      line += lower === undefined ? "m" : `;48;5;${terminalColor(weightAt(row + 1, column))}m`;
      line += "▀▀\x1b[0m";
    }
    lines.push(lower === undefined ? line : `${line} ${lower}`);
  }
  return lines;
}

function pad(text: string, columns: number): string {
  return " ".repeat(columns - columnsOf(text));
}

/** Levels of the six by six by six colours that terminals have from 16 on. */
const LEVELS = [0, 95, 135, 175, 215, 255];

/** The colour of a weight by its number among the terminal's 256. */
function terminalColor(weight: number): number {
  return TERMINAL_RAMP[Math.round(Math.min(1, weight) * (TERMINAL_RAMP.length - 1))];
}

const TERMINAL_RAMP = Array.from({ length: 25 }, (_, i) => nearest(weightColor(i / 24, "dark")));

function nearest(color: Rgb): number {
  let best = 16, least = Infinity;
  for (let index = 16; index < 256; index++) {
    const cube = index - 16;
    const candidate = index >= 232
      ? Array<number>(3).fill(8 + 10 * (index - 232))
      : [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => LEVELS[level]);
    const distance = candidate.reduce((sum, part, i) => sum + (part - color[i]) ** 2, 0);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}
