import { emptyPart, encodingOf, type EncodingPart, joinParts, setText } from "./_encoding_part.ts";
import { LazyEncoding } from "./_lazy_encoding.ts";
import { WordCache } from "./_word_cache.ts";
import { type AddedToken, AddedTokenFinder } from "./added_tokens.ts";
import { toByteAlphabet } from "./_byte_alphabet.ts";
import type { FullEncoding } from "./encoding.ts";
import {
  parseJsonText,
  type Pipeline,
  readPipeline,
  writePipeline,
} from "./formats/tokenizer_json.ts";
import { ScoredPieces } from "./models/_scored_pieces.ts";
import { Bpe } from "./models/bpe.ts";
import type { WordPieces } from "./models/model.ts";
import { alignedText, sliceAligned } from "./normalizers/aligned_text.ts";
import { paddedLength, type Padding, padIds, padPart } from "./padding.ts";
import { ByteLevel } from "./pre_tokenizers/byte_level.ts";
import { Metaspace } from "./pre_tokenizers/metaspace.ts";
import {
  type AlignedWord,
  alignedWord,
  type PreTokenizer,
  PreTokenizerSequence,
} from "./pre_tokenizers/pre_tokenizer.ts";
import type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";
import { truncateParts, type Truncation } from "./truncation.ts";

