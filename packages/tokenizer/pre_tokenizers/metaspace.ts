import { TextPattern } from "../_text_pattern.ts";
import { prependAligned } from "../normalizers/letter_normalizers.ts";
import { replaceAligned } from "../normalizers/replace.ts";
import {
  addParts,
  type AlignedWord,
  alignedWord,
  type PreTokenizer,
  textOfWord,
} from "./pre_tokenizer.ts";

/** When {@linkcode Metaspace} puts its mark before a text. */
export type PrependScheme = "always" | "first" | "never";

const SPACE = TextPattern.ofString(" ");

/** Spaces become a visible mark, `▁`; each word begins with one. */
export class Metaspace implements PreTokenizer {
  #replacement: string;
  #scheme: PrependScheme;
  #splits: boolean;

  constructor(replacement: string, scheme: PrependScheme, splits: boolean) {
    this.#replacement = replacement;
    this.#scheme = scheme;
    this.#splits = splits;
  }

  /** Whether it matters where in the original text a word begins. */
  get needsOrigin(): boolean {
    return this.#scheme === "first";
  }

  split(words: readonly string[], first: boolean): string[] {
    const parts: string[] = [];
    const cuts: number[] = [];
    for (const [i, word] of words.entries()) {
      let text = word.replaceAll(" ", this.#replacement);
      if (this.#prepends(text, first && i === 0)) text = this.#replacement + text;
      if (!this.#splits) {
        parts.push(text);
        continue;
      }
      cuts.length = 0;
      this.#cut(text, cuts);
      for (let k = 0; k < cuts.length; k += 2) parts.push(text.slice(cuts[k], cuts[k + 1]));
    }
    return parts;
  }

  splitAligned(words: readonly AlignedWord[]): AlignedWord[] {
    const parts: AlignedWord[] = [];
    for (const word of words) {
      let source = textOfWord(word);
      if (source.text.includes(" ")) source = replaceAligned(source, SPACE, this.#replacement);
      if (this.#prepends(source.text, word.origin === 0)) {
        source = prependAligned(source, this.#replacement);
      }
      if (!this.#splits) {
        parts.push(alignedWord(source));
        continue;
      }
      const cuts: number[] = [];
      this.#cut(source.text, cuts);
      addParts(parts, alignedWord(source), cuts);
    }
    return parts;
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "Metaspace",
      replacement: this.#replacement,
      prepend_scheme: this.#scheme,
      split: this.#splits,
    };
  }

  #prepends(text: string, isFirst: boolean): boolean {
    return text !== "" && (this.#scheme === "always" || this.#scheme === "first" && isFirst) &&
      !text.startsWith(this.#replacement);
  }

  /** Every mark begins a word; a mark before another mark is a word. */
  #cut(text: string, cuts: number[]): void {
    let start = 0;
    for (let at = 0; at >= 0;) {
      at = text.indexOf(this.#replacement, start + 1);
      const end = at < 0 ? text.length : at;
      if (end > start) cuts.push(start, end);
      start = end;
    }
  }
}
