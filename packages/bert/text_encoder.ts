import {
  type EncoderConfig,
  type EncoderModel,
  type EncoderTask,
  type Pooling,
  unitVector,
} from "@heed/model";
import type { FullEncoding, PipelineTokenizer } from "@heed/tokenizer";
import { type Answer, bestAnswer } from "./answers.ts";
import { type ClassifiedText, classifyLogits } from "./classify.ts";
import { entitiesOf, type TaggedEntity } from "./entities.ts";
import { bestWords, findGaps, type MaskCandidate } from "./mask_gaps.ts";
import type { SentenceConfig } from "./sentence_config.ts";
import { readWindows, type TextOrPair } from "./text_windows.ts";

/** What every call takes. */
export interface TextOptions {
  /** Stops between two groups of texts. */
  readonly signal?: AbortSignal;
}

/** Options of {@linkcode TextEncoderModel.embed}. */
export interface EmbedOptions extends TextOptions {
  /** What becomes of the tokens' states; default what the directory says, else their mean. */
  readonly pooling?: Pooling;
  /** Scale vectors to length 1; default what the directory says, else false. */
  readonly normalize?: boolean;
  /** What becomes of texts over the limit: `cut` (default), with a warning; `stride`: the average of overlapping parts. */
  readonly long?: "cut" | "stride";
}

/** Texts that are encoded together. */
const ROWS = 32;
/** Tokens that parts of a long text share. */
const OVERLAP = 32;

