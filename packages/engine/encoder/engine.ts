import {
  type EncodedTexts,
  type EncoderConfig,
  type ModelSource,
  openModel,
  parseEncoderConfig,
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
import type { EncodeTextOptions, Pooling } from "./runtime.ts";

/**
 * A BERT-like encoder on the CPU: BERT, DistilBERT, and sentence encoders made of them.
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
export class EncoderEngine {
  /** Sizes of the model. */
  readonly config: EncoderConfig;
  /** What the weights are kept as. */
  readonly dtype: EngineDType;
  /** How int8 products are computed. */
  readonly simd: SimdMode;
  /** Bytes of the packed weights. */
  readonly weightBytes: number;
  readonly #hasPooler: boolean;
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
    this.#hasPooler = model.pooler !== undefined;
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
   * @param options `pooling`: the first token's state, the mean of all, or the model's dense layer (pooler).
   * @returns Vectors `[hiddenSize]`, in the order of the input.
   * @throws {RangeError} As {@linkcode EncoderEngine.encode}, or when the model has no pooler.
   */
  async pool(
    inputIds: readonly (readonly number[])[],
    options: EncodeTextOptions & { pooling: Pooling },
  ): Promise<Float32Array[]> {
    this.#check(inputIds, options);
    const { signal, ...rest } = options;
    if (!["cls", "mean", "pooler"].includes(options.pooling)) {
      throw new RangeError(
        `Cannot pool by "${options.pooling}": it is not one of cls, mean, pooler`,
      );
    }
    if (options.pooling === "pooler" && !this.#hasPooler) {
      throw new RangeError("Cannot pool by pooler: the checkpoint has none; use cls or mean");
    }
    return await this.#pool.run("pool", [inputIds, rest], { signal });
  }

  /** Ends the workers; a second call does nothing. */
  dispose(): void {
    this.#pool.dispose();
  }

  /** {@linkcode EncoderEngine.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #check(inputIds: readonly (readonly number[])[], { tokenTypeIds }: EncodeTextOptions): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens, typeVocabSize } = this.config;
    checkTokenIds(inputIds, { what: "text", vocabSize, maxTokens });
    if (!tokenTypeIds) return;
    if (typeVocabSize === 0) {
      throw new RangeError("Cannot use token types: the model has none; leave tokenTypeIds out");
    }
    const wrong = inputIds.findIndex(({ length }, i) => tokenTypeIds[i]?.length !== length);
    if (wrong >= 0 || tokenTypeIds.length !== inputIds.length) {
      throw new RangeError(
        `Cannot read text ${
          Math.max(wrong, 0)
        } of ${inputIds.length}: give one type for each token`,
      );
    }
    checkTokenIds(tokenTypeIds, { what: "token types", vocabSize: typeVocabSize, maxTokens });
  }
}
