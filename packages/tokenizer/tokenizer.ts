import type { Encoding } from "./encoding.ts";

export type { Encoding } from "./encoding.ts";

/** How {@linkcode Tokenizer.encode} treats a text. */
export interface EncodeOptions {
  /** Whether the tokens that the model expects around a text (Marian: `</s>`) are added; default true. */
  readonly addSpecialTokens?: boolean;
}

/** How {@linkcode Tokenizer.decode} treats its ids. */
export interface DecodeOptions {
  /** Whether special tokens such as `</s>` and `<pad>` are left out of the text; default true. */
  readonly skipSpecialTokens?: boolean;
}

/** Text to ids and back: what every tokenizer of this package can do. */
export interface Tokenizer {
  /** Number of ids; every id is in `0 .. vocabSize - 1`. */
  readonly vocabSize: number;

  /**
   * Cuts a text into tokens.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @param options Whether to add special tokens
   * @returns Ids and tokens `[tokens]`
   */
  encode(text: string, options?: EncodeOptions): Encoding;

  /**
   * Joins ids into a text.
   *
   * @param ids Vocabulary indices
   * @param options Whether to leave special tokens out
   * @returns The text
   * @throws {RangeError} If an id is not in the vocabulary; the message names it
   */
  decode(ids: Iterable<number>, options?: DecodeOptions): string;

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
}