/**
 * An encoder with its tokenizer: texts in; vectors, labels, words, entities or answers out.
 *
 * @example
 * ```ts
 * import { openTextEncoder } from "@heed/bert";
 * import { assertEquals } from "@std/assert";
 *
 * // A tiny model with random weights, and its vocabulary.
 * const directory = await Deno.makeTempDir();
 * for (const file of ["bert/model/config.json", "bert/model/model.safetensors", "vocab.txt"]) {
 *   await Deno.copyFile(`testdata/bert/${file}`, `${directory}/${file.split("/").at(-1)}`);
 * }
 * using encoder = await openTextEncoder(directory, { device: "wasm", threads: 1 });
 * const [first, other, again] = await encoder.embed(["the cat sat", "who", "the cat sat"]);
 * assertEquals(first, again);
 * assertEquals(other.length, encoder.config.hiddenSize);
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export class TextEncoderModel {
  /** The encoder. */
  readonly model: EncoderModel;
  /** Its tokenizer, which neither cuts nor pads by itself. */
  readonly tokenizer: PipelineTokenizer;
  /** How the directory turns texts into vectors. */
  readonly sentence: SentenceConfig;
  /** What runs it, and why. */
  readonly reason: string;
  /** Most tokens of a text, the special ones counted. */
  readonly maxTokens: number;
  readonly #onWarning: ((text: string) => void) | undefined;

  /**
   * Puts the parts together; {@linkcode openTextEncoder} does this.
   *
   * @param parts The encoder, its tokenizer, how vectors are made.
   */
  constructor({ model, tokenizer, sentence, reason, onWarning }: {
    model: EncoderModel;
    tokenizer: PipelineTokenizer;
    sentence: SentenceConfig;
    reason: string;
    onWarning?: ((text: string) => void) | undefined;
  }) {
    // The file may say to fill all texts up to one length, as servers want it.
    tokenizer.padding = undefined;
    tokenizer.truncation = undefined;
    this.model = model;
    this.tokenizer = tokenizer;
    this.sentence = sentence;
    this.reason = reason;
    this.maxTokens = Math.min(
      sentence.maxTokens ?? Infinity,
      model.config.maxPositionEmbeddings,
    );
    this.#onWarning = onWarning;
  }

  /** Sizes and labels. */
  get config(): EncoderConfig {
    return this.model.config;
  }

  /** What its heads are for. */
  get tasks(): readonly EncoderTask[] {
    return this.model.tasks;
  }

  /**
   * Turns texts into vectors.
   *
   * @param texts The texts.
   * @param options How; what becomes of long ones.
   * @returns A vector `[hiddenSize]` for each.
   */
  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const { sentence } = this;
    const { pooling = sentence.pooling, normalize = sentence.normalize, long = "cut", signal } =
      options;
    return await this.#inGroups(texts, async (group, first) => {
      const parts = group.map((text, i) => {
        const lower = sentence.lowercase ? text.toLowerCase() : text;
        const windows = readWindows(this, sentence.prompt + lower, { overlap: OVERLAP });
        if (long === "stride" || windows.length === 1) return windows.map(({ ids }) => ids);
        this.#warnCut(first + i);
        return [windows[0].ids];
      });
      const inputIds = parts.flat();
      const vectors = await this.model.pool(inputIds, { pooling, signal });
      let at = 0;
      return parts.map((windows) => {
        const vector = average(vectors.slice(at, at + windows.length), windows);
        at += windows.length;
        return normalize ? unitVector(vector) : vector;
      });
    });
  }

  /**
   * Classifies texts with the checkpoint's classifier.
   *
   * @param texts The texts, or pairs of texts that belong together.
   * @param options `signal`.
   * @returns For each its labels with their scores, the best first.
   * @throws {RangeError} When the checkpoint has no such head.
   */
  async classify(
    texts: readonly TextOrPair[],
    { signal }: TextOptions = {},
  ): Promise<ClassifiedText[]> {
    return await this.#inGroups(texts, async (group, first) => {
      const encodings = group.map((text, i) => this.#cut(text, first + i));
      const logits = await this.model.logits(encodings.map(({ ids }) => ids), {
        task: "sequence-classification",
        ...this.#types(encodings),
        signal,
      });
      return logits.map((values) => classifyLogits(values, this.config));
    });
  }

  /**
   * Guesses the words that are missing in a text.
   *
   * @param text The text, with `[MASK]` or `<mask>` in place of each.
   * @param options `top`: how many guesses, default 5.
   * @returns Guesses for each gap, the best first.
   * @throws {RangeError} When there is no gap, or the checkpoint has no such head.
   */
  async fillMask(
    text: string,
    { top = 5, signal }: TextOptions & { top?: number } = {},
  ): Promise<MaskCandidate[][]> {
    const { tokenizer } = this;
    const gaps = findGaps(text, { tokenizer, encode: (marked) => this.#cut(marked, 0).ids });
    const [logits] = await this.model.logits([gaps.ids], {
      task: "masked-lm",
      positions: [gaps.places],
      signal,
    });
    return bestWords(gaps, { logits, tokenizer, top });
  }

  /**
   * Finds entities, or other tagged stretches, with the checkpoint's tagger.
   *
   * @param texts The texts.
   * @param options `signal`.
   * @returns For each its entities in their order.
   * @throws {RangeError} When the checkpoint has no such head.
   */
  async tag(texts: readonly string[], { signal }: TextOptions = {}): Promise<TaggedEntity[][]> {
    const { labels } = this.config;
    return await this.#inGroups(texts, async (group, first) => {
      const encodings = group.map((text, i) => this.#cut(text, first + i));
      const logits = await this.model.logits(encodings.map(({ ids }) => ids), {
        task: "token-classification",
        signal,
      });
      return logits.map((values, i) =>
        entitiesOf(encodings[i], { logits: values, labels, text: group[i] })
      );
    });
  }

  /**
   * Answers a question with a stretch of a text.
   *
   * @param question The question.
   * @param context The text, of any length: it is read in overlapping parts.
   * @param options `maxTokens` of an answer, default 30.
   * @returns The most likely answer.
   * @throws {RangeError} When the checkpoint has no such head, or the question leaves no room for the text.
   */
  async answer(
    question: string,
    context: string,
    { maxTokens = 30, signal }: TextOptions & { maxTokens?: number } = {},
  ): Promise<Answer> {
    const windows = readWindows(this, [question, context], {
      overlap: Math.floor(this.maxTokens / 3),
    });
    const logits = await this.model.logits(windows.map(({ ids }) => ids), {
      task: "question-answering",
      ...this.#types(windows),
      signal,
    });
    return bestAnswer(windows, { logits, context, maxTokens });
  }

  /** Releases the encoder; a second call does nothing. */
  dispose(): void {
    this.model.dispose();
  }

  /** {@linkcode TextEncoderModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Works on so many texts at a time that all threads have something to do. */
  async #inGroups<Text, Result>(
    texts: readonly Text[],
    work: (group: readonly Text[], first: number) => Promise<Result[]>,
  ): Promise<Result[]> {
    const starts = Array.from({ length: Math.ceil(texts.length / ROWS) }, (_, i) => i * ROWS);
    const results: Result[][] = [];
    let next = 0;
    const lane = async () => {
      while (next < starts.length) {
        const index = next++, start = starts[index];
        results[index] = await work(texts.slice(start, start + ROWS), start);
      }
    };
    await Promise.all(Array.from({ length: this.model.concurrency }, lane));
    return results.flat();
  }

  #types(encodings: readonly FullEncoding[]): { tokenTypeIds?: number[][] } {
    const { typeVocabSize } = this.config;
    // RoBERTa has one type for both texts.
    if (typeVocabSize < 2) return {};
    return { tokenTypeIds: encodings.map(({ typeIds }) => typeIds) };
  }

  #cut(text: TextOrPair, number: number): FullEncoding {
    const [first, ...rest] = readWindows(this, text, { overlap: 0 });
    if (rest.length > 0) this.#warnCut(number);
    return first;
  }

  #warnCut(number: number): void {
    this.#onWarning?.(`text ${number + 1} is longer than ${this.maxTokens} tokens and was cut`);
  }
}

/** The mean of vectors, each as heavy as its part has tokens. */
function average(vectors: readonly Float32Array[], parts: readonly number[][]): Float32Array {
  if (vectors.length === 1) return vectors[0];
  const tokens = parts.reduce((sum, { length }) => sum + length, 0);
  const sum = new Float32Array(vectors[0].length);
  vectors.forEach((vector, part) => {
    const share = parts[part].length / tokens;
    vector.forEach((value, i) => sum[i] += value * share);
  });
  return sum;
}
