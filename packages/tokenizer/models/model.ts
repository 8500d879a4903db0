/** Pieces of a word, as parallel arrays: piece `i` has id `ids[i]` and covers `word[starts[i], ends[i])`. */
export interface WordPieces {
  /** Vocabulary indices `[pieces]`. */
  readonly ids: readonly number[];
  /** Where each piece begins, in UTF-16 units of the word `[pieces]`. */
  readonly starts: readonly number[];
  /** Where each piece ends, in UTF-16 units of the word `[pieces]`. */
  readonly ends: readonly number[];
}

/** Splits words (pre-tokens) into pieces of a vocabulary. */
export interface TokenizerModel {
  /** Number of entries of the vocabulary. */
  readonly vocabSize: number;
  /**
   * Looks a token up.
   *
   * @param token The token as the vocabulary writes it
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined;
  /**
   * Looks an id up.
   *
   * @param id A vocabulary index
   * @returns Its token, or undefined when no token has this id
   */
  idToToken(id: number): string | undefined;
  /**
   * Splits a word.
   *
   * @param word A non-empty normalised word; a byte-level model takes it in its byte alphabet
   * @returns The pieces in order; callers may keep and share them, so they are never changed
   */
  tokenize(word: string): WordPieces;
}
