import * as tf from "@tensorflow/tfjs";
import type { Path } from "@heed/checkpoint";
import {
  type CrossAttention,
  type CrossAttentionOptions,
  type EncoderDecoder,
  findFamily,
  generateTargets,
  maxTargetTokens,
  type RnnConfig,
  scoreTargets,
  type SearchConfig,
  selectCrossAttention,
  type Seq2SeqAttentions,
  type Seq2SeqConfig,
} from "@heed/model";
import { type Device, saveWeights, type WeightsDType, type WeightSource } from "@heed/nn";
import { checkTokenIds, type GenerateOptions, type Hypothesis } from "@heed/search";
import type { EncoderDecoderFunctions } from "./functions.ts";
import type { RnnWeights } from "./rnn/weights.ts";
import type { Seq2SeqWeights } from "./weights.ts";

/** How a model comes to be. */
export interface ModelParts<Config extends SearchConfig, Weights> {
  /** Sizes and special tokens. */
  readonly config: Config;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Gives each weight. */
  readonly source: WeightSource;
  /** What computes the family. */
  readonly functions: EncoderDecoderFunctions<Config, Weights>;
}

/**
 * An encoder-decoder on tfjs, of any family. It owns its weights; everything else that a call needs is
 * passed along, so that calls never see each other's state.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, functionsOf } from "@heed/seq2seq";
 * import { EncoderDecoderModel } from "@heed/seq2seq/layers";
 * import { freshWeights, selectDevice } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await selectDevice({ prefer: "cpu" });
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 4 });
 * using model = new EncoderDecoderModel({
 *   config,
 *   device,
 *   trainable: false,
 *   source: freshWeights({ seed: 1 }),
 *   functions: await functionsOf(config.modelType),
 * });
 * const [scored] = await model.score([[1, 2, 0]], [[3, 0]]);
 * assertEquals(scored.ids, [3, 0]);
 * ```
 */
export class EncoderDecoderModel<Config extends SearchConfig = SearchConfig, Weights = unknown>
  implements EncoderDecoder {
  /** Sizes and special tokens. */
  readonly config: Config;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Weights by their names in the checkpoint; trainable ones are `tf.Variable`s. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** The same weights as a tree. */
  readonly weights: Weights;
  /** What computes the family. */
  readonly functions: EncoderDecoderFunctions<Config, Weights>;
  /** tfjs computes one call at a time. */
  readonly concurrency = 1;
  #disposed = false;

  /**
   * Asks for the weights; `loadModel` and `createModel` do this.
   *
   * @param parts Config, device, where the weights come from, and what computes.
   */
  constructor({ config, device, trainable, source, functions }: ModelParts<Config, Weights>) {
    this.config = config;
    this.device = device;
    this.trainable = trainable;
    this.functions = functions;
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = functions.build(config, (spec) => {
      const known = named.get(spec.name);
      if (known) return known; // tied
      const value = source(spec);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(spec.name, weight);
      return weight;
    });
  }

  /** Most tokens that a source may have, the end token counted. */
  get maxSourceTokens(): number {
    return this.config.maxPositionEmbeddings;
  }

  /** Most tokens that a target may have, the end token counted. */
  get maxTargetTokens(): number {
    return maxTargetTokens(this.config);
  }

  /**
   * Translates ids to ids.
   *
   * @param inputIds Source ids with their end token, rows of different lengths.
   * @param options How to search; beams and banned tokens default to the checkpoint's.
   * @returns For every row its best hypotheses, best first.
   * @throws {RangeError} When a row is empty, too long, or holds an id outside the vocabulary.
   */
  async generate(
    inputIds: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): Promise<Hypothesis[][]> {
    if (inputIds.length === 0) return [];
    this.#checkIds(inputIds, "source");
    const { config } = this;
    const search = this.functions.startSearch(this.weights, inputIds, { config });
    return await generateTargets(search, config, { ...options, batchSize: inputIds.length });
  }

  /**
   * Scores given targets: the log-probability of each of their tokens.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `lengthPenalty` for the score; default 1.
   * @returns One hypothesis for each row, with the given ids.
   * @throws {RangeError} As {@linkcode EncoderDecoderModel.generate}.
   */
  async score(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: Pick<GenerateOptions, "lengthPenalty" | "signal"> = {},
  ): Promise<Hypothesis[]> {
    if (inputIds.length === 0) return [];
    this.#checkIds(inputIds, "source");
    this.#checkIds(targetIds, "target");
    const { config } = this;
    const search = this.functions.startSearch(this.weights, inputIds, { config });
    return await scoreTargets(search, targetIds, { ...options, config });
  }

  /**
   * Shows all attention between a source and a target: of each over itself where the model has that, and
   * of the target over the source.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns Every layer and head.
   * @throws {RangeError} As {@linkcode EncoderDecoderModel.generate}.
   * @throws {TypeError} When the model has no attention.
   */
  async attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions> {
    this.#checkIds([inputIds], "source");
    this.#checkIds([targetIds], "target");
    const { config } = this;
    const maps = await this.functions.attentions(this.weights, { inputIds, targetIds }, { config });
    return {
      ...maps,
      alignment: selectCrossAttention(maps.cross, config),
      startTokenId: config.decoderStartTokenId,
    };
  }

  /**
   * How the decoder attended to the source while it produced a target.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `layer`, `head`; by default what aligns the two best, see `selectCrossAttention`.
   * @returns The matrix `[target][source]`.
   * @throws {RangeError} As {@linkcode EncoderDecoderModel.generate}, or for a layer or head that does not exist.
   * @throws {TypeError} When the model has no attention.
   */
  async crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    options: CrossAttentionOptions = {},
  ): Promise<CrossAttention> {
    const { cross } = await this.attentions(inputIds, targetIds);
    return selectCrossAttention(cross, this.config, options);
  }

  /**
   * Writes the config and `model.safetensors`; a Transformer's in the layout that Python's
   * transformers reads. Tokenizer files are the caller's.
   *
   * @param directory Made when it does not exist.
   * @param options `dtype` of the file; default F32.
   */
  async save(directory: Path, { dtype = "F32" }: { dtype?: WeightsDType } = {}): Promise<void> {
    const json = findFamily(this.config.modelType).configFiles(this.config);
    await saveWeights(directory, { json, named: this.named, dtype });
  }

  /** Releases the weights; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.named.values()) tensor.dispose();
    this.functions.disposeTables?.(this.weights);
  }

  /** {@linkcode EncoderDecoderModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Refuses rows that the model cannot read. */
  #checkIds(rows: readonly (readonly number[])[], side: "source" | "target"): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds(rows, { what: side, vocabSize, maxTokens });
  }
}

/** A loaded encoder-decoder Transformer on tfjs. */
export type Seq2SeqModel = EncoderDecoderModel<Seq2SeqConfig, Seq2SeqWeights>;

/** A loaded recurrent encoder-decoder on tfjs. */
export type RnnModel = EncoderDecoderModel<RnnConfig, RnnWeights>;

/** The model that a config describes. */
export type ModelOf<Config extends SearchConfig> = Config extends Seq2SeqConfig ? Seq2SeqModel
  : Config extends RnnConfig ? RnnModel
  : EncoderDecoderModel;
