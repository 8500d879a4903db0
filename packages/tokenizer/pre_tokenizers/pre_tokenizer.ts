import { type AlignedText, sliceAligned } from "../normalizers/aligned_text.ts";

/** A word with its place: unit `i` is unit `at + i` of `source`. */
export interface AlignedWord {
  readonly text: string;
  readonly at: number;
  readonly source: AlignedText;
  /** Where the word begins in the original text. */
  readonly origin: number;
}

/** Splits texts into words. */
export interface PreTokenizer {
  /** Splits each of the words; `first` says whether the first one begins the original text. */
  split(words: readonly string[], first: boolean): string[];
  /** Splits each of the words and keeps their places. */
  splitAligned(words: readonly AlignedWord[]): AlignedWord[];
  /** The component as tokenizer.json writes it. */
  toJSON(): Record<string, unknown>;
}

/** A pre-tokenizer that only cuts: the words are parts of the text. */
export abstract class CuttingPreTokenizer implements PreTokenizer {
  /** Appends the start and end of every word of `text`, none of them empty. */
  abstract cut(text: string, cuts: number[]): void;
  abstract toJSON(): Record<string, unknown>;

  split(words: readonly string[], _first: boolean): string[] {
    const parts: string[] = [];
    const cuts: number[] = [];
    for (const word of words) {
      cuts.length = 0;
      this.cut(word, cuts);
      for (let i = 0; i < cuts.length; i += 2) parts.push(word.slice(cuts[i], cuts[i + 1]));
    }
    return parts;
  }

  splitAligned(words: readonly AlignedWord[]): AlignedWord[] {
    const parts: AlignedWord[] = [];
    for (const word of words) {
      const cuts: number[] = [];
      this.cut(word.text, cuts);
      addParts(parts, word, cuts);
    }
    return parts;
  }
}

/** Appends the parts of a word that lie between the cuts. */
export function addParts(
  parts: AlignedWord[],
  word: AlignedWord,
  cuts: readonly number[],
): void {
  const { text, at, source } = word;
  for (let i = 0; i < cuts.length; i += 2) {
    const start = at + cuts[i];
    parts.push({
      text: text.slice(cuts[i], cuts[i + 1]),
      at: start,
      source,
      origin: source.starts[start],
    });
  }
}

/** A whole aligned text as one word. */
export function alignedWord(source: AlignedText): AlignedWord {
  return { text: source.text, at: 0, source, origin: source.origin };
}

/** A word as an aligned text of its own. */
export function textOfWord({ text, at, source, origin }: AlignedWord): AlignedText {
  if (at === 0 && text.length === source.text.length) return source;
  return { ...sliceAligned(source, at, at + text.length), origin };
}

/** Pre-tokenizers one after the other. */
export class PreTokenizerSequence implements PreTokenizer {
  readonly parts: readonly PreTokenizer[];

  constructor(parts: readonly PreTokenizer[]) {
    this.parts = parts;
  }

  split(words: readonly string[], first: boolean): string[] {
    let split = words as string[];
    for (const part of this.parts) {
      const start = split[0];
      split = part.split(split, first);
      first &&= split.length > 0 && start.startsWith(split[0][0]);
    }
    return split;
  }

  splitAligned(words: readonly AlignedWord[]): AlignedWord[] {
    let split = words as AlignedWord[];
    for (const part of this.parts) split = part.splitAligned(split);
    return split;
  }

  toJSON(): Record<string, unknown> {
    return { type: "Sequence", pretokenizers: this.parts.map((part) => part.toJSON()) };
  }
}
