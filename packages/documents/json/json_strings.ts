import type { TextUnit } from "../text_unit.ts";
import { markupUnit } from "../markup_text.ts";

/**
 * Finds the strings of JSON that are values; keys, numbers and white space stay as they are.
 *
 * @throws {SyntaxError} When it is no JSON.
 */
export function jsonUnits(content: string): TextUnit[] {
  const json = content.replace(/^\ufeff/, "");
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new SyntaxError("Cannot read the document: it is no JSON", { cause });
  }
  const isAscii = isEscaped(content);
  const units: TextUnit[] = [];
  // Of valid JSON every quotation mark outside of a string begins one.
  for (const { 0: raw, index } of content.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    const end = index + raw.length;
    if (isKey(content, end)) continue;
    const text = JSON.parse(raw) as string;
    if (!/\p{L}/u.test(text)) continue;
    units.push(markupUnit(text, (translation) => [{
      start: index,
      end,
      parts: [toJson(translation, isAscii)],
    }]));
  }
  return units;
}

/** Whether what follows a string is a colon. */
function isKey(content: string, end: number): boolean {
  let at = end;
  while (/[ \t\n\r]/.test(content[at] ?? "")) at++;
  return content[at] === ":";
}

/** Whether a document writes all but ASCII as escapes. */
function isEscaped(content: string): boolean {
  // deno-lint-ignore no-control-regex
  return !/[^\x00-\x7f]/.test(content) && /\\u(?!00[0-7])[\da-f]{4}/i.test(content);
}

function toJson(text: string, isAscii: boolean): string {
  const json = JSON.stringify(text);
  if (!isAscii) return json;
  return json.replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
