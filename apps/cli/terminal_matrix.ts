/** A matrix with a name for every row and column. */
export interface LabelledMatrix {
  /** Names of the rows, such as target tokens. */
  readonly rows: readonly string[];
  /** Names of the columns, such as source tokens. */
  readonly columns: readonly string[];
  /** Values from 0 to 1 `[rows][columns]`. */
  readonly values: readonly (readonly number[])[];
}

/** How {@linkcode drawMatrix} draws. */
export interface DrawMatrixOptions {
  /** Colours of 256, for a terminal; else plain characters. */
  readonly colors: boolean;
}

/** From nothing to all, in ASCII. */
const plainShades = [" ", ".", ":", "+", "*", "#", "@"];
/** A scale from dark blue to yellow whose lightness rises evenly, so that it reads without colour vision too. */
const colorShades = [17, 18, 19, 55, 90, 126, 162, 203, 209, 215, 221, 228];

/**
 * Draws a matrix for a terminal: names of columns from top to bottom, names of rows on the left, two characters a
 * cell.
 *
 * @returns Lines, each with its line break.
 */
export function drawMatrix(
  { rows, columns, values }: LabelledMatrix,
  { colors }: DrawMatrixOptions,
): string {
  const names = columns.map((name) => [...printable(name)]);
  const height = Math.max(0, ...names.map((name) => name.length));
  const labels = rows.map(printable);
  const width = Math.max(0, ...labels.map((label) => [...label].length));
  const lines: string[] = [];
  for (let line = 0; line < height; line++) {
    const letters = names.map((name) => `${name[line - height + name.length] ?? " "} `);
    lines.push(`${" ".repeat(width)}  ${letters.join("")}`);
  }
  labels.forEach((label, row) => {
    const cells = values[row].map((value) => colors ? colorCell(value) : plainCell(value));
    lines.push(`${" ".repeat(width - [...label].length)}${label}  ${cells.join("")}`);
  });
  return lines.map((line) => line.trimEnd() + "\n").join("");
}

/** A token without what would disturb the picture: control characters and line breaks. */
function printable(token: string): string {
  return token.replace(/[\p{C}\s]/gu, "·");
}

function plainCell(value: number): string {
  return `${plainShades[shadeOf(value, plainShades.length)]} `;
}

function colorCell(value: number): string {
  return `\x1b[48;5;${colorShades[shadeOf(value, colorShades.length)]}m  \x1b[0m`;
}

/** Square root, because what is small but not nothing should be seen. */
function shadeOf(value: number, shades: number): number {
  const share = Math.sqrt(Math.min(1, Math.max(0, value)));
  return Math.min(shades - 1, Math.round(share * (shades - 1)));
}