const CACHED_WORDS = 1 << 16;
const ORIGIN_SAMPLE = 64;

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

  #pipeline: Pipeline;
  #addedById = new Map<number, AddedToken>();
  #addedByContent = new Map<string, AddedToken>();
  #addedTexts = new Map<number, string>(); // what an id is called: a normalised token by its normalised content
  #rawFinder: AddedTokenFinder | undefined;
  #normalizedFinder: AddedTokenFinder | undefined;
  // A byte-level step at the end is left to the words that are not remembered.
  #leadingSteps: readonly PreTokenizer[];
  #byteLevel: ByteLevel | undefined;
  #words = new WordCache(CACHED_WORDS);
  #alignedWords = new WordCache(CACHED_WORDS);
  #needsOrigin: boolean;
  #isRandom: boolean;

  private constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.truncation = pipeline.truncation;
    this.padding = pipeline.padding;
    const { addedTokens, normalizer, preTokenizer, model } = pipeline;
    for (const token of addedTokens) {
      this.#addedById.set(token.id, token);
      this.#addedByContent.set(token.content, token);
      const text = token.normalized ? normalizer?.normalize(token.content) : undefined;
      this.#addedTexts.set(token.id, text ?? token.content);
    }
    const raw = addedTokens.filter(({ normalized }) => !normalized);
    const normalized = addedTokens.filter(({ normalized }) => normalized);
    if (raw.length > 0) this.#rawFinder = new AddedTokenFinder(raw.map((t) => [t.content, t]));
    if (normalized.length > 0) {
      this.#normalizedFinder = new AddedTokenFinder(
        normalized.map((token) => [this.#addedTexts.get(token.id)!, token]),
      );
    }
    const steps = preTokenizer === undefined ? [] : flatten(preTokenizer);
    const last = steps.at(-1);
    this.#byteLevel = last instanceof ByteLevel ? last : undefined;
    this.#leadingSteps = this.#byteLevel === undefined ? steps : steps.slice(0, -1);
    this.#needsOrigin = steps.some((step) => step instanceof Metaspace && step.needsOrigin);
    this.#isRandom = model instanceof Bpe && model.isRandom;
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
    if (this.#isRandom && padding !== undefined) {
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
        if (!(skipSpecialTokens && added.special)) tokens.push(this.#addedTexts.get(id)!);
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
    return this.#addedTexts.get(id) ?? this.#pipeline.model.idToToken(id);
  }

  #encode(texts: readonly string[], options: EncodeOptions): FullEncoding {
    const { padding, truncation } = this;
    if (this.#isRandom) return this.#eager(texts, options);
    const { addSpecialTokens = true } = options;
    const { postProcessor } = this.#pipeline;
    let parts = texts.map((text) => this.#idsOf(text.toWellFormed()));
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
    let parts = texts.map((text, i) => this.#partOf(text.toWellFormed(), i));
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

  /** The ids of a text without the tokens that post-processing adds. */
  #idsOf(text: string): number[] {
    const ids: number[] = [];
    if (this.#rawFinder === undefined) {
      if (text !== "") this.#addSegment(ids, text, true);
      return ids;
    }
    for (const { id, start, end } of this.#rawFinder.split(text)) {
      if (id >= 0) ids.push(id);
      else this.#addSegment(ids, text.slice(start, end), start === 0);
    }
    return ids;
  }

  #addSegment(ids: number[], segment: string, isFirst: boolean): void {
    const { normalizer } = this.#pipeline;
    let text = segment;
    if (normalizer !== undefined) {
      text = normalizer.normalize(segment);
      // Only what begins with the original's first character begins the text.
      if (isFirst && this.#needsOrigin) {
        const sample = segment.slice(0, ORIGIN_SAMPLE).toWellFormed();
        const aligned = text.startsWith(sample[0]) ? undefined : normalizer.align(
          alignedText(sample, 0),
        );
        isFirst = aligned === undefined || aligned.starts[0] === 0;
      }
    }
    if (this.#normalizedFinder === undefined) {
      if (text !== "") this.#addWords(ids, text, isFirst);
      return;
    }
    for (const { id, start, end } of this.#normalizedFinder.split(text)) {
      if (id >= 0) ids.push(id);
      else this.#addWords(ids, text.slice(start, end), isFirst && start === 0);
    }
  }

  #addWords(ids: number[], text: string, isFirst: boolean): void {
    let words: string[] = [text];
    for (const step of this.#leadingSteps) {
      const [before] = words;
      words = step.split(words, isFirst);
      isFirst &&= words.length > 0 && (words[0][0] === before[0] || !before.endsWith(words[0]));
    }
    const byteLevel = this.#byteLevel;
    if (byteLevel !== undefined) words = byteLevel.splitPlain(words);
    const { model } = this.#pipeline;
    const cache = this.#words;
    for (const word of words) {
      let pieces = cache.get(word);
      if (pieces === undefined) {
        pieces = model.tokenize(byteLevel === undefined ? word : toByteAlphabet(word));
        cache.set(word, pieces);
      }
      const pieceIds = pieces.ids;
      if (pieceIds.length === 1) ids.push(pieceIds[0]);
      else for (let i = 0; i < pieceIds.length; i++) ids.push(pieceIds[i]);
    }
  }

  /** A text with all fields, without the tokens that post-processing adds. */
  #partOf(text: string, typeId: number): EncodingPart {
    const part = emptyPart(text);
    const { normalizer } = this.#pipeline;
    const whole = [{ id: -1, start: 0, end: text.length }];
    let word = 0;
    const addToken = (id: number, token: string, offsets: [number, number]) => {
      part.ids.push(id);
      part.tokens.push(token);
      part.offsets.push(offsets);
      part.wordIds.push(word);
      part.typeIds.push(typeId);
      part.attentionMask.push(1);
      part.specialTokensMask.push(0);
    };
    if (text === "") return part;
    for (const { id, start, end } of this.#rawFinder?.split(text) ?? whole) {
      if (id >= 0) {
        addToken(id, text.slice(start, end), [start, end]);
        word++;
        continue;
      }
      let source = alignedText(text.slice(start, end), start);
      if (normalizer !== undefined) source = normalizer.align(source);
      const segment = source.text;
      if (segment === "") continue;
      const subparts = this.#normalizedFinder?.split(segment) ??
        [{ id: -1, start: 0, end: segment.length }];
      for (const subpart of subparts) {
        const slice = sliceAligned(source, subpart.start, subpart.end);
        if (subpart.id >= 0) {
          addToken(subpart.id, slice.text, [slice.starts[0], slice.ends[slice.ends.length - 1]]);
          word++;
          continue;
        }
        let words: AlignedWord[] = [alignedWord(slice)];
        for (const step of this.#leadingSteps) words = step.splitAligned(words);
        if (this.#byteLevel !== undefined) words = this.#byteLevel.splitAligned(words);
        for (const one of words) {
          this.#addAligned(one, addToken);
          word++;
        }
      }
    }
    return part;
  }

  #addAligned(
    word: AlignedWord,
    addToken: (id: number, token: string, offsets: [number, number]) => void,
  ): void {
    const { model } = this.#pipeline;
    const pieces = this.#piecesOf(word.text);
    const { starts, ends } = word.source;
    for (let i = 0; i < pieces.ids.length; i++) {
      const id = pieces.ids[i];
      const [start, end] = [word.at + pieces.starts[i], word.at + pieces.ends[i]];
      // An unknown piece of a unigram model is called by its text.
      const token = model instanceof ScoredPieces && id === model.unkId
        ? word.text.slice(pieces.starts[i], pieces.ends[i])
        : model.idToToken(id)!;
      addToken(id, token, [starts[start], ends[end - 1]]);
    }
  }

  #piecesOf(word: string): WordPieces {
    const { model } = this.#pipeline;
    if (this.#isRandom) return model.tokenize(word);
    let pieces = this.#alignedWords.get(word);
    if (pieces === undefined) this.#alignedWords.set(word, pieces = model.tokenize(word));
    return pieces;
  }
}

function flatten(preTokenizer: PreTokenizer): PreTokenizer[] {
  return preTokenizer instanceof PreTokenizerSequence
    ? preTokenizer.parts.flatMap(flatten)
    : [preTokenizer];
}
