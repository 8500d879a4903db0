import * as tf from "@tensorflow/tfjs";
import type { Path } from "@heed/checkpoint";
import {
  type AlignmentHead,
  type CrossAttention,
  type CrossAttentionOptions,
  selectCrossAttention,
  type Seq2SeqAttentions,
} from "@heed/engine";
import type { Device } from "@heed/nn";
import {
  checkTokenIds,
  forceDecode,
  generate,
  type GenerateOptions,
  type Hypothesis,
  limitNewTokens,
  type StepDecoder,
} from "@heed/search";
import { type WeightsDType, writeModel } from "./_checkpoint.ts";
import type { WeightSource } from "./weights.ts";

/** What every encoder-decoder's config says about searching. */
export interface SearchConfig {
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Most tokens of a source or a target. */
  readonly maxPositionEmbeddings: number;
  /** The token before the first. */
  readonly decoderStartTokenId: number;
  /** The token that ends a target. */
  readonly eosTokenId: number;
  /** The token that a target is made to end with at its limit. */
  readonly forcedEosTokenId?: number;
  /** Beams where the caller asks for no number. */
  readonly numBeams: number;
  /** Tokens that are never generated. */
  readonly bannedTokenIds: readonly number[];
  /** Heads whose mean aligns target tokens with source tokens. */
  readonly alignmentHeads?: readonly AlignmentHead[];
  /** Whose attention aligns a token: that of the step that produces it (0), or reads it (1). */
  readonly alignmentShift?: 0 | 1;
}

/** A search that can begin: the decoder, and its state after the source was read. */
export interface StartedSearch<State> {
  /** One step for all rows. */
  readonly decoder: StepDecoder<State>;
  /** State of one row for each source; the search consumes it. */
  readonly state: State;
}

/** How a model comes to be. */
export interface ModelParts<Config, Weights> {
  /** Sizes and special tokens. */
  readonly config: Config;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Gives each weight. */
  readonly source: WeightSource;
  /** Asks for every weight and puts them together. */
  readonly build: (config: Config, source: WeightSource) => Weights;
}

/**
 * An encoder-decoder on tfjs that generates and scores: what Transformer and recurrent models have in
 * common. It owns its weights; everything else that a call needs is passed along, so that calls never
 * see each other's state.
 */
export abstract class EncoderDecoderModel<Config extends SearchConfig, Weights> {
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
  #disposed = false;

  /**
   * Asks for the weights.
   *
   * @param parts Config, device and where the weights come from.
   */
  protected constructor(
    { config, device, trainable, source, build }: ModelParts<Config, Weights>,
  ) {
    this.config = config;
    this.device = device;
    this.trainable = trainable;
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = build(config, (name, shape) => {
      const value = source(name, shape);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(name, weight);
      return weight;
    });
  }

  /** Reads sources, so that a search can begin; ids are checked. */
  protected abstract startSearch(
    inputIds: readonly (readonly number[])[],
  ): StartedSearch<unknown>;

  /** JSON files of the model's directory, by name. */
  protected abstract configFiles(): Record<string, unknown>;

  /**
   * Shows all attention between a source and a target: of each over itself where the model has that, and of the target
   * over the source.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns Every layer and head.
   * @throws {RangeError} As {@linkcode EncoderDecoderModel.generate}.
   * @throws {TypeError} When the model has no attention.
   */
  abstract attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions>;

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
    this.checkIds(inputIds, "source");
    const { numBeams, forcedEosTokenId, bannedTokenIds, maxPositionEmbeddings } = this.config;
    const longest = maxPositionEmbeddings - 1;
    const { decoder, state } = this.startSearch(inputIds);
    return await generate(decoder, state, {
      numBeams,
      ...(forcedEosTokenId !== undefined && { forcedEosTokenId }),
      ...options,
      maxNewTokens: limitNewTokens(options.maxNewTokens ?? longest, longest),
      bannedTokenIds: [...bannedTokenIds, ...options.bannedTokenIds ?? []],
      ...this.#task(inputIds),
    });
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
    this.checkIds(inputIds, "source");
    this.checkIds(targetIds, "target");
    const { decoder, state } = this.startSearch(inputIds);
    return await forceDecode(decoder, state, targetIds, { ...options, ...this.#task(inputIds) });
  }

  /**
   * Writes the config and `model.safetensors`; a Transformer's in the layout that Python's
   * transformers reads. Tokenizer files are the caller's.
   *
   * @param directory Made when it does not exist.
   * @param options `dtype` of the file; default F32.
   */
  async save(directory: Path, { dtype = "F32" }: { dtype?: WeightsDType } = {}): Promise<void> {
    await writeModel(directory, { json: this.configFiles(), named: this.named, dtype });
  }

  /** Releases the weights; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.named.values()) tensor.dispose();
    this.disposeTables();
  }

  /** {@linkcode EncoderDecoderModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Releases tensors that are not in the checkpoint. */
  protected disposeTables(): void {}

  /** Refuses rows that the model cannot read. */
  protected checkIds(rows: readonly (readonly number[])[], side: "source" | "target"): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds(rows, { what: side, vocabSize, maxTokens });
  }

  #task(inputIds: readonly unknown[]) {
    return {
      batchSize: inputIds.length,
      startTokenId: this.config.decoderStartTokenId,
      eosTokenId: this.config.eosTokenId,
    };
  }
}
