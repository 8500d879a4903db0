import { stringOf } from "../_utf16.ts";
import type { NormalizerSpec } from "../formats/sentencepiece_model.ts";
import { Charsmap, COMPOSES, CONTINUES, MAPPED } from "./_charsmap.ts";

/** The mark `▁` (U+2581) that stands for a space inside SentencePiece's pieces. */
export const META_SYMBOL = "\u2581";

const SPACE = 0x20;
const META = 0x2581;
const USER_DEFINED = 8;
const NO_KINDS = new Uint8Array(65536);

/** Settings of a {@linkcode SentencePieceNormalizer} that its model keeps outside the normalizer's own part. */
export interface SentencePieceNormalizerOptions {
  /** Strings that no rule may touch; default none. */
  readonly userDefinedSymbols?: readonly string[];
  /** Whether the added space goes to the end of the text instead of its beginning; default false. */
  readonly treatWhitespaceAsSuffix?: boolean;
}

/**
 * SentencePiece's normalizer: rules from a compiled character map (longest match from the left), extra spaces
 * removed, a space put before the text, and spaces written as `▁`.
 *
 * @example
 * ```ts
 * import { SentencePieceNormalizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new SentencePieceNormalizer({}).normalize("  Hello   world "), "▁Hello▁world");
 * ```
 */
export class SentencePieceNormalizer {
  #charsmap: Charsmap | undefined;
  #kinds: Uint8Array;
  #userDefined = new Map<number, string[]>(); // first UTF-16 unit -> symbols, longest first
  #addDummyPrefix: boolean;
  #removeExtraWhitespaces: boolean;
  #space: number;
  #treatWhitespaceAsSuffix: boolean;
  #units = new Uint16Array(1024);
  #matched = 0;

  /**
   * Prepares the rules.
   *
   * @param spec The rules and switches, as a SentencePiece model stores them
   * @param options What the model stores elsewhere
   * @throws {SyntaxError} If the compiled character map is broken
   */
  constructor(spec: NormalizerSpec, options: SentencePieceNormalizerOptions = {}) {
    this.#addDummyPrefix = spec.addDummyPrefix ?? true;
    this.#removeExtraWhitespaces = spec.removeExtraWhitespaces ?? true;
    this.#space = spec.escapeWhitespaces ?? true ? META : SPACE;
    this.#treatWhitespaceAsSuffix = options.treatWhitespaceAsSuffix ?? false;
    if (spec.precompiledCharsmap !== undefined && spec.precompiledCharsmap.length > 0) {
      this.#charsmap = new Charsmap(spec.precompiledCharsmap);
    }
    this.#kinds = this.#charsmap?.kinds ?? NO_KINDS;
    const symbols = [...options.userDefinedSymbols ?? []].sort((a, b) => b.length - a.length);
    if (symbols.length > 0) this.#kinds = this.#kinds.slice();
    for (const symbol of symbols) {
      const first = symbol.charCodeAt(0);
      this.#kinds[first] |= USER_DEFINED;
      const same = this.#userDefined.get(first);
      if (same === undefined) this.#userDefined.set(first, [symbol]);
      else same.push(symbol);
    }
  }

  /**
   * Normalises a text.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @returns The text that the model's pieces are matched against
   */
  normalize(text: string): string {
    return stringOf(this.normalizeUnits(text));
  }

  /**
   * Normalises a text into UTF-16 units, without making a string.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @returns The units of the normalised text, valid until the next call
   */
  normalizeUnits(text: string): Uint16Array {
    return this.#normalize(text, undefined);
  }

  /**
   * Finds where the units of the normalised text come from. A rule's whole result, an added space and the `▁` for a
   * run of spaces point to where what they replace begins; what is left out belongs to the unit before it.
   *
   * @param text Any string
   * @returns For each unit of the normalised text and for its end, an index into `text` `[units + 1]`: units `[a, b)`
   *   come from `text[origins[a], origins[b])`
   *
   * @example
   * ```ts
   * import { SentencePieceNormalizer } from "@heed/tokenizer";
   * import { assertEquals } from "@std/assert";
   *
   * const origins = new SentencePieceNormalizer({}).origins(" a  b "); // "▁a▁b"
   * assertEquals([...origins], [1, 1, 2, 4, 5]);
   * ```
   */
  origins(text: string): Int32Array {
    const origins: number[] = [];
    this.#normalize(text, origins);
    return Int32Array.from(origins);
  }

