import type { DecodeOptions, Tokenizer } from "./tokenizer.ts";

const REPLACEMENT = "\ufffd";
/** Tokens that are decoded again with a new one, before the oldest are let go. */
const MAX_CONTEXT = 16;
const MIN_CONTEXT = 4;

/**
 * Decodes ids one by one as a model generates them. What it has given out never changes, and it never gives out half a
 * character: bytes wait until their character is whole.
 *
 * The parts joined are `decode(all ids)` if the tokenizer's decoded text only grows with more ids, apart from U+FFFD and
 * spaces at its end. A decoder that rewrites text over token borders is different: SentencePiece's `denormalizerSpec`,
 * or WordPiece's clean-up of quotes. Memory and time for an id do not depend on how many came before.
 *
 * @example
 * ```ts
 * import { StreamingDecoder, trainUnigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["the cat sat on the mat", "the dog sat on the cat"];
 * const tokenizer = await trainUnigram(lines, { vocabSize: 272, byteFallback: true });
 * const decoder = new StreamingDecoder(tokenizer);
 * const parts = tokenizer.encode("the é").ids.map((id) => decoder.push(id));
 * assertEquals(parts.slice(-2), ["", "é"]); // é is two bytes
 * assertEquals(parts.join("") + decoder.finish(), "the é");
 * ```
 */
export class StreamingDecoder {
  #tokenizer: Tokenizer;
  #options: DecodeOptions;
  #context: number[] = []; // the latest ids
  #emitted = 0; // units of the context's text that have been given out
  #ends: number[] = []; // numbers of ids of the context after which the text had no part of a character at its end

  /**
   * Starts a text.
   *
   * @param tokenizer What the ids belong to
   * @param options As for {@linkcode Tokenizer.decode}
   */
  constructor(tokenizer: Tokenizer, options: DecodeOptions = {}) {
    this.#tokenizer = tokenizer;
    this.#options = options;
  }

  /**
   * Takes the next id.
   *
   * @param id A vocabulary index
   * @returns The text that is complete now and was not before, often empty
   * @throws {RangeError} If the id is not in the vocabulary; the decoder can go on without it
   */
  push(id: number): string {
    this.#context.push(id);
    let text: string;
    try {
      text = this.#decode(this.#context);
    } catch (error) {
      this.#context.pop();
      throw error;
    }
    // Bytes that are not yet a character are decoded to U+FFFD, by some decoders with all the bytes before them.
    let complete = text.length;
    while (complete > 0 && text[complete - 1] === REPLACEMENT) complete--;
    const isWhole = complete === text.length;
    const added = text.slice(this.#emitted, complete);
    this.#emitted = Math.max(this.#emitted, complete);
    if (isWhole) {
      this.#ends.push(this.#context.length);
      if (this.#context.length >= MAX_CONTEXT) this.#forget(text);
    }
    return added;
  }

  /**
   * Ends the text; the next id begins a new one.
   *
   * @returns What was held back: U+FFFD for bytes that never became a character
   */
  finish(): string {
    const rest = this.#context.length === 0 ? "" : this.#decode(this.#context).slice(this.#emitted);
    this.#context = [];
    this.#ends = [];
    this.#emitted = 0;
    return rest;
  }

  #decode(ids: number[]): string {
    return this.#tokenizer.decode(ids, this.#options);
  }

  /** Lets the oldest ids go if the rest, decoded alone, gives the end of the same text. */
  #forget(text: string): void {
    const latest = this.#context.length - MIN_CONTEXT;
    const start = this.#ends.findLast((end) => end <= latest);
    if (start === undefined) return;
    const context = this.#context.slice(start);
    const rest = this.#decode(context);
    // Tokenizers treat the beginning of a text in their own ways: only text before it makes the rest ordinary.
    const visible = rest.trimStart();
    if (visible === "" || !text.endsWith(visible)) return;
    this.#context = context;
    this.#ends = this.#ends.map((end) => end - start).filter((end) => end > 0);
    this.#emitted -= text.length - rest.length;
  }
}
