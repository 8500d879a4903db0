import {
  bergamot,
  type CrossAttention,
  type CrossAttentionOptions,
  type EncodedTexts,
  type EncoderDecoder,
  maxTargetTokens,
  type ModelSource,
  openModel,
  parseBergamotConfig,
  parseSeq2SeqConfig,
  selectCrossAttention,
  type Seq2SeqAttentions,
  type Seq2SeqConfig,
} from "@heed/model";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import type { SimdMode } from "../kernels/simd_mode.ts";
import {
  type EngineOptions,
  type ResolvedEngineOptions,
  resolveEngineOptions,
} from "../options.ts";
import type { EngineDType } from "../packing/linear_packer.ts";
import { packModel } from "../packing/pack_model.ts";
import { resolveShortlist } from "../programs/shortlist.ts";
import { checkTokenIds } from "@heed/search";
import { Pool } from "../workers/pool.ts";
import type { AttendedHypothesis, DecodedTarget, EngineGenerateOptions } from "./runtime.ts";

/**
 * An encoder-decoder Transformer in MarianMT's layout, on the CPU.
 *
 * It owns the memory of its weights, and its workers. Calls may overlap: each has a state of its own, and as many
 * as there are threads compute at once.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { Seq2SeqEngine } from "@heed/engine";
 * import { assertEquals } from "@std/assert";
 *
 * using engine = await Seq2SeqEngine.load(assets.base, { dtype: "int8" });
 * const [[best]] = await engine.generate([[6, 2, 0]], { numBeams: 1, maxNewTokens: 8 });
 * assertEquals(best.ids.length <= 8, true);
 * ```
 */
export class Seq2SeqEngine implements EncoderDecoder {
  /** Sizes and special tokens. */
  readonly config: Seq2SeqConfig;
  /** What the weights are kept as. */
  readonly dtype: EngineDType;
  /** How int8 products are computed. */
  readonly simd: SimdMode;
  /** Bytes of the packed weights. */
  readonly weightBytes: number;
  readonly #memory: WebAssembly.Memory;
  readonly #pool: Pool<"seq2seq">;

  private constructor(
    config: Seq2SeqConfig,
    { model, thread }: Awaited<ReturnType<typeof packModel>>,
    options: ResolvedEngineOptions,
  ) {
    this.config = config;
    this.dtype = options.dtype;
    this.simd = options.simd;
    this.weightBytes = model.weightBytes;
    this.#memory = model.memory;
    this.#pool = new Pool({ kind: "seq2seq", model, config }, thread, options);
  }

  /**
   * Loads a model directory: `config.json`, `model.safetensors`.
   *
   * @param model A path or URL of the directory, a model package's assets, or an open directory.
   * @param options Type of the weights, threads.
   * @returns The engine; dispose of it when done, or declare it with `using`.
   * @throws {SyntaxError} When the config or the weights' file is malformed.
   * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
   * @throws {RangeError} When a weight is NaN or infinite, or an option is out of range.
   */
  static async load(model: ModelSource, options: EngineOptions = {}): Promise<Seq2SeqEngine> {
    const resolved = resolveEngineOptions(options);
    const directory = await openModel(model, options);
    const json = await directory.json("config.json");
    const config = json.model_type === bergamot.modelType
      ? parseBergamotConfig(json)
      : parseSeq2SeqConfig(json, { generation: await directory.json("generation_config.json") });
    const packed = await packModel(directory, { ...resolved, config, signal: options.signal });
    return new Seq2SeqEngine(config, packed, resolved);
  }

  /** Threads that compute at once: so many calls profit from overlapping. */
  get concurrency(): number {
    return this.#pool.concurrency;
  }

  /** Bytes of the WASM memory: weights, and the most that calls needed so far. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
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
   * @param inputIds Source ids with their end token, rows of different lengths `[batch][source length]`.
   * @param options How to search; beams and banned tokens default to the checkpoint's.
   * @returns For every row its best hypotheses, best first `[batch][numReturnSequences]`.
   * @throws {RangeError} When a row or a shortlist is empty, too long, or holds an id outside the vocabulary.
   */
  async generate(
    inputIds: readonly (readonly number[])[],
    options: EngineGenerateOptions = {},
  ): Promise<AttendedHypothesis[][]> {
    if (inputIds.length === 0) return [];
    this.#checkIds(inputIds, "source");
    const { signal, onToken: onPart, shortlist, ...rest } = options;
    const sizes = { batchSize: inputIds.length, vocabSize: this.config.vocabSize };
    const resolved = { ...rest, shortlist: shortlist && resolveShortlist(shortlist, sizes) };
    const local = (options.logitsProcessors?.length ?? 0) > 0; // functions cannot be sent
    return await this.#pool.run("generate", [inputIds, resolved], { signal, onPart, local });
  }

