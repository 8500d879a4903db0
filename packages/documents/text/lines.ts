import type { TextUnit } from "../text_unit.ts";

/** A line of a text without its end, and where it stands. */
export interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Divides a text into lines, whose ends may be those of any system. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ text: text.slice(start, index), start, end: index });
    start = index + ending.length;
  }
  lines.push({ text: text.slice(start), start, end: text.length });
  return lines;
}

/** A byte order mark and white space at the edges of a text, which are not translated. */
export function withoutEdges(text: string): { start: number; end: number } {
  const start = text.length - text.replace(/^[\s\ufeff]+/, "").length;
  return { start, end: Math.max(start, text.trimEnd().length) };
}

/** A range of a content that is a text by itself: no white space around it, and nothing to escape. */
export function plainUnit(
  content: string,
  { start, end }: { start: number; end: number },
): TextUnit {
  const edges = withoutEdges(content.slice(start, end));
  const range = { start: start + edges.start, end: start + edges.end };
  return {
    source: content.slice(range.start, range.end),
    isHtml: false,
    edits: (translation) => [{ ...range, parts: [translation] }],
  };
}

/** The texts of a plain text: its lines. */
export function plainTextUnits(content: string): TextUnit[] {
  return linesOf(content).map((line) => plainUnit(content, line))
    .filter(({ source }) => source !== "");
}
