import { emptyPart, encodingOf, type EncodingPart, joinParts, setText } from "./_encoding_part.ts";
import { IdEncoder } from "./_id_encoder.ts";
import { LazyEncoding } from "./_lazy_encoding.ts";
import { PartEncoder } from "./_part_encoder.ts";
import { type PreparedPipeline, preparePipeline } from "./_prepared_pipeline.ts";
import type { AddedToken } from "./added_tokens.ts";
import type { FullEncoding } from "./encoding.ts";
import {
  parseJsonText,
  type Pipeline,
  readPipeline,
  writePipeline,
} from "./formats/tokenizer_json.ts";
import { paddedLength, type Padding, padIds, padPart } from "./padding.ts";
import type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";
import { truncateParts, type Truncation } from "./truncation.ts";

/**
 * The pipeline of a `tokenizer.json` file: added tokens, normalizer, pre-tokenizer, model, post-processor, and a
 * decoder for the way back. Ids, tokens and offsets equal those of Hugging Face's tokenizers.
 *
 * An encoding holds its ids; its other fields are computed when they are first asked for.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = PipelineTokenizer.fromJson({
 *   normalizer: { type: "Lowercase" },
 *   pre_tokenizer: { type: "Whitespace" },
 *   model: { type: "WordPiece", vocab: { "[UNK]": 0, "play": 1, "##ing": 2, "!": 3 } },
 *   decoder: { type: "WordPiece" },
 * });
 * const { ids, tokens, offsets } = tokenizer.encode("Playing!");
 * assertEquals(ids, [1, 2, 3]);
 * assertEquals(tokens, ["play", "##ing", "!"]);
 * assertEquals(offsets, [[0, 4], [4, 7], [7, 8]]);
 * assertEquals(tokenizer.decode(ids), "playing!");
 * ```
 */
export class PipelineTokenizer implements Tokenizer {
  /** How texts that are too long are cut; undefined: they are not. */
  truncation: Truncation | undefined;
  /** How short texts are filled up; undefined: they are not. */
  padding: Padding | undefined;

  #pipeline: PreparedPipeline;
  #ids: IdEncoder;
  #parts: PartEncoder;
  #addedById: ReadonlyMap<number, AddedToken>;
  #addedByContent: ReadonlyMap<string, AddedToken>;

  private constructor(pipeline: Pipeline) {
    this.#pipeline = preparePipeline(pipeline);
    this.truncation = pipeline.truncation;
    this.padding = pipeline.padding;
    this.#ids = new IdEncoder(this.#pipeline);
    this.#parts = new PartEncoder(this.#pipeline);
    this.#addedById = new Map(pipeline.addedTokens.map((token) => [token.id, token]));
    this.#addedByContent = new Map(pipeline.addedTokens.map((token) => [token.content, token]));
  }

  /**
   * Makes a tokenizer of the content of a `tokenizer.json` file.
   *
   * @param json The parsed JSON value
   * @returns The tokenizer
   * @throws {SyntaxError} If the value is not a tokenizer; the message names the field
   *
   * @example
   * ```ts
   * import { PipelineTokenizer } from "@heed/tokenizer";
   * import { assertThrows } from "@std/assert";
   *
   * const json = { model: { type: "WordLevel", vocab: { a: 0, b: 0 } } };
   * assertThrows(() => PipelineTokenizer.fromJson(json), SyntaxError, "model.vocab");
   * ```
   */
  static fromJson(json: unknown): PipelineTokenizer {
    return new PipelineTokenizer(readPipeline(json));
  }

  /**
   * Reads the text of a `tokenizer.json` file.
   *
   * @param text The whole file
   * @returns The tokenizer
   * @throws {SyntaxError} If the text is not a tokenizer; the message names the field
   */
  static parse(text: string): PipelineTokenizer {
    return PipelineTokenizer.fromJson(parseJsonText(text));
  }

