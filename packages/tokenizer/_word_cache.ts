import type { WordPieces } from "./models/model.ts";

const LONGEST_WORD = 64;
const SHORT_SLICE = 12; // V8 copies slices up to here; longer ones would keep their whole text alive

/** Remembers the pieces of words: at most two generations of words, the older one is dropped when the newer is full. */
export class WordCache {
  #capacity: number;
  #young = new Map<string, WordPieces>();
  #old = new Map<string, WordPieces>();

  /** `capacity`: words in a generation. */
  constructor(capacity: number = 1 << 16) {
    this.#capacity = capacity;
  }

  /** The pieces of a word, if they are remembered. */
  get(word: string): WordPieces | undefined {
    const pieces = this.#young.get(word);
    if (pieces !== undefined) return pieces;
    const old = this.#old.get(word);
    if (old !== undefined) this.#add(word, old);
    return old;
  }

  /** Remembers the pieces of a word; long words are not worth it. */
  set(word: string, pieces: WordPieces): void {
    if (word.length > LONGEST_WORD) return;
    this.#add(word.length > SHORT_SLICE ? copied(word) : word, pieces);
  }

  #add(word: string, pieces: WordPieces): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(word, pieces);
  }
}

function copied(word: string): string {
  const units: number[] = [];
  for (let i = 0; i < word.length; i++) units.push(word.charCodeAt(i));
  return String.fromCharCode(...units);
}
