import { type AlignedText, transform } from "./aligned_text.ts";
import { Charsmap, COMPOSES, CONTINUES, MAPPED } from "./_charsmap.ts";
import type { Normalizer } from "./normalizer.ts";

const LONGEST_GRAPHEME = 5; // UTF-8 bytes that a grapheme may have to be looked up as a whole
const PORTION = 4096;

/**
 * SentencePiece's compiled rules as Hugging Face's tokenizers apply them: a short grapheme is looked up as a whole, and
 * the shortest rule at its beginning replaces all of it; else its characters are looked up one by one.
 */
export class Precompiled implements Normalizer {
  #base64: string;
  #charsmap: Charsmap;
  #graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  #characters = new Map<string, string | undefined>();

  constructor(base64: string) {
    this.#base64 = base64;
    this.#charsmap = new Charsmap(Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0)));
  }

  normalize(text: string): string {
    if (!this.#mayChange(text)) return text;
    let normalized = "";
    this.#replace(text, (_, replacement) => normalized += replacement);
    return normalized;
  }

  align(source: AlignedText): AlignedText {
    if (!this.#mayChange(source.text)) return source;
    const characters: string[] = [];
    const changes: number[] = [];
    let modified = false;
    this.#replace(source.text, (part, replacement, isRule) => {
      const added = [...replacement];
      const difference = added.length - (isRule ? [...part].length : added.length);
      for (const character of added) {
        characters.push(character);
        changes.push(0);
      }
      modified ||= isRule;
      if (difference > 0) changes.fill(1, changes.length - difference);
      else if (difference < 0 && changes.length > 0) changes[changes.length - 1] += difference;
    });
    return modified ? transform(source, characters, changes) : source;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Precompiled", precompiled_charsmap: this.#base64 };
  }

  /** False when no rule matches anywhere: a letter begins many rules, but only before a mark. */
  #mayChange(text: string): boolean {
    const { kinds } = this.#charsmap;
    let before = 0;
    for (let i = 0; i < text.length; i++) {
      const kind = kinds[text.charCodeAt(i)];
      if ((kind & MAPPED) !== 0) return true;
      if ((before & COMPOSES) !== 0 && (kind & CONTINUES) !== 0) return true;
      before = kind;
    }
    return false;
  }

  #replace(text: string, replaced: Replaced): void {
    for (const stretch of stretches(text)) {
      if (!this.#mayChange(stretch)) {
        replaced(stretch, stretch, false);
        continue;
      }
      // The segmenter takes time in proportion to the whole text for each grapheme of a very long one.
      for (const part of portions(stretch)) {
        for (const { segment } of this.#graphemes.segment(part)) {
          this.#replaceGrapheme(segment, replaced);
        }
      }
    }
  }

  #replaceGrapheme(grapheme: string, replaced: Replaced): void {
    const whole = grapheme.length <= LONGEST_GRAPHEME && utf8Length(grapheme) <= LONGEST_GRAPHEME
      ? this.#charsmap.matchShortest(grapheme)
      : undefined;
    if (whole !== undefined) return replaced(grapheme, whole, true);
    for (const character of grapheme) {
      const replacement = this.#lookUp(character);
      replaced(character, replacement ?? character, replacement !== undefined);
    }
  }

  #lookUp(character: string): string | undefined {
    if (this.#characters.has(character)) return this.#characters.get(character);
    const replacement = this.#charsmap.matchShortest(character);
    this.#characters.set(character, replacement);
    return replacement;
  }
}

/** Called with each part of a text, what stands for it, and whether a rule says so. */
type Replaced = (part: string, replacement: string, isRule: boolean) => void;

/**
 * Cuts a text where no grapheme is cut: printable ASCII apart from everything else, which takes the ASCII characters on
 * its sides along (a mark may follow the one, a prepending mark may hold the other).
 */
function* stretches(text: string): Generator<string> {
  let at = 0;
  for (const match of text.matchAll(/[^ -~]+(?:[ -~][^ -~]+)*/g)) {
    const start = Math.max(at, match.index - 1);
    if (start > at) yield text.slice(at, start);
    at = Math.min(match.index + match[0].length + 1, text.length);
    yield text.slice(start, at);
  }
  if (at < text.length) yield text.slice(at);
}

function* portions(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PORTION);
    // Cut before a character that no grapheme joins to the one before it.
    while (end < text.length && !/[\p{L}\p{N}]/u.test(text.slice(end, end + 1))) end++;
    yield text.slice(start, end);
    start = end;
  }
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