  /** `origins`, if given, receives what {@linkcode origins} returns. */
  #normalize(text: string, origins: number[] | undefined): Uint16Array {
    if (!text.isWellFormed()) text = text.toWellFormed();
    const removeExtra = this.#removeExtraWhitespaces;
    const kinds = this.#kinds;
    const space = this.#space;
    const end = text.length;
    let units = this.#reserve(0, end + 2);
    let length = 0;
    let i = removeExtra ? this.#skipSpaces(text) : 0;
    if (i === end) {
      origins?.push(0);
      return units.subarray(0, 0);
    }

    if (this.#addDummyPrefix && !this.#treatWhitespaceAsSuffix) {
      origins?.push(i);
      units[length++] = space;
    }
    let afterSpace = removeExtra;
    while (i < end) {
      const unit = text.charCodeAt(i);
      const kind = kinds[unit];
      if (
        (kind & (MAPPED | USER_DEFINED)) === 0 &&
        ((kind & COMPOSES) === 0 || i + 1 === end ||
          (kinds[text.charCodeAt(i + 1)] & CONTINUES) === 0)
      ) {
        if (unit !== SPACE) {
          if (origins !== undefined) origins[length] = i;
          units[length++] = unit;
          afterSpace = false;
        } else if (!afterSpace) {
          if (origins !== undefined) origins[length] = i;
          units[length++] = space;
          afterSpace = removeExtra;
        }
        i++;
        continue;
      }
      const replacement = this.#prefix(text, i);
      const origin = i;
      i += this.#matched;
      let at = 0;
      if (afterSpace) { while (replacement.charCodeAt(at) === SPACE) at++; }
      if (at === replacement.length) continue;
      units = this.#reserve(length, replacement.length + end - i + 2);
      for (; at < replacement.length; at++) {
        const mapped = replacement.charCodeAt(at);
        if (origins !== undefined) origins[length] = origin;
        units[length++] = mapped === SPACE ? space : mapped;
      }
      afterSpace = removeExtra && replacement.endsWith(" ");
    }
    let consumed = end;
    if (removeExtra) {
      while (length > 0 && units[length - 1] === space) {
        length--;
        if (origins !== undefined) consumed = origins[length];
      }
    }
    if (this.#addDummyPrefix && this.#treatWhitespaceAsSuffix) {
      if (origins !== undefined) origins[length] = consumed;
      units[length++] = space;
    }
    if (origins !== undefined) {
      origins.length = length;
      origins.push(consumed);
    }
    return units.subarray(0, length);
  }

  /** Index of the first character that does not become exactly one space. */
  #skipSpaces(text: string): number {
    let i = 0;
    while (i < text.length && this.#prefix(text, i) === " ") i += this.#matched;
    return i;
  }

  /** What the characters at `index` become, by the longest rule or as they are; sets `#matched`. */
  #prefix(text: string, index: number): string {
    const unit = text.charCodeAt(index);
    if ((this.#kinds[unit] & USER_DEFINED) !== 0) {
      for (const symbol of this.#userDefined.get(unit)!) {
        if (text.startsWith(symbol, index)) {
          this.#matched = symbol.length;
          return symbol;
        }
      }
    }
    const replacement = this.#charsmap?.match(text, index);
    if (replacement !== undefined) {
      this.#matched = this.#charsmap!.matched;
      return replacement;
    }
    const character = String.fromCodePoint(text.codePointAt(index)!);
    this.#matched = character.length;
    return character;
  }

  #reserve(length: number, extra: number): Uint16Array {
    if (length + extra > this.#units.length) {
      const grown = new Uint16Array(Math.max(2 * this.#units.length, length + extra));
      grown.set(this.#units.subarray(0, length));
      this.#units = grown;
    }
    return this.#units;
  }
}
