import { toByteAlphabet } from "../_byte_alphabet.ts";
import { alignCharacters } from "../normalizers/aligned_text.ts";
import { prependAligned } from "../normalizers/letter_normalizers.ts";
import {
  addParts,
  type AlignedWord,
  alignedWord,
  type PreTokenizer,
  textOfWord,
} from "./pre_tokenizer.ts";

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
      if (!this.useRegex) parts.push(word);
      else {
        WORDS.lastIndex = 0;
        let start = 0;
        // Every character is part of a word, so a word ends where the next begins.
        while (start < word.length) {
          WORDS.test(word);
          parts.push(word.slice(start, WORDS.lastIndex));
          start = WORDS.lastIndex;
        }
      }
    }
    return parts;
  }

  splitAligned(words: readonly AlignedWord[]): AlignedWord[] {
    const parts: AlignedWord[] = [];
    for (const word of words) {
      let source = textOfWord(word);
      if (this.addPrefixSpace && !source.text.startsWith(" ")) source = prependAligned(source, " ");
      let whole = alignedWord(source);
      if (!this.useRegex) {
        whole = alignedWord(alignCharacters(source, toByteAlphabet));
        parts.push(whole);
        continue;
      }
      const cuts: number[] = [];
      WORDS.lastIndex = 0;
      for (const match of source.text.matchAll(WORDS)) {
        cuts.push(match.index, match.index + match[0].length);
      }
      const plain: AlignedWord[] = [];
      addParts(plain, whole, cuts);
      for (const part of plain) {
        parts.push(
          /^[!-~]*$/.test(part.text)
            ? part
            : alignedWord(alignCharacters(textOfWord(part), toByteAlphabet)),
        );
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
}
