import { type CausalConfig, type ModelSource, openModel, parseCausalConfig } from "@heed/model";
import type { Hypothesis } from "@heed/search";
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
import type { CausalGenerateOptions, CausalPrefix, ReadText } from "./runtime.ts";

/**
 * A GPT-2-like decoder on the CPU.
 *
 * @example
 * ```ts
 * import { CausalEngine } from "@heed/engine";
 * import { assertEquals } from "@std/assert";
 *
 * // A tiny model with random weights, in the layout of GPT-2's checkpoints.
 * using engine = await CausalEngine.load("testdata/engine/gpt2", { dtype: "fp32", threads: 1 });
 * const [[best]] = await engine.generate([[71, 3, 29]], { numBeams: 4 });
 * assertEquals(best.ids, [8, 0]);
 * ```
 */
export class CausalEngine {
  /** Sizes and special tokens. */
  readonly config: CausalConfig;
  /** What the weights are kept as. */
  readonly dtype: EngineDType;
  /** How int8 products are computed. */
  readonly simd: SimdMode;
  /** Bytes of the packed weights. */
  readonly weightBytes: number;
  readonly #pool: Pool<"causal">;
  /** Floats that are kept of a token. */
  readonly #recordSize: number;

  private constructor(
    config: CausalConfig,
    { model, thread }: Awaited<ReturnType<typeof packModel>>,
    options: ResolvedEngineOptions,
  ) {
    this.config = config;
    this.dtype = options.dtype;
    this.simd = options.simd;
    this.weightBytes = model.weightBytes;
    this.#recordSize = model.decoder!.recordBytes / 4;
    this.#pool = new Pool({ kind: "causal", model, config }, thread, options);
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
  static async load(model: ModelSource, options: EngineOptions = {}): Promise<CausalEngine> {
    const resolved = resolveEngineOptions(options);
    const directory = await openModel(model, options);
    const config = parseCausalConfig(await directory.json("config.json"));
    const packed = await packModel(directory, { ...resolved, config, signal: options.signal });
    return new CausalEngine(config, packed, resolved);
  }

  /** Threads that compute at once: so many calls profit from overlapping. */
  get concurrency(): number {
    return this.#pool.concurrency;
  }

  /**
   * Continues prompts.
   *
   * @param promptIds Ids of each prompt, at least one `[batch][length]`.
   * @param options How to search; `maxNewTokens` by default fills the model's positions. Penalties and bans that look
   * at earlier tokens see the prompt, too.
   * @returns For every prompt its best continuations, best first, without the prompt.
   * @throws {RangeError} When a prompt is empty, too long, or holds an id outside the vocabulary.
   */
  async generate(
    promptIds: readonly (readonly number[])[],
    options: CausalGenerateOptions = {},
  ): Promise<Hypothesis[][]> {
    if (promptIds.length === 0) return [];
    const { vocabSize, maxPositionEmbeddings } = this.config;
    checkTokenIds(promptIds, { what: "prompt", vocabSize, maxTokens: maxPositionEmbeddings });
    this.#checkPrefix(options.prefix);
    const { signal, onToken: onPart, maxNewTokens, ...rest } = options;
    // The last new token is not read any more, so it needs no position.
    const room = promptIds.map(({ length }) => maxPositionEmbeddings - length + 1);
    const limits = room.map((most, i) =>
      Math.min(most, (typeof maxNewTokens === "object" ? maxNewTokens[i] : maxNewTokens) ?? most)
    );
    const local = (options.logitsProcessors?.length ?? 0) > 0; // functions cannot be sent
    const args = { ...rest, maxNewTokens: limits };
    return await this.#pool.run("generate", [promptIds, args], { signal, onPart, local });
  }

  /**
   * Reads a text for prompts that begin with it, such as instructions or what was said so far: given to
   * {@linkcode CausalEngine.generate} as `prefix`, it is not read again.
   *
   * @param ids The text's ids.
   * @param options `prefix`: an earlier one, which this text goes on with.
   * @returns Keys and values of the text, the caller's.
   * @throws {RangeError} As {@linkcode CausalEngine.generate}.
   * @throws {TypeError} When `prefix` is another model's.
   */
  async readPrefix(
    ids: readonly number[],
    options: { prefix?: CausalPrefix } = {},
  ): Promise<CausalPrefix> {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds([ids], { what: "text", vocabSize, maxTokens });
    this.#checkPrefix(options.prefix);
    return await this.#pool.run("readPrefix", [ids, options]);
  }

  /**
   * Reads a text at once.
   *
   * @param ids Its ids.
   * @param options `outputAttentions`: also the attention of every layer and head.
   * @returns Logits of the token after each one.
   * @throws {RangeError} As {@linkcode CausalEngine.generate}.
   */
  async decode(
    ids: readonly number[],
    options: { outputAttentions?: boolean } = {},
  ): Promise<ReadText> {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds([ids], { what: "text", vocabSize, maxTokens });
    return await this.#pool.run("read", [ids, options]);
  }

  /** Ends the workers; a second call does nothing. */
  dispose(): void {
    this.#pool.dispose();
  }

  #checkPrefix(prefix: CausalPrefix | undefined): void {
    if (!prefix || prefix.records.length === prefix.ids.length * this.#recordSize) return;
    throw new TypeError(
      `Cannot use this prefix: it has ${prefix.records.length} numbers for ${prefix.ids.length} tokens, and this ` +
        `model keeps ${this.#recordSize} of each; read it with readPrefix() of this model`,
    );
  }

  /** {@linkcode CausalEngine.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