  /** One more than the largest id. */
  get vocabSize(): number {
    let size = this.#pipeline.model.vocabSize;
    for (const id of this.#addedById.keys()) size = Math.max(size, id + 1);
    return size;
  }

  /** The tokens that are found in texts before they are split into words. */
  get addedTokens(): readonly AddedToken[] {
    return this.#pipeline.addedTokens;
  }

  /**
   * Writes the tokenizer as the content of a `tokenizer.json` file.
   *
   * @returns A value for `JSON.stringify`
   */
  toJson(): Record<string, unknown> {
    const { truncation, padding } = this;
    return writePipeline({ ...this.#pipeline, truncation, padding });
  }

  /**
   * Cuts a text into tokens.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @param options Whether to add special tokens
   * @returns Ids, and the other fields when they are asked for `[tokens]`
   */
  encode(text: string, options: EncodeOptions = {}): FullEncoding {
    return this.#encode([text], options);
  }

  /**
   * Cuts two texts into the tokens of one sequence.
   *
   * @param first The first text
   * @param second The second text
   * @param options Whether to add special tokens
   * @returns Ids, and the other fields when they are asked for `[tokens]`
   */
  encodePair(first: string, second: string, options: EncodeOptions = {}): FullEncoding {
    return this.#encode([first, second], options);
  }

  /**
   * Cuts texts or pairs of texts into tokens, filled up to the same length if the tokenizer fills up.
   *
   * @param texts Texts, or pairs of texts `[batch]`
   * @param options Whether to add special tokens
   * @returns One encoding for each `[batch]`
   */
  encodeBatch(
    texts: readonly (string | readonly [string, string])[],
    options: EncodeOptions = {},
  ): FullEncoding[] {
    const lists = texts.map((text) => typeof text === "string" ? [text] : text);
    const { padding } = this;
    if (this.#pipeline.isRandom && padding !== undefined) {
      const wholes = lists.map((list) => this.#whole(list, options, this.truncation));
      const length = paddedLength(wholes.map(({ ids }) => ids.length), padding);
      return wholes.map((whole) => encodingOf(padPart(whole, length, padding)));
    }
    const encodings = lists.map((list) => this.#encode(list, options));
    if (padding === undefined) return encodings;
    const length = paddedLength(encodings.map(({ ids }) => ids.length), padding);
    return encodings.map((encoding, i) => {
      if (encoding.ids.length >= length) return encoding;
      return this.#padded(lists[i], options, { ids: encoding.ids, length, padding });
    });
  }

  /**
   * Cuts a text into tokens, ids only.
   *
   * @param text Any string; a lone surrogate is read as U+FFFD
   * @param options Whether to add special tokens
   * @returns Vocabulary indices `[tokens]`
   */
  encodeIds(text: string, options: EncodeOptions = {}): number[] {
    return this.#encode([text], options).ids;
  }

  /**
   * Joins ids into a text.
   *
   * @param ids Vocabulary indices
   * @param options Whether to leave special tokens out
   * @returns The text
   * @throws {RangeError} If an id is not in the vocabulary; the message names it
   */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const { skipSpecialTokens = true } = options;
    const tokens: string[] = [];
    for (const id of ids) {
      const added = this.#addedById.get(id);
      if (added !== undefined) {
        if (!(skipSpecialTokens && added.special)) tokens.push(this.#pipeline.addedTexts.get(id)!);
        continue;
      }
      const token = this.#pipeline.model.idToToken(id);
      if (token === undefined) {
        throw new RangeError(
          id >= 0 && id < this.vocabSize
            ? `Cannot decode id ${id}: the vocabulary has no token with this id`
            : `Cannot decode id ${id}: the vocabulary has ids 0 to ${this.vocabSize - 1}`,
        );
      }
      tokens.push(token);
    }
    const { decoder } = this.#pipeline;
    return decoder === undefined ? tokens.join(" ") : decoder.decode(tokens).join("");
  }

  /**
   * Looks a token up.
   *
   * @param token The token as the vocabulary writes it
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#addedByContent.get(token)?.id ?? this.#pipeline.model.tokenToId(token);
  }

  /**
   * Looks an id up.
   *
   * @param id A vocabulary index
   * @returns Its token, or undefined when no token has this id
   */
  idToToken(id: number): string | undefined {
    return this.#pipeline.addedTexts.get(id) ?? this.#pipeline.model.idToToken(id);
  }

  #encode(texts: readonly string[], options: EncodeOptions): FullEncoding {
    const { padding, truncation } = this;
    if (this.#pipeline.isRandom) return this.#eager(texts, options);
    const { addSpecialTokens = true } = options;
    const { postProcessor } = this.#pipeline;
    let parts = texts.map((text) => this.#ids.encode(text.toWellFormed()));
    if (truncation !== undefined) {
      let length = addSpecialTokens ? postProcessor?.addedTokens(texts.length > 1) ?? 0 : 0;
      for (const part of parts) length += part.length;
      if (length > truncation.maxLength) return this.#eager(texts, options);
    }
    if (postProcessor !== undefined) parts = postProcessor.processIds(parts, addSpecialTokens);
    const ids = parts.length === 1 ? parts[0] : parts.flat();
    if (padding !== undefined) {
      const length = paddedLength([ids.length], padding);
      return this.#padded(texts, options, { ids, length, padding });
    }
    return new LazyEncoding(ids, () => encodingOf(this.#whole(texts, options, undefined)));
  }

  #padded(
    texts: readonly string[],
    options: EncodeOptions,
    { ids, length, padding }: { ids: number[]; length: number; padding: Padding },
  ): FullEncoding {
    const { truncation } = this;
    return new LazyEncoding(
      padIds(ids, length, padding),
      () => encodingOf(padPart(this.#whole(texts, options, truncation), length, padding)),
    );
  }

  /** All fields at once: where texts are cut, or the same text may be encoded differently the next time. */
  #eager(texts: readonly string[], options: EncodeOptions): FullEncoding {
    const whole = this.#whole(texts, options, this.truncation);
    const { padding } = this;
    if (padding === undefined) return encodingOf(whole);
    return encodingOf(padPart(whole, paddedLength([whole.ids.length], padding), padding));
  }

  /** All fields, before padding. */
  #whole(
    texts: readonly string[],
    { addSpecialTokens = true }: EncodeOptions,
    truncation: Truncation | undefined,
  ): EncodingPart {
    const { postProcessor } = this.#pipeline;
    let parts = texts.map((text, i) => this.#parts.encode(text.toWellFormed(), i));
    if (truncation !== undefined) {
      const added = addSpecialTokens ? postProcessor?.addedTokens(texts.length > 1) ?? 0 : 0;
      // As the reference does: where the added tokens alone are too many, nothing is cut.
      if (added <= truncation.maxLength) {
        parts = truncateParts(parts, truncation.maxLength - added, truncation);
      }
    }
    if (postProcessor !== undefined) parts = postProcessor.process(parts, addSpecialTokens);
    else if (parts.length > 1) {
      for (const [i, part] of parts.entries()) setText(part, i);
    }
    return parts.length === 0 ? emptyPart("") : parts.reduce(joinParts);
  }
}
