import type { EncodedTexts } from "./encoder_decoder.ts";
import type { EncoderConfig } from "./families/bert_config.ts";
import type { EncoderTask } from "./families/bert_heads.ts";

/** How the states of a text become one vector: the first token's, their mean or maximum, or the model's own dense layer. */
export type Pooling = "cls" | "mean" | "max" | "pooler";

/** What every call of an {@linkcode EncoderModel} takes. */
export interface ReadTextOptions {
  /** Type of each token `[batch][length]`, for models that have types; default 0. */
  readonly tokenTypeIds?: readonly (readonly number[])[];
  /**
   * BigBird: draw the random blocks, as while training; default false: each is the first block, as transformers has it
   * when it does not train.
   */
  readonly drawBlocks?: boolean;
  /** Stops between two groups of texts. */
  readonly signal?: AbortSignal;
}

/** Options of {@linkcode EncoderModel.encode}. */
export interface EncodeTextOptions extends ReadTextOptions {
  /** Also return the attention of every layer and head; default false. */
  readonly outputAttentions?: boolean;
}

/** Options of {@linkcode EncoderModel.pool}. */
export interface PoolTextOptions extends ReadTextOptions {
  /** What becomes of a text's states. */
  readonly pooling: Pooling;
  /** Scale each vector to length 1; default false. */
  readonly normalize?: boolean;
}

/** Options of {@linkcode EncoderModel.logits}. */
export interface LogitsOptions extends ReadTextOptions {
  /** Which of the model's heads; default its first. */
  readonly task?: EncoderTask;
  /** Places of each text whose tokens are wanted `[batch][places]`, of heads that read all; default every token. */
  readonly positions?: readonly (readonly number[])[];
}

/** A BERT-like encoder, whoever runs it: ids in, numbers out. */
export interface EncoderModel {
  /** Sizes and labels. */
  readonly config: EncoderConfig;
  /** What its heads are for; none in a bare encoder. */
  readonly tasks: readonly EncoderTask[];
  /** Whether it has a dense layer over the first token, for the pooling `pooler`. */
  readonly hasPooler: boolean;
  /** How many calls gain from being under way at once. */
  readonly concurrency: number;
  /**
   * Computes the hidden states of texts.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`, rows of different lengths.
   * @param options Token types; whether attention is returned.
   * @returns States of the last layer for each row, without padding.
   * @throws {RangeError} When a row is empty, too long, or holds an id or type that the model does not have.
   */
  encode(
    inputIds: readonly (readonly number[])[],
    options?: EncodeTextOptions,
  ): Promise<EncodedTexts>;
  /**
   * Computes one vector for each text.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options How states become a vector, and whether it is scaled.
   * @returns Vectors `[hiddenSize]`, in the order of the input.
   * @throws {RangeError} As {@linkcode EncoderModel.encode}, or when the model has no pooler.
   */
  pool(
    inputIds: readonly (readonly number[])[],
    options: PoolTextOptions,
  ): Promise<Float32Array[]>;
  /**
   * Computes what a head says of texts.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options The head, and the places that it is asked about.
   * @returns For each text its logits: `[labels]` of a head that reads the first token, else one row for each place
   * `[places * outputs]`. Next sentence: it follows, it does not. Question answering: start, end.
   * @throws {RangeError} As {@linkcode EncoderModel.encode}, or when the model has no such head, or a text no such
   * place.
   */
  logits(
    inputIds: readonly (readonly number[])[],
    options?: LogitsOptions,
  ): Promise<Float32Array[]>;
  /** Releases the model; disposing twice is allowed. */
  dispose(): void;
}

/**
 * Makes one vector of the states of a text.
 *
 * @param states States of its tokens `[length * hiddenSize]`.
 * @param options `hiddenSize`; `pooling` over the tokens; `normalize`: scale to length 1.
 * @returns The vector `[hiddenSize]`.
 *
 * @example
 * ```ts
 * import { poolStates } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const states = Float32Array.of(1, 2, 5, 0);
 * assertEquals([...poolStates(states, { hiddenSize: 2, pooling: "mean" })], [3, 1]);
 * assertEquals([...poolStates(states, { hiddenSize: 2, pooling: "max" })], [5, 2]);
 * ```
 */
