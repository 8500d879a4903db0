import { linesOf } from "../text/lines.ts";
import type { Range } from "../text_unit.ts";

/** A string of a catalog, and where its quotation marks begin and end. */
export interface PoString extends Range {
  readonly text: string;
}

/** A message of a catalog. */
export interface PoEntry {
  readonly context?: PoString;
  readonly id: PoString;
  readonly plural?: PoString;
  /** Translations by plural form; of a message without a plural the first. */
  readonly forms: readonly PoString[];
}

const keyword = /^\s*(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d{1,3})\])?)\s*(?=")/;
const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*$/;

/**
 * Reads the messages of a catalog of gettext. Comments, flags, and obsolete messages are no part of them.
 *
 * @throws {SyntaxError} For a line that is none of a catalog, and for a message without a translation's place.
 */
export function poEntries(content: string): PoEntry[] {
  const entries: PoEntry[] = [];
  let entry: PartialEntry = { forms: [] };
  let current: string | undefined;
  const end = () => {
    if (entry.id) {
      if (entry.forms.length === 0) refuse(entry.line!, "this message has no msgstr");
      entries.push({ ...entry, id: entry.id });
    } else if (entry.context) refuse(entry.line!, "this msgctxt has no msgid");
    entry = { forms: [] };
    current = undefined;
  };
  linesOf(content).forEach((line, i) => {
    const text = line.text.replace(/^\ufeff/, "");
    if (/^\s*(?:#|$)/.test(text)) {
      if (entry.forms.length > 0) end();
      return;
    }
    const found = text.match(keyword);
    const value = text.slice(found?.[0].length ?? 0).match(quoted);
    if (!value) refuse(i, "it is neither a comment nor a keyword with a text in quotation marks");
    if (found) {
      const [, name] = found;
      if ((name === "msgid" || name === "msgctxt") && entry.forms.length > 0) end();
      current = name;
      const string = { text: "", start: line.start + line.text.indexOf('"'), end: 0 };
      if (!place(entry, found, { string, line: i })) refuse(i, `${name} stands in a wrong place`);
    } else if (current === undefined) refuse(i, "this text belongs to no keyword");
    const string = last(entry, current!);
    string.text += unescape(value[1]);
    string.end = line.start + line.text.lastIndexOf('"') + 1;
  });
  end();
  return entries;
}

type Growing = { -readonly [Key in keyof PoString]: PoString[Key] };
interface PartialEntry {
  line?: number;
  context?: Growing;
  id?: Growing;
  plural?: Growing;
  forms: Growing[];
}

/** Puts a string where its keyword says; false where it cannot stand. */
function place(
  entry: PartialEntry,
  [, name, form]: RegExpMatchArray,
  { string, line }: { string: Growing; line: number },
): boolean {
  entry.line ??= line;
  if (name === "msgctxt") {
    if (entry.context || entry.id) return false;
    entry.context = string;
  } else if (name === "msgid") {
    if (entry.id) return false;
    entry.id = string;
  } else if (name === "msgid_plural") {
    if (!entry.id || entry.plural || entry.forms.length > 0) return false;
    entry.plural = string;
  } else {
    if (!entry.id || (form === undefined) === (entry.plural !== undefined)) return false;
    if (Number(form ?? 0) !== entry.forms.length) return false;
    entry.forms.push(string);
  }
  return true;
}

function last(entry: PartialEntry, name: string): Growing {
  if (name === "msgctxt") return entry.context!;
  if (name === "msgid") return entry.id!;
  return name === "msgid_plural" ? entry.plural! : entry.forms.at(-1)!;
}

function refuse(line: number, what: string): never {
  throw new SyntaxError(`Cannot read line ${line + 1} of the catalog: ${what}`);
}

const letters: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" },
};

function unescape(raw: string): string {
  return raw.replaceAll(/\\(?:([0-7]{1,3})|x([\da-f]{1,2})|(.))/gi, (_, octal, hex, letter) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return letters[letter] ?? letter;
  });
}

/**
 * Writes a text as a string of a catalog: in one line, or line by line where it has several.
 *
 * @param text The text.
 * @param newline How the catalog ends its lines.
 */
export function toPoString(text: string, newline: string): string {
  const lines = text.split(/(?<=\n)/).map((line) => `"${escape(line)}"`);
  return lines.length > 1 ? ['""', ...lines].join(newline) : lines[0] ?? '""';
}

function escape(text: string): string {
  const named = Object.entries(letters);
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\\"\x00-\x1f\x7f]/g, (character) => {
    if (character === "\\" || character === '"') return `\\${character}`;
    const letter = named.find(([, value]) => value === character)?.[0];
    return `\\${letter ?? character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}
