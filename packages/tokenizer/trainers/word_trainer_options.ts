/** How far the training of {@linkcode trainBpe}, {@linkcode trainWordPiece} or {@linkcode trainWordLevel} has come. */
export interface WordTrainerProgress {
  /** What is done now: reading lines, or filling the vocabulary. */
  readonly stage: "read" | "learn";
  /** Lines read so far. */
  readonly lines: number;
  /** Distinct words in them. */
  readonly words: number;
  /** Tokens that the vocabulary has; 0 while reading. */
  readonly tokens: number;
}

/** Settings that all trainers on words share; the defaults are those of Hugging Face's `tokenizers`. */
export interface WordTrainerOptions {
  /**
   * Cuts a line into words, normalised already: tokens do not cross words. Default: runs of letters, digits and `_`, and
   * runs of other characters that are not spaces, as Hugging Face's `Whitespace` cuts.
   */
  readonly preTokenize?: (line: string) => Iterable<string>;
  /** Number of tokens, special ones included; fewer when the text gives no more; default 30,000. */
  readonly vocabSize?: number;
  /** How often a word or a pair must occur to become a token; default 0. */
  readonly minFrequency?: number;
  /** Tokens that come first in the vocabulary, in this order; default none. */
  readonly specialTokens?: readonly string[];
  /** Called now and then with what has been done. */
  readonly onProgress?: (progress: WordTrainerProgress) => void;
  /** Stops training when it aborts. */
  readonly signal?: AbortSignal;
}
