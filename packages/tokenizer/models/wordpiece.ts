import { shown } from "../_shown.ts";
import { buildDoubleArray } from "./_double_array.ts";
import { Vocabulary } from "./_vocabulary.ts";
import type { TokenizerModel, WordPieces } from "./model.ts";

/** Settings of a {@linkcode WordPiece} model. */
export interface WordPieceOptions {
  /** The token for words that cannot be cut; default `[UNK]`. */
  readonly unkToken?: string;
  /** What a piece that does not begin a word begins with; default `##`. */
  readonly continuingSubwordPrefix?: string;
  /** Words of more characters are unknown; default 100. */
  readonly maxInputCharsPerWord?: number;
}

/**
 * BERT's model: the longest piece of the vocabulary that the rest of the word begins with, again and again; a word
 * that cannot be cut to its end is unknown.
 *
 * @example
 * ```ts
 * import { WordPiece } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new WordPiece([["[UNK]", 0], ["play", 1], ["##ing", 2]]);
 * assertEquals(model.tokenize("playing"), { ids: [1, 2], starts: [0, 4], ends: [4, 7] });
 * assertEquals(model.tokenize("playful").ids, [0]);
 * ```
 */
export class WordPiece implements TokenizerModel {
  #vocabulary: Vocabulary;
  #unkToken: string;
  #prefix: string;
  #maxCharacters: number;
  #labels: Uint16Array;
  #nodes: Int32Array;
  #continuing = 0; // the node that the prefix leads to, -1 when no piece has it

  /**
   * Builds the model.
   *
   * @param vocab Tokens and their ids
   * @param options The unknown token and the prefix of pieces inside words
   * @throws {SyntaxError} If the vocabulary gives an id twice
   */
  constructor(vocab: Iterable<readonly [string, number]>, options: WordPieceOptions = {}) {
    this.#vocabulary = new Vocabulary(vocab, "WordPiece");
    this.#unkToken = options.unkToken ?? "[UNK]";
    this.#prefix = options.continuingSubwordPrefix ?? "##";
    this.#maxCharacters = options.maxInputCharsPerWord ?? 100;
    const entries = [...this.#vocabulary.entries()].filter(([token]) => token !== "");
    const trie = buildDoubleArray(entries.map(([token]) => token), entries.map(([, id]) => id));
    this.#labels = trie.labels;
    this.#nodes = trie.nodes;
    for (let i = 0; i < this.#prefix.length && this.#continuing >= 0; i++) {
      const child = this.#nodes[4 * this.#continuing + 1] +
        this.#labels[this.#prefix.charCodeAt(i)];
      this.#continuing = this.#nodes[4 * child] === this.#continuing ? child : -1;
    }
  }

  /** One more than the largest id. */
  get vocabSize(): number {
    return this.#vocabulary.size;
  }

  /**
   * Looks a token up.
   *
   * @param token The token as the vocabulary writes it
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  /**
   * Looks an id up.
   *
   * @param id A vocabulary index
   * @returns Its token, or undefined when no token has this id
   */
  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  /**
   * Cuts a word into pieces.
   *
   * @param word A word
   * @returns The pieces in order, or the unknown token alone
   * @throws {SyntaxError} If the word is unknown and the vocabulary does not have the unknown token
   */
  tokenize(word: string): WordPieces {
    const pieces = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    if (this.#isTooLong(word)) return this.#unknown(word);
    const labels = this.#labels;
    const nodes = this.#nodes;
    for (let start = 0; start < word.length;) {
      let node = start === 0 ? 0 : this.#continuing;
      let id = -1;
      let pieceEnd = start;
      for (let end = start; node >= 0 && end < word.length;) {
        const child = nodes[4 * node + 1] + labels[word.charCodeAt(end++)];
        if (nodes[4 * child] !== node) break;
        node = child;
        if (nodes[4 * child + 2] >= 0) {
          id = nodes[4 * child + 2];
          pieceEnd = end;
        }
      }
      if (id < 0) return this.#unknown(word);
      pieces.ids.push(id);
      pieces.starts.push(start);
      pieces.ends.push(pieceEnd);
      start = pieceEnd;
    }
    return pieces;
  }

  /** The model as tokenizer.json writes it. */
  toJSON(): Record<string, unknown> {
    return {
      type: "WordPiece",
      unk_token: this.#unkToken,
      continuing_subword_prefix: this.#prefix,
      max_input_chars_per_word: this.#maxCharacters,
      vocab: this.#vocabulary.toJSON(),
    };
  }

  #isTooLong(word: string): boolean {
    if (word.length <= this.#maxCharacters) return false;
    if (word.length > 2 * this.#maxCharacters) return true;
    let characters = 0;
    for (const _ of word) characters++;
    return characters > this.#maxCharacters;
  }

  #unknown(word: string): WordPieces {
    const id = this.#vocabulary.id(this.#unkToken);
    if (id === undefined) {
      throw new SyntaxError(
        `Cannot tokenize ${shown(word)}: unk_token ${shown(this.#unkToken)} is not in vocab`,
      );
    }
    return { ids: [id], starts: [0], ends: [word.length] };
  }
}
