// The text to train on, as the distinct words in it. A unigram trainer needs no more: pieces do not cross words.

import { escapePattern } from "../_pattern.ts";
import { stringOf, unitsOf } from "../_utf16.ts";

const META = 0x2581;

/** Stands in counted words for a special piece of the vocabulary, which no learned piece may cross. */
const BOUNDARY = "\t";

/** Distinct words in ascending order, how often each occurs, and how often at the end of a line. */
export interface WordCounts {
  readonly words: readonly string[];
  readonly counts: Float64Array;
  readonly lastCounts: Float64Array;
}

/** Puts a boundary in place of each special piece that the text spells out. */
export class SpecialPieceCutter {
  #pattern: RegExp;
  #isFirst = new Uint8Array(65536);

  constructor(pieces: readonly string[]) {
    const longestFirst = pieces.toSorted((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longestFirst.map(escapePattern).join("|"), "g");
    for (const piece of pieces) this.#isFirst[piece.charCodeAt(0)] = 1;
  }

  cut(units: Uint16Array): Uint16Array {
    // Most lines have no character that begins a special piece.
    if (!units.some((unit) => this.#isFirst[unit] === 1)) return units;
    return unitsOf(stringOf(units).replace(this.#pattern, BOUNDARY));
  }
}

export class WordCounter {
  #index = new Map<string, number>();
  #counts: number[] = [];
  #lastCounts: number[] = [];
  #splitByWhitespace: boolean;

  constructor(splitByWhitespace: boolean) {
    this.#splitByWhitespace = splitByWhitespace;
  }

  /** Adds one normalised line, as UTF-16 units; a word starts at every meta symbol. */
  addLine(units: Uint16Array): void {
    for (let start = 0; start < units.length;) {
      let end = this.#splitByWhitespace ? start + 1 : units.length;
      while (end < units.length && units[end] !== META) end++;
      // A string of its own: a slice would keep the whole line alive.
      const word = stringOf(units.subarray(start, end));
      let index = this.#index.get(word);
      if (index === undefined) {
        index = this.#index.size;
        this.#index.set(word, index);
        this.#counts.push(0);
        this.#lastCounts.push(0);
      }
      this.#counts[index]++;
      if (end === units.length) this.#lastCounts[index]++;
      start = end;
    }
  }

  /** Sorted, so that the order of the lines does not matter. */
  finish(): WordCounts {
    const words = [...this.#index.keys()].sort();
    const order = words.map((word) => this.#index.get(word)!);
    return {
      words,
      counts: Float64Array.from(order, (index) => this.#counts[index]),
      lastCounts: Float64Array.from(order, (index) => this.#lastCounts[index]),
    };
  }
}

/** The characters that the vocabulary must have, most frequent first, with their counts. */
export function requiredCharacters(
  { words, counts }: WordCounts,
  options: { coverage: number; always: string },
): Map<string, number> {
  const counted = new Map<string, number>();
  const always = new Set(options.always);
  for (const character of always) counted.set(character, 0);
  let total = 0;
  for (const [i, word] of words.entries()) {
    for (const character of word) {
      if (character === BOUNDARY || character === "\0") continue;
      counted.set(character, (counted.get(character) ?? 0) + counts[i]);
      total += counts[i];
    }
  }
  const sorted = [...counted].sort(([a, countA], [b, countB]) =>
    Number(always.has(b)) - Number(always.has(a)) || countB - countA ||
    a.codePointAt(0)! - b.codePointAt(0)!
  );
  const required = new Map<string, number>();
  let covered = 0;
  for (const [character, count] of sorted) {
    if (Math.fround(covered / total) >= Math.fround(options.coverage)) break;
    covered += count;
    required.set(character, count);
  }
  return required;
}
