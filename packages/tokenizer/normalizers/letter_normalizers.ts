import { assertLength } from "../_length_limit.ts";
import {
  alignCharacters,
  type AlignedText,
  AlignedTextBuilder,
  sliceAligned,
} from "./aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";
import { COMBINING_MARKS } from "./_unicode_tables.ts";

const MARK = new RegExp(`[${COMBINING_MARKS}]`, "u");
const MARKS = new RegExp(`[${COMBINING_MARKS}]+`, "gu");
const LEADING_SPACE = /^\p{White_Space}+/u;
// deno-lint-ignore no-control-regex
const NMT_REMOVED = /[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]/;
const NMT_SPACES = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/;

/** Lower case, character by character: a final sigma is a sigma like any other. */
export class Lowercase implements Normalizer {
  normalize(text: string): string {
    return lowercase(text);
  }

  align(source: AlignedText): AlignedText {
    const text = lowercase(source.text);
    if (text === source.text) return source;
    if (text.length === source.text.length) return { ...source, text };
    return alignCharacters(source, (character) => character.toLowerCase());
  }

  toJSON(): Record<string, unknown> {
    return { type: "Lowercase" };
  }
}

/** Lower case without the rule for a final sigma. */
export function lowercase(text: string): string {
  return (text.includes("\u03a3") ? text.replaceAll("\u03a3", "\u03c3") : text).toLowerCase();
}

/** Removes combining marks; accents must have been decomposed before. */
export class StripAccents implements Normalizer {
  normalize(text: string): string {
    return text.replace(MARKS, "");
  }

  align(source: AlignedText): AlignedText {
    return MARK.test(source.text)
      ? alignCharacters(source, (character) => MARK.test(character) ? "" : character)
      : source;
  }

  toJSON(): Record<string, unknown> {
    return { type: "StripAccents" };
  }
}

/** Removes white space at the ends. */
export class Strip implements Normalizer {
  #left: boolean;
  #right: boolean;

  constructor(left: boolean, right: boolean) {
    this.#left = left;
    this.#right = right;
  }

  normalize(text: string): string {
    const [start, end] = this.#range(text);
    return text.slice(start, end);
  }

  align(source: AlignedText): AlignedText {
    return { ...sliceAligned(source, ...this.#range(source.text)), origin: source.origin };
  }

  toJSON(): Record<string, unknown> {
    return { type: "Strip", strip_left: this.#left, strip_right: this.#right };
  }

  #range(text: string): [number, number] {
    const start = this.#left ? LEADING_SPACE.exec(text)?.[0].length ?? 0 : 0;
    let end = text.length;
    if (this.#right) {
      while (end > start && /\p{White_Space}/u.test(text[end - 1])) end--;
    }
    return [start, end];
  }
}

/** Puts a text before every text that is not empty. */
export class Prepend implements Normalizer {
  #prepend: string;

  constructor(prepend: string) {
    this.#prepend = prepend;
  }

  normalize(text: string): string {
    return text === "" ? "" : this.#prepend + text;
  }

  align(source: AlignedText): AlignedText {
    return prependAligned(source, this.#prepend);
  }

  toJSON(): Record<string, unknown> {
    return { type: "Prepend", prepend: this.#prepend };
  }
}

/** Puts a text before an aligned one; it stands where the first character stands. */
export function prependAligned(source: AlignedText, prepend: string): AlignedText {
  if (source.text === "") return source;
  const builder = new AlignedTextBuilder(source);
  builder.insert(prepend, 0);
  builder.copy(0, source.text.length);
  return builder.build();
}

/** The rules that neural translation systems put before NFKC: control characters go, odd spaces become spaces. */
export class Nmt implements Normalizer {
  normalize(text: string): string {
    if (!NMT_REMOVED.test(text) && !NMT_SPACES.test(text)) return text;
    return text.replaceAll(new RegExp(NMT_REMOVED, "g"), "").replaceAll(
      new RegExp(NMT_SPACES, "g"),
      " ",
    );
  }

  align(source: AlignedText): AlignedText {
    return alignCharacters(
      source,
      (character) =>
        NMT_REMOVED.test(character) ? "" : NMT_SPACES.test(character) ? " " : character,
    );
  }

  toJSON(): Record<string, unknown> {
    return { type: "Nmt" };
  }
}

/**
 * Normalizers one after the other.
 *
 * They throw a RangeError when they make a text a hundred times as long, and a million characters more.
 */
export class NormalizerSequence implements Normalizer {
  #normalizers: readonly Normalizer[];

  constructor(normalizers: readonly Normalizer[]) {
    this.#normalizers = normalizers;
  }

  normalize(text: string): string {
    const { length } = text;
    for (const normalizer of this.#normalizers) {
      text = normalizer.normalize(text);
      assertLength(text.length, length, "normalize");
    }
    return text;
  }

  align(source: AlignedText): AlignedText {
    const { length } = source.text;
    for (const normalizer of this.#normalizers) {
      source = normalizer.align(source);
      assertLength(source.text.length, length, "normalize");
    }
    return source;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Sequence", normalizers: this.#normalizers.map((part) => part.toJSON()) };
  }
}
