import { toByteAlphabet } from "../_byte_alphabet.ts";
import type { AlignedText } from "../normalizers/aligned_text.ts";
import { prependAligned } from "../normalizers/letter_normalizers.ts";
import { type AlignedWord, alignedWord, type PreTokenizer, textOfWord } from "./pre_tokenizer.ts";

const S = "\\p{White_Space}";
const WORDS = new RegExp(
  `'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^${S}\\p{L}\\p{N}]+|[${S}]+(?![^${S}])|[${S}]+`,
  "gu",
);

/** GPT-2's words, written in an alphabet that has a character for every byte. */
export class ByteLevel implements PreTokenizer {
  readonly addPrefixSpace: boolean;
  readonly trimOffsets: boolean;
  readonly useRegex: boolean;

  constructor(addPrefixSpace: boolean, trimOffsets: boolean, useRegex: boolean) {
    this.addPrefixSpace = addPrefixSpace;
    this.trimOffsets = trimOffsets;
    this.useRegex = useRegex;
  }

  split(words: readonly string[], _first: boolean): string[] {
    return this.splitPlain(words).map(toByteAlphabet);
  }

  /** The words before they are written as bytes. */
  splitPlain(words: readonly string[]): string[] {
    const parts: string[] = [];
    for (let word of words) {
      if (this.addPrefixSpace && !word.startsWith(" ")) word = " " + word;
      if (this.useRegex) this.#addWords(parts, word);
      else parts.push(word);
    }
    return parts;
  }

  splitAligned(words: readonly AlignedWord[]): AlignedWord[] {
    const parts: AlignedWord[] = [];
    for (const word of words) {
      let source = textOfWord(word);
      if (this.addPrefixSpace && !source.text.startsWith(" ")) source = prependAligned(source, " ");
      const mapped = alignBytes(source);
      if (!this.useRegex) {
        parts.push(alignedWord(mapped));
        continue;
      }
      let at = 0;
      const words: string[] = [];
      this.#addWords(words, source.text);
      for (const plain of words) {
        const text = toByteAlphabet(plain);
        parts.push({ text, at, source: mapped, origin: mapped.starts[at] });
        at += text.length;
      }
    }
    return parts;
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "ByteLevel",
      add_prefix_space: this.addPrefixSpace,
      trim_offsets: this.trimOffsets,
      use_regex: this.useRegex,
    };
  }

  #addWords(words: string[], text: string): void {
    WORDS.lastIndex = 0;
    let start = 0;
    // Every character is part of a word, so a word ends where the next begins.
    while (start < text.length) {
      WORDS.test(text);
      words.push(text.slice(start, WORDS.lastIndex));
      start = WORDS.lastIndex;
    }
  }
}

/** The text in the alphabet of bytes; every byte stands where its character stands. */
function alignBytes({ text, starts, ends, origin }: AlignedText): AlignedText {
  const mapped = toByteAlphabet(text);
  if (mapped.length === text.length) return { text: mapped, starts, ends, origin };
  const mappedStarts = new Int32Array(mapped.length);
  const mappedEnds = new Int32Array(mapped.length);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair has four bytes, two for each half.
    const bytes = unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
    for (const end = at + bytes; at < end; at++) {
      mappedStarts[at] = starts[i];
      mappedEnds[at] = ends[i];
    }
  }
  return { text: mapped, starts: mappedStarts, ends: mappedEnds, origin };
}