  /**
   * Scores given targets: the log-probability of each of their tokens.
   *
   * @param inputIds Source ids with their end token `[batch][source length]`.
   * @param targetIds Target ids with their end token, without the start token `[batch][target length]`.
   * @param options `lengthPenalty` for the score; default 1.
   * @returns One hypothesis for each row, with the given ids.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.generate}.
   */
  async score(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: Pick<GenerateOptions, "lengthPenalty" | "signal"> = {},
  ): Promise<Hypothesis[]> {
    if (inputIds.length === 0) return [];
    this.#checkIds(inputIds, "source");
    this.#checkIds(targetIds, "target");
    const { signal, ...rest } = options;
    return await this.#pool.run("score", [inputIds, targetIds, rest], { signal });
  }

  /**
   * Computes the encoder's hidden states.
   *
   * @param inputIds Source ids with their end token `[batch][source length]`.
   * @param options `outputAttentions`: also the self-attention of every layer and head.
   * @returns States of the last layer for each row, without padding.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.generate}.
   */
  async encode(
    inputIds: readonly (readonly number[])[],
    options: { outputAttentions?: boolean } = {},
  ): Promise<EncodedTexts> {
    this.#checkIds(inputIds, "source");
    return await this.#pool.run("encode", [inputIds, options]);
  }

  /**
   * Decodes a given target at once.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `outputAttentions`: also all attention of the decoder.
   * @returns Logits of each target token.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.generate}.
   */
  async decode(
    inputIds: readonly number[],
    targetIds: readonly number[],
    options: { outputAttentions?: boolean } = {},
  ): Promise<DecodedTarget> {
    this.#checkIds([inputIds], "source");
    this.#checkIds([targetIds], "target");
    return await this.#pool.run("decode", [inputIds, targetIds, options]);
  }

  /**
   * Shows how the decoder attended to the source while it produced a target.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `layer`, `head`; by default what aligns the two best, see {@linkcode selectCrossAttention}.
   * @returns The matrix `[target][source]`.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.generate}, or for a layer or head that does not exist.
   */
  async crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    options: CrossAttentionOptions = {},
  ): Promise<CrossAttention> {
    const { crossAttentions } = await this.decode(inputIds, targetIds, { outputAttentions: true });
    return selectCrossAttention(crossAttentions!, this.config, options);
  }

  /**
   * Shows how the decoder attended to the sources while it produced the targets of a batch: as
   * {@linkcode Seq2SeqEngine.crossAttention}, and much quicker than one by one.
   *
   * @param inputIds Source ids with their end token, rows of different lengths `[batch][source length]`.
   * @param targetIds Target ids with their end token, without the start token `[batch][target length]`.
   * @param options `layer`, `head`; `signal` ends the computing.
   * @returns The matrix `[target][source]` of each pair.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.crossAttention}, or when sources and targets are not as many.
   */
  async crossAttentions(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: CrossAttentionOptions & { signal?: AbortSignal } = {},
  ): Promise<CrossAttention[]> {
    if (inputIds.length !== targetIds.length) {
      throw new RangeError(
        `Cannot show attention of ${targetIds.length} targets over ${inputIds.length} sources: ` +
          "give one target for each source",
      );
    }
    if (inputIds.length === 0) return [];
    this.#checkIds(inputIds, "source");
    this.#checkIds(targetIds, "target");
    const { signal, ...which } = options;
    return await this.#pool.run("crossAttentions", [inputIds, targetIds, which], { signal });
  }

  /**
   * Shows all attention between a source and a target: of each over itself, and of the target over the source.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns Every layer and head.
   * @throws {RangeError} As {@linkcode Seq2SeqEngine.generate}.
   */
  async attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions> {
    const request = { outputAttentions: true };
    // One after the other: calls that overlap would start the workers.
    const { attentions } = await this.encode([inputIds], request);
    const { selfAttentions, crossAttentions } = await this.decode(inputIds, targetIds, request);
    return {
      encoder: attentions![0],
      decoder: selfAttentions,
      cross: crossAttentions!,
      alignment: selectCrossAttention(crossAttentions!, this.config),
      startTokenId: this.config.decoderStartTokenId,
    };
  }

  /** Ends the workers; calls that are under way are rejected. A second call does nothing. */
  dispose(): void {
    this.#pool.dispose();
  }

  /** {@linkcode Seq2SeqEngine.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #checkIds(rows: readonly (readonly number[])[], side: "source" | "target"): void {
    const { vocabSize: targets, sourceVocabSize = targets } = this.config;
    const vocabSize = side === "source" ? sourceVocabSize : targets;
    const maxTokens = side === "source" ? this.maxSourceTokens : this.maxTargetTokens + 1;
    checkTokenIds(rows, { what: side, vocabSize, maxTokens });
  }
}