export function poolStates(
  states: Float32Array,
  { hiddenSize, pooling, normalize = false }: {
    hiddenSize: number;
    pooling: Exclude<Pooling, "pooler">;
    normalize?: boolean;
  },
): Float32Array {
  const vector = pooling === "cls" ? states.slice(0, hiddenSize) : new Float32Array(hiddenSize);
  if (pooling === "mean") {
    const sum = new Float64Array(hiddenSize);
    states.forEach((value, i) => sum[i % hiddenSize] += value);
    vector.set(sum.map((value) => value * hiddenSize / states.length));
  }
  if (pooling === "max") {
    vector.fill(-Infinity);
    states.forEach((value, i) => {
      if (value > vector[i % hiddenSize]) vector[i % hiddenSize] = value;
    });
  }
  return normalize ? unitVector(vector) : vector;
}

/**
 * Scales a vector to length 1, so that a product of two is the cosine between them.
 *
 * @param vector The vector.
 * @returns A new one; zeros stay zeros.
 *
 * @example
 * ```ts
 * import { unitVector } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...unitVector(Float32Array.of(0, -2))], [0, -1]);
 * ```
 */
export function unitVector(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  return length > 0 ? vector.map((value) => value / length) : vector.slice();
}

/**
 * Refuses what an encoder cannot be asked.
 *
 * @param model The encoder: its heads, and whether it has a pooler.
 * @param inputIds Ids of the texts.
 * @param options What is asked.
 * @throws {RangeError} Names what there is no such thing of, and what there is.
 *
 * @example
 * ```ts
 * import { checkEncoderCall } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * const model = { tasks: [], hasPooler: false };
 * assertThrows(
 *   () => checkEncoderCall(model, [[0, 2]], { pooling: "pooler" }),
 *   RangeError,
 *   "the checkpoint has none; use cls or mean",
 * );
 * ```
 */
export function checkEncoderCall(
  { tasks, hasPooler }: Pick<EncoderModel, "tasks" | "hasPooler">,
  inputIds: readonly (readonly number[])[],
  { pooling, task, positions }: {
    readonly pooling?: Pooling;
    readonly task?: EncoderTask | "any";
    readonly positions?: readonly (readonly number[])[];
  },
): void {
  if (pooling !== undefined && !["cls", "mean", "max", "pooler"].includes(pooling)) {
    throw new RangeError(`Cannot pool by "${pooling}": it is not one of cls, mean, max, pooler`);
  }
  if (pooling === "pooler" && !hasPooler) {
    throw new RangeError("Cannot pool by pooler: the checkpoint has none; use cls or mean");
  }
  if (task !== undefined && (tasks.length === 0 || task !== "any" && !tasks.includes(task))) {
    const has = tasks.length === 0 ? "no head" : `a head for ${tasks.join(" and ")}`;
    throw new RangeError(
      `Cannot compute logits${task === "any" ? "" : ` for ${task}`}: the model has ${has}; ` +
        "fine-tune one, or take a checkpoint that has it",
    );
  }
  if (!positions) return;
  const wrong = inputIds.findIndex(({ length }, i) =>
    !positions[i]?.every((place) => Number.isInteger(place) && place >= 0 && place < length)
  );
  if (wrong < 0 && positions.length === inputIds.length) return;
  throw new RangeError(
    `Cannot read text ${Math.max(wrong, 0)} of ${inputIds.length}: give places of its tokens`,
  );
}

/**
 * Refuses token types that do not fit the texts.
 *
 * @param inputIds Ids of the texts `[batch][length]`.
 * @param options The types, and how many the model has.
 * @throws {RangeError} When the model has none, or a token has no type.
 *
 * @example
 * ```ts
 * import { checkTokenTypes } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * const tokenTypeIds = [[0, 0], [0]];
 * assertThrows(
 *   () => checkTokenTypes([[4, 5], [6, 7]], { tokenTypeIds, typeVocabSize: 2 }),
 *   RangeError,
 *   "text 1 of 2: give one type for each token",
 * );
 * ```
 */
export function checkTokenTypes(
  inputIds: readonly (readonly number[])[],
  { tokenTypeIds, typeVocabSize }: {
    tokenTypeIds: readonly (readonly number[])[];
    typeVocabSize: number;
  },
): void {
  if (typeVocabSize === 0) {
    throw new RangeError("Cannot use token types: the model has none; leave tokenTypeIds out");
  }
  const wrong = inputIds.findIndex(({ length }, i) => tokenTypeIds[i]?.length !== length);
  if (wrong < 0 && tokenTypeIds.length === inputIds.length) return;
  throw new RangeError(
    `Cannot read text ${Math.max(wrong, 0)} of ${inputIds.length}: give one type for each token`,
  );
}
