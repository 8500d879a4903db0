import { shown } from "../_shown.ts";
import { Vocabulary } from "./_vocabulary.ts";
import type { TokenizerModel, WordPieces } from "./model.ts";

/** Settings of a {@linkcode WordLevel} model. */
export interface WordLevelOptions {
  /** The token for words outside the vocabulary; default `<unk>`. */
  readonly unkToken?: string;
}

/**
 * One token for each word of a list, as Keras' TextVectorization makes them.
 *
 * @example
 * ```ts
 * import { WordLevel } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new WordLevel([["<unk>", 0], ["cat", 1]]);
 * assertEquals(model.tokenize("cat").ids, [1]);
 * assertEquals(model.tokenize("dog").ids, [0]);
 * ```
 */
export class WordLevel implements TokenizerModel {
  #vocabulary: Vocabulary;
  #unkToken: string;

  /**
   * Builds the model.
   *
   * @param vocab Words and their ids
   * @param options The unknown token
   * @throws {SyntaxError} If the vocabulary gives an id twice
   */
  constructor(vocab: Iterable<readonly [string, number]>, options: WordLevelOptions = {}) {
    this.#vocabulary = new Vocabulary(vocab, "WordLevel");
    this.#unkToken = options.unkToken ?? "<unk>";
  }

  /** One more than the largest id. */
  get vocabSize(): number {
    return this.#vocabulary.size;
  }

  /**
   * Looks a token up.
   *
   * @param token The word
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  /**
   * Looks an id up.
   *
   * @param id A vocabulary index
   * @returns Its word, or undefined when no word has this id
   */
  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  /**
   * Finds a word.
   *
   * @param word A word
   * @returns Its one token
   * @throws {SyntaxError} If the vocabulary has neither the word nor the unknown token
   */
  tokenize(word: string): WordPieces {
    const id = this.#vocabulary.id(word) ?? this.#vocabulary.id(this.#unkToken);
    if (id === undefined) {
      throw new SyntaxError(
        `Cannot tokenize ${shown(word)}: unk_token ${shown(this.#unkToken)} is not in vocab`,
      );
    }
    return { ids: [id], starts: [0], ends: [word.length] };
  }

  /** The model as tokenizer.json writes it. */
  toJSON(): Record<string, unknown> {
    return { type: "WordLevel", vocab: this.#vocabulary.toJSON(), unk_token: this.#unkToken };
  }
}
