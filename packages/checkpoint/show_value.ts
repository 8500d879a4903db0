/** Characters of a value that say enough about what it is. */
const MOST = 80;

/**
 * Writes a value as an error shows it: as JSON, and cut where it is long, because a damaged file may hold
 * megabytes in the place of a name.
 *
 * @param value A value from a file; undefined where there is none.
 * @returns At most 81 characters, on one line.
 * @example
 * ```ts
 * import { showValue } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showValue(["a", 1]), '["a",1]');
 * assertEquals(showValue("a".repeat(5000)).length, 81);
 * ```
 */
export function showValue(value: unknown): string {
  return showText(toJson(value, MOST));
}

/**
 * Writes JSON until there is more of it than `room`. Not `JSON.stringify`, which overflows the stack where a file is
 * nested some ten thousand levels deep; here each level takes a character.
 */
function toJson(value: unknown, room: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, MOST + 1));
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const [key, inner] of Object.entries(value)) {
    if (text.length > room) return text;
    if (text.length > 1) text += ",";
    if (!isList) text += `${toJson(key, room)}:`;
    text += toJson(inner, room - text.length);
  }
  return text + (isList ? "]" : "}");
}

/**
 * Cuts a text as an error shows it, without quotes: a name or a path that a file gives.
 *
 * @param text The text.
 * @returns The text; its beginning where it is long.
 * @example
 * ```ts
 * import { showText } from "@heed/checkpoint";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showText("config.json"), "config.json");
 * assertEquals(showText("a".repeat(5000)).length, 81);
 * ```
 */
export function showText(text: string): string {
  if (text.length <= MOST) return text;
  // Not between the halves of a character.
  const end = /[\ud800-\udbff]/.test(text[MOST - 1]) ? MOST - 1 : MOST;
  return `${text.slice(0, end)}…`;
}
