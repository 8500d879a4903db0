import {
  checkEncoderCall,
  checkTokenTypes,
  type EncodedTexts,
  type EncoderConfig,
  type EncoderModel,
  type EncoderTask,
  type EncodeTextOptions,
  type LogitsOptions,
  type ModelSource,
  openModel,
  parseEncoderConfig,
  type PoolTextOptions,
  type ReadTextOptions,
} from "@heed/model";
import { checkTokenIds } from "@heed/search";
import type { SimdMode } from "../kernels/simd_mode.ts";
import {
  type EngineOptions,
  type ResolvedEngineOptions,
  resolveEngineOptions,
} from "../options.ts";
import type { EngineDType } from "../packing/linear_packer.ts";
import { packModel } from "../packing/pack_model.ts";
import { Pool } from "../workers/pool.ts";

/**
 * A BERT-like encoder on the CPU: BERT, DistilBERT, RoBERTa, sentence encoders made of them, and classifiers, taggers
 * and other models with a head.
 *
 * @example
 * ```ts
 * import { EncoderEngine } from "@heed/engine";
 * import { assertEquals } from "@std/assert";
 *
 * // A tiny model with random weights, in the layout of BERT's checkpoints.
 * using engine = await EncoderEngine.load("testdata/engine/bert", { threads: 1 });
 * const vectors = await engine.pool([[1, 17, 5, 2], [1, 71, 2]], { pooling: "mean" });
 * assertEquals(vectors.map(({ length }) => length), [40, 40]);
 * // The second text is what it is without the first.
 * assertEquals(await engine.pool([[1, 71, 2]], { pooling: "mean" }), [vectors[1]]);
 * ```
 */
export class EncoderEngine implements EncoderModel {
  /** Sizes of the model. */
  readonly config: EncoderConfig;
  /** What the weights are kept as. */
  readonly dtype: EngineDType;
  /** How int8 products are computed. */
  readonly simd: SimdMode;
  /** Bytes of the packed weights. */
  readonly weightBytes: number;
  /** What the checkpoint's heads are for; none in a bare encoder. */
  readonly tasks: readonly EncoderTask[];
  /** Whether it has a dense layer over the first token. */
  readonly hasPooler: boolean;
  readonly #pool: Pool<"encoder">;

  private constructor(
    config: EncoderConfig,
    { model, thread }: Awaited<ReturnType<typeof packModel>>,
    options: ResolvedEngineOptions,
  ) {
    this.config = config;
    this.dtype = options.dtype;
    this.simd = options.simd;
    this.weightBytes = model.weightBytes;
    this.hasPooler = model.pooler !== undefined;
    this.tasks = model.heads?.map(({ task }) => task) ?? [];
    this.#pool = new Pool({ kind: "encoder", model, config }, thread, options);
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
  static async load(model: ModelSource, options: EngineOptions = {}): Promise<EncoderEngine> {
    const resolved = resolveEngineOptions(options);
    const directory = await openModel(model, options);
    const config = parseEncoderConfig(await directory.json("config.json"));
    const packed = await packModel(directory, { ...resolved, config, signal: options.signal });
    return new EncoderEngine(config, packed, resolved);
  }

  /** Threads that compute at once: so many calls profit from overlapping. */
  get concurrency(): number {
    return this.#pool.concurrency;
  }

  /**
   * Computes the hidden states of texts.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`, rows of different lengths.
   * @param options Token types; whether attention is returned.
   * @returns States of the last layer for each row, without padding.
   * @throws {RangeError} When a row is empty, too long, or holds an id or type that the model does not have.
   */
  async encode(
    inputIds: readonly (readonly number[])[],
    options: EncodeTextOptions = {},
  ): Promise<EncodedTexts> {
    this.#check(inputIds, options);
    const { signal, ...rest } = options;
    return await this.#pool.run("encode", [inputIds, rest], { signal });
  }

  /**
   * Computes one vector for each text.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options `pooling`: the first token's state, the mean or maximum of all, or the model's dense layer
   * (pooler); `normalize`: scale to length 1.
   * @returns Vectors `[hiddenSize]`, in the order of the input.
   * @throws {RangeError} As {@linkcode EncoderEngine.encode}, or when the model has no pooler.
   */
  async pool(
    inputIds: readonly (readonly number[])[],
    options: PoolTextOptions,
  ): Promise<Float32Array[]> {
    this.#check(inputIds, options);
    const { signal, ...rest } = options;
    checkEncoderCall(this, inputIds, { pooling: options.pooling });
    return await this.#pool.run("pool", [inputIds, rest], { signal });
  }

  /**
   * Computes what a head of the checkpoint says of texts.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options The head, by default the first; the places that it is asked about, by default all.
   * @returns For each text its logits: `[labels]` of a head that reads the first token, else one row for each place.
   * @throws {RangeError} As {@linkcode EncoderEngine.encode}, or when the checkpoint has no such head.
   */
  async logits(
    inputIds: readonly (readonly number[])[],
    options: LogitsOptions = {},
  ): Promise<Float32Array[]> {
    this.#check(inputIds, options);
    const { signal, ...rest } = options;
    const { task = "any", positions } = options;
    checkEncoderCall(this, inputIds, { task, positions });
    return await this.#pool.run("logits", [inputIds, rest], { signal });
  }

  /** Ends the workers; a second call does nothing. */
  dispose(): void {
    this.#pool.dispose();
  }

  /** {@linkcode EncoderEngine.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #check(inputIds: readonly (readonly number[])[], { tokenTypeIds }: ReadTextOptions): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens, typeVocabSize } = this.config;
    checkTokenIds(inputIds, { what: "text", vocabSize, maxTokens });
    if (!tokenTypeIds) return;
    checkTokenTypes(inputIds, { tokenTypeIds, typeVocabSize });
    checkTokenIds(tokenTypeIds, { what: "token types", vocabSize: typeVocabSize, maxTokens });
  }
}
