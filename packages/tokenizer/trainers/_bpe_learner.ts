// Byte-pair encoding's training loop (Sennrich, Haddow and Birch 2016, algorithm 1): merge the most frequent pair of
// tokens in all words, again and again.

import type { SymbolText, TokenList } from "./_bpe_alphabet.ts";
import { type MergeCandidate, MergeQueue } from "./_bpe_merge_queue.ts";
import { PairTable } from "./_bpe_pair_table.ts";
import { WordLists } from "./_bpe_word_lists.ts";

/** When to stop, and which tokens are too long. */
export interface LearnerRules {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly maxTokenLength: number | undefined;
  readonly continuingSubwordPrefix: string;
}

/**
 * Learns merges. To be identical to Hugging Face's trainer it keeps two of its habits, which show only when different
 * merges spell the same token: a merged pair keeps its count, and a pair found anew waits in the queue once more.
 */
export class BpeLearner {
  #text: SymbolText;
  #counts: Float64Array;
  #vocabulary: TokenList;
  #rules: LearnerRules;
  #table = new PairTable();
  #lists = new WordLists();
  #queue = new MergeQueue(this.#table);
  /** Characters under each symbol of the text; undefined when tokens may be of any length. */
  #widths: Int32Array | undefined;
  /** Pairs in the order of their merges; one that is merged again moves to the end. */
  #merged = new Set<number>();

  constructor(
    text: SymbolText,
    counts: Float64Array,
    options: { vocabulary: TokenList; rules: LearnerRules },
  ) {
    this.#text = text;
    this.#counts = counts;
    this.#vocabulary = options.vocabulary;
    this.#rules = options.rules;
    if (options.rules.maxTokenLength !== undefined) {
      this.#widths = new Int32Array(text.symbols.length).fill(1);
    }
    this.#countPairs();
  }

  /** Merges one pair. Returns false when the vocabulary is full or no pair is frequent enough. */
  mergeNext(): boolean {
    if (this.#vocabulary.size >= this.#rules.vocabSize) return false;
    const candidate = this.#queue.pop();
    if (candidate === undefined) return false;
    const { pair, count } = candidate;
    if (count < Math.max(1, this.#rules.minFrequency)) return false;
    const { tokens } = this.#vocabulary;
    const prefix = this.#rules.continuingSubwordPrefix;
    const right = tokens[this.#table.right[pair]];
    const id = this.#vocabulary.add(
      tokens[this.#table.left[pair]] +
        (right.startsWith(prefix) ? right.slice(prefix.length) : right),
    );
    this.#merged.delete(pair);
    this.#merged.add(pair);
    this.#mergeWords(candidate, id);
    return true;
  }

  /** The merges so far, as the texts of their two tokens. */
  merges(): [string, string][] {
    const { tokens } = this.#vocabulary;
    const { left, right } = this.#table;
    return Array.from(this.#merged, (pair) => [tokens[left[pair]], tokens[right[pair]]]);
  }

  #countPairs(): void {
    const { symbols, starts, lengths } = this.#text;
    for (let word = 0; word < starts.length; word++) {
      const end = starts[word] + lengths[word];
      for (let i = starts[word] + 1; i < end; i++) {
        const pair = this.#table.indexOf(symbols[i - 1], symbols[i]);
        this.#table.counts[pair] += this.#counts[word];
        this.#lists.add(pair, word);
      }
    }
    this.#enqueue();
  }

  /** Replaces the pair in all words where it was found, and counts the pairs that go and come. */
  #mergeWords({ pair, start, end }: MergeCandidate, id: number): void {
    const a = this.#table.left[pair];
    const b = this.#table.right[pair];
    const { symbols, starts, lengths } = this.#text;
    const { arena } = this.#lists;
    const table = this.#table;
    const widths = this.#widths;
    const limit = this.#rules.maxTokenLength ?? Infinity;
    const change = (left: number, right: number, by: number) => {
      table.counts[table.indexOf(left, right)] += by;
    };
    const introduce = (left: number, right: number, word: number) => {
      const made = table.indexOf(left, right);
      table.counts[made] += this.#counts[word];
      this.#lists.add(made, word);
    };
    for (let p = start; p < end; p++) {
      const word = arena[p];
      const count = this.#counts[word];
      const first = starts[word];
      const last = first + lengths[word] - 1;
      let write = first;
      for (let read = first; read <= last; read++, write++) {
        if (read === last || symbols[read] !== a || symbols[read + 1] !== b) {
          symbols[write] = symbols[read];
          if (widths !== undefined) widths[write] = widths[read];
          continue;
        }
        const width = widths === undefined ? 0 : widths[read] + widths[read + 1];
        if (write > first) {
          change(symbols[write - 1], a, -count);
          if (widths === undefined || widths[write - 1] + width < limit) {
            introduce(symbols[write - 1], id, word);
          }
        }
        read++;
        if (read < last) {
          change(b, symbols[read + 1], -count);
          if (widths === undefined || widths[read + 1] + width < limit) {
            introduce(id, symbols[read + 1], word);
          }
        }
        symbols[write] = id;
        if (widths !== undefined) widths[write] = width;
      }
      lengths[word] = write - first;
    }
    this.#enqueue();
  }

  #enqueue(): void {
    this.#lists.finish((pair, start, end) => {
      if (this.#table.counts[pair] > 0) this.#queue.push(pair, start, end);
    });
  }
}
