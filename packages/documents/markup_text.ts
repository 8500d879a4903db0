import { withoutEdges } from "./text/lines.ts";
import type { Edit, TextUnit } from "./text_unit.ts";

/** An element with its end, or one that has none; `a < b > c` has neither. */
const element = /<([a-z][a-z\d-]*)(?:\s[^<>]*)?>[^]*<\/\1\s*>|<(?:br|img|hr|wbr)\b[^<>]*>/i;

/**
 * Makes a unit of a message of a program: HTML where it has elements, else plain text; the white space around it, which
 * programs count on, stays outside.
 *
 * @param text The message.
 * @param edits What its translation changes.
 */
export function markupUnit(
  text: string,
  edits: (translation: string) => readonly Edit[],
): TextUnit {
  const { start, end } = withoutEdges(text);
  const before = text.slice(0, start), behind = text.slice(end);
  return {
    source: text.slice(start, end),
    // The search is quadratic in tags without an end.
    isHtml: text.length < 20_000 && element.test(text),
    edits: (translation) => edits(before + translation + behind),
  };
}
