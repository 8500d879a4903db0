// For each pair that a merge makes, the words that have it.

import { doubled } from "./_bpe_pair_table.ts";

export class WordLists {
  /** All lists, one after the other. A merge makes at most two pairs, so they take at most three times the text. */
  arena: Int32Array = new Int32Array(4096);
  #used = 0;
  #round = 0;
  // Of the pairs: the round in which a list was begun, its length, its last word and then its end in the arena.
  #rounds: Int32Array = new Int32Array(1024);
  #lengths: Int32Array = new Int32Array(1024);
  #lasts: Int32Array = new Int32Array(1024);
  // Of this round: the pairs with a list, and the list entries in the order in which they came.
  #begun: number[] = [];
  #pairs: Int32Array = new Int32Array(4096);
  #words: Int32Array = new Int32Array(4096);
  #size = 0;

  /** Adds a word to a pair's list of this round. Words come one after the other, so each is listed once. */
  add(pair: number, word: number): void {
    while (pair >= this.#rounds.length) {
      this.#rounds = doubled(this.#rounds);
      this.#lengths = doubled(this.#lengths);
      this.#lasts = doubled(this.#lasts);
    }
    if (this.#rounds[pair] !== this.#round + 1) {
      this.#rounds[pair] = this.#round + 1;
      this.#lengths[pair] = 0;
      this.#begun.push(pair);
    } else if (this.#lasts[pair] === word) return;
    this.#lasts[pair] = word;
    this.#lengths[pair]++;
    if (this.#size === this.#pairs.length) {
      this.#pairs = doubled(this.#pairs);
      this.#words = doubled(this.#words);
    }
    this.#pairs[this.#size] = pair;
    this.#words[this.#size++] = word;
  }

  /** Ends the round: gives every list to `take`. */
  finish(take: (pair: number, start: number, end: number) => void): void {
    while (this.#used + this.#size > this.arena.length) this.arena = doubled(this.arena);
    for (const pair of this.#begun) {
      this.#lasts[pair] = this.#used;
      this.#used += this.#lengths[pair];
    }
    for (let i = 0; i < this.#size; i++) {
      this.arena[this.#lasts[this.#pairs[i]]++] = this.#words[i];
    }
    for (const pair of this.#begun) {
      take(pair, this.#lasts[pair] - this.#lengths[pair], this.#lasts[pair]);
    }
    this.#begun = [];
    this.#size = 0;
    this.#round++;
  }
}
