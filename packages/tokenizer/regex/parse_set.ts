import type { RegexReader } from "./reader.ts";

const SPACE = "\\p{White_Space}";
const WORD_IN_SET = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
/** Outside of sets Oniguruma counts the superscripts and fractions of Latin-1 as word characters. */
export const WORD: string = WORD_IN_SET + "\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be";
const CLASSES: Record<string, string> = {
  s: SPACE,
  w: WORD,
  d: "\\p{Nd}",
  h: "0-9a-fA-F",
};
const CONTROLS: Record<string, string> = {
  t: "\t",
  n: "\n",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
};
const POSIX: Record<string, string> = {
  alpha: "\\p{Alphabetic}",
  digit: "\\p{Nd}",
  alnum: "\\p{Alphabetic}\\p{M}\\p{Nd}",
  upper: "\\p{Uppercase}",
  lower: "\\p{Lowercase}",
  space: SPACE,
  punct: "\\p{P}\\p{S}",
  word: WORD,
  xdigit: "0-9a-fA-F",
  cntrl: "\\p{Cc}",
  blank: "\\p{Zs}\\t",
};
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;
const LARGEST_FOLDED_RANGE = 512;

/** Reads what stands between `[` and `]`; the result is a set of JavaScript. */
export function parseSet(reader: RegexReader, foldsCase: boolean): string {
  let body = reader.takes("^") ? "^" : "";
  let first = true;
  for (;; first = false) {
    if (reader.isAtEnd) reader.refuse("[");
    if (reader.takes("]")) {
      if (!first) return `[${body}]`;
      body += "\\]";
      continue;
    }
    const posix = reader.peek(/\[:(\^?)(\w+):\]/y);
    if (posix !== null && Object.hasOwn(POSIX, posix[2]) && posix[1] === "") {
      body += POSIX[posix[2]];
      reader.at += posix[0].length;
      continue;
    }
    if (reader.next === "[") reader.refuse("[ inside [ ]");
    if (reader.peek(/&&/y) !== null) reader.refuse("&&");
    body += parseMember(reader, foldsCase);
  }
}

/** The set that `\s`, `\w`, `\d`, `\h` or its capital means outside of sets. */
export function classOf(letter: string): string | undefined {
  const lower = letter.toLowerCase();
  if (!Object.hasOwn(CLASSES, lower)) return undefined;
  return `[${letter === lower ? "" : "^"}${CLASSES[lower]}]`;
}

/** Reads an escape that stands for one character, after its letter. */
export function parseEscapedCharacter(reader: RegexReader, letter: string): string {
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter];
  if (letter === "x" || letter === "u") {
    const match = reader.peek(
      letter === "x" ? /(?:\{([\da-fA-F]+)\}|([\da-fA-F]{1,2}))/y : /()([\da-fA-F]{4})/y,
    );
    const code = match === null ? NaN : parseInt(match[1] || match[2], 16);
    if (!(code <= 0x10ffff)) reader.refuse(`\\${letter}`);
    reader.at += match![0].length;
    return String.fromCodePoint(code);
  }
  if (/[A-Za-z0-9]/.test(letter)) reader.refuse(`\\${letter}`);
  return letter;
}

/** Reads `{NAME}` of `\p{NAME}` or `\P{NAME}`. */
export function parseProperty(reader: RegexReader, letter: string): string {
  const match = reader.match(/\{(\^?)([\w\s-]+)\}/y);
  if (match === null) reader.refuse(`\\${letter}`);
  const [, negation, name] = match!;
  const negated = (letter === "P") !== (negation === "^");
  if (Object.hasOwn(POSIX, name.toLowerCase())) {
    return `[${negated ? "^" : ""}${POSIX[name.toLowerCase()]}]`;
  }
  for (const candidate of [name, `Script=${name}`, `Script=${capitalized(name)}`]) {
    const property = `\\${negated ? "P" : "p"}{${candidate}}`;
    try {
      new RegExp(property, "u");
      return property;
    } catch {
      // The next spelling may be known.
    }
  }
  return reader.refuse(`\\${letter}{${name}}`);
}

/** One character as a set of JavaScript; case may be ignored. */
export function literal(character: string, foldsCase: boolean): string {
  if (foldsCase) {
    const spellings = variants(character);
    if (spellings.length > 1) return `[${spellings.map(escapeInSet).join("")}]`;
  }
  return SYNTAX.test(character) ? `\\${character}` : character;
}

function parseMember(reader: RegexReader, foldsCase: boolean): string {
  const start = reader.at;
  const low = parseSetCharacter(reader);
  if (low === undefined) {
    // A class such as \s or \p{L}.
    reader.at = start + 1;
    return parseClassInSet(reader, start);
  }
  const after = reader.source[reader.at + 1];
  if (reader.next !== "-" || after === "]" || after === undefined) {
    return foldsCase ? variants(low).map(escapeInSet).join("") : escapeInSet(low);
  }
  reader.at++;
  const high = parseSetCharacter(reader);
  if (high === undefined) reader.refuse(reader.source.slice(start, reader.at));
  const range = `${escapeInSet(low)}-${escapeInSet(high!)}`;
  if (!foldsCase) return range;
  const [from, to] = [low.codePointAt(0)!, high!.codePointAt(0)!];
  if (to - from > LARGEST_FOLDED_RANGE) reader.refuse(`(?i) with ${range}`);
  let folded = range;
  for (let code = from; code <= to; code++) {
    folded += variants(String.fromCodePoint(code)).map(escapeInSet).join("");
  }
  return folded;
}

function parseClassInSet(reader: RegexReader, start: number): string {
  const letter = reader.character();
  if (letter === "p" || letter === "P") {
    const property = parseProperty(reader, letter);
    if (property.startsWith("[^")) reader.refuse(reader.source.slice(start, reader.at));
    return property.startsWith("[") ? property.slice(1, -1) : property;
  }
  if (letter === "w") return WORD_IN_SET;
  if (letter === "S") return "\\P{White_Space}";
  if (letter === "D") return "\\P{Nd}";
  if (letter === letter.toLowerCase()) return CLASSES[letter];
  return reader.refuse(`\\${letter} inside [ ]`);
}

/** The one character that stands here inside a set, or undefined when a class does. */
function parseSetCharacter(reader: RegexReader): string | undefined {
  const character = reader.character();
  if (character !== "\\") return character;
  const escaped = reader.character();
  if (escaped === "b") return "\b";
  if (/[pP]/.test(escaped) || classOf(escaped) !== undefined) return undefined;
  return parseEscapedCharacter(reader, escaped);
}

/** The characters that equal this one when case is ignored. */
function variants(character: string): string[] {
  const lower = character.toLowerCase();
  const all = new Set([character, lower, character.toUpperCase()]);
  if (lower === "s") all.add("\u017f");
  if (lower === "k") all.add("\u212a");
  if (lower === "\u00e5") all.add("\u212b");
  return [...all].filter((spelling) => [...spelling].length === 1);
}

function escapeInSet(character: string): string {
  return /[\^\\\]\[-]/.test(character) ? `\\${character}` : character;
}

function capitalized(name: string): string {
  return name.split(/[_\s-]/).map((word) =>
    word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()
  ).join("_");
}
