import { showValue } from "./show_value.ts";

/**
 * Parses JSON from outside: refuses a name given twice in one object (of which `JSON.parse` keeps
 * the last) and nesting deeper than `maxDepth`.
 *
 * @throws {SyntaxError} With what is wrong, to follow "Cannot read FILE: ".
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  const value: unknown = JSON.parse(withinDepth(text, maxDepth));
  // The text is valid from here on, so that a string before a colon is a name.
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = stringEnd(text, i);
      let next = end + 1;
      while (/\s/.test(text[next] ?? "")) next++;
      if (text[next] === ":") {
        const name = JSON.parse(text.slice(i, end + 1)) as string;
        const names = open.at(-1)!;
        if (names.has(name)) throw new SyntaxError(`${showValue(name)} is given twice`);
        names.add(name);
      }
      i = end;
    }
  }
  return value;
}

/** Checks the nesting before the parser, which may recurse, sees the text. */
function withinDepth(text: string, maxDepth: number): string {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = stringEnd(text, i);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) {
        throw new SyntaxError(`JSON is nested deeper than ${maxDepth} levels`);
      }
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return text;
}

/** Place of the quote that ends the string beginning at `start`, or of the text's end. */
function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
