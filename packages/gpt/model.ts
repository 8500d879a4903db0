import * as tf from "@tensorflow/tfjs";
import type { Path } from "@heed/checkpoint";
import { type CausalConfig, type CausalTensors, findFamily, tensorsOf } from "@heed/model";
import { type Device, saveWeights, type WeightsDType, type WeightSource } from "@heed/nn";
import { checkTokenIds, generate, type GenerateOptions, type Hypothesis } from "@heed/search";
import { readTokens, tokenLogits } from "./forward.ts";
import { type GptPrefix, promptState, readPrefix } from "./prompt_state.ts";
import { stepDecoder } from "./step_decoder.ts";
import {
  buildGptWeights,
  type GptWeights,
  readStored,
  storedTensors,
  weightName,
  weightsOfStored,
  weightSpecs,
} from "./weights.ts";

/** How a model comes to be. */
export interface GptParts {
  /** Sizes and special tokens. */
  readonly config: CausalConfig;
  /** What its family describes, with the names that are saved. */
  readonly tensors: CausalTensors;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Gives each tensor of the checkpoint, once. */
  readonly source: WeightSource;
}

/** How {@linkcode GptModel.generate} continues prompts. */
export interface GptGenerateOptions extends GenerateOptions {
  /**
   * What `readPrefix` gave: tokens that a prompt begins with as the prefix does are not read again. Changes nothing but
   * the time; stays the caller's.
   */
  readonly prefix?: GptPrefix;
}

/** Weights while somebody computes with them. */
export interface BorrowedWeights extends Disposable {
  /** The weights, `[out, in]`. */
  readonly weights: GptWeights;
}

/**
 * A GPT-2-like decoder on tfjs: for training, and where there is a GPU. On the CPU `CausalEngine` of `@heed/engine`
 * reads the same directories and is faster.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * const [[best]] = await model.generate([[71, 3, 29]], { numBeams: 1, maxNewTokens: 4 });
 * assertEquals(best.ids, [8, 0]);
 * ```
 */
export class GptModel {
  /** Sizes and special tokens. */
  readonly config: CausalConfig;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** What its family describes. */
  readonly tensors: CausalTensors;
  /** Tensors of the checkpoint by name, `tf.Variable`s, of a model that is trained; else empty. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** tfjs computes one call at a time. */
  readonly concurrency = 1;
  /** Weights by `weightName`, of a model that is not trained. */
  readonly #fixed = new Map<string, tf.Tensor>();
  #disposed = false;

  /**
   * Asks for the weights; `loadGpt` and `createGpt` do this.
   *
   * @param parts Config, tensors, device, and where the weights come from.
   */
  constructor({ config, tensors, device, trainable, source }: GptParts) {
    this.config = config;
    this.device = device;
    this.trainable = trainable;
    this.tensors = tensors;
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    for (const [name, spec] of tensorsOf(tensors)) {
      const value = source(spec);
      if (trainable) named.set(name, tf.variable(value));
      else readParts(value, { name, tensors, into: this.#fixed });
      value.dispose();
    }
  }

  /**
   * The weights to compute with; declare them with `using`.
   *
   * @returns The weights, which are given back at the end of the block.
   */
  borrowWeights(): BorrowedWeights {
    if (!this.trainable) {
      const weights = buildGptWeights(this.tensors, (spec) => this.#fixed.get(weightName(spec))!);
      return { weights, [Symbol.dispose]: () => {} };
    }
    const made: tf.Tensor[] = [];
    let weights!: GptWeights;
    tf.tidy(() => {
      weights = weightsOfStored(this.tensors, this.named);
      for (const tensor of leavesOf(weights)) {
        if (!(tensor instanceof tf.Variable)) made.push(tf.keep(tensor));
      }
    });
    return { weights, [Symbol.dispose]: () => tf.dispose(made) };
  }

  /**
   * Reads texts.
   *
   * @param inputIds Ids of each text `[batch][length]`.
   * @param options `signal` ends the work between texts.
   * @returns For each text the logits of the token after each of its tokens `[length * vocabSize]`.
   * @throws {RangeError} When a text is empty, too long, or holds an id outside the vocabulary.
   */
  async decode(
    inputIds: readonly (readonly number[])[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Float32Array[]> {
    this.#check(inputIds, "text");
    const found: Float32Array[] = [];
    using borrowed = this.borrowWeights();
    const { weights } = borrowed;
    for (const ids of inputIds) {
      signal?.throwIfAborted();
      const logits = tf.tidy(() => {
        const input = tf.tensor2d([...ids], [1, ids.length], "int32");
        const { lastHiddenState } = readTokens(weights, input, { config: this.config });
        return tokenLogits(weights, lastHiddenState);
      });
      found.push(await logits.data<"float32">());
      logits.dispose();
    }
    return found;
  }

  /**
   * Continues prompts.
   *
   * @param promptIds Ids of each prompt, at least one `[batch][length]`.
   * @param options How to search; `maxNewTokens` by default fills the model's positions.
   * @returns For every prompt its best continuations, best first, without the prompt.
   * @throws {RangeError} When a prompt is empty, too long, or holds an id outside the vocabulary.
   * @throws {TypeError} When the prefix is another model's.
   */
  async generate(
    promptIds: readonly (readonly number[])[],
    options: GptGenerateOptions = {},
  ): Promise<Hypothesis[][]> {
    if (promptIds.length === 0) return [];
    this.#check(promptIds, "prompt");
    const { maxNewTokens, prefix, ...rest } = options;
    this.#checkPrefix(prefix);
    rest.signal?.throwIfAborted();
    using borrowed = this.borrowWeights();
    const { weights } = borrowed, { config } = this;
    const beginnings = promptIds.map((ids) => ids.slice(0, -1));
    const state = promptState(weights, beginnings, { config, prefix });
    return await generate(stepDecoder(weights, { config }), state, {
      ...rest,
      maxNewTokens: promptIds.map(({ length }, row) => {
        const room = config.maxPositionEmbeddings - length + 1;
        const wanted = typeof maxNewTokens === "object" ? maxNewTokens[row] : maxNewTokens;
        return Math.min(room, wanted ?? room);
      }),
      batchSize: promptIds.length,
      promptIds, // the first step reads their last tokens
      eosTokenId: config.eosTokenId,
    });
  }

  /**
   * Reads a text for prompts that begin with it, such as instructions or what was said so far: given to
   * {@linkcode GptModel.generate} as `prefix`, it is not read again.
   *
   * @param ids The text's ids.
   * @param options `prefix`: an earlier one, which this text goes on with.
   * @returns Keys and values of the text; dispose of them when done.
   * @throws {RangeError} When the text is empty, too long, or holds an id outside the vocabulary.
   * @throws {TypeError} When `prefix` is another model's.
   */
  readPrefix(
    ids: readonly number[],
    { prefix }: { prefix?: GptPrefix } = {},
  ): Promise<GptPrefix> {
    return Promise.try(() => {
      this.#check([ids], "text");
      this.#checkPrefix(prefix);
      using borrowed = this.borrowWeights();
      return readPrefix(borrowed.weights, ids, { config: this.config, prefix });
    });
  }

  /**
   * Writes the config and `model.safetensors` in the layout that Python's transformers reads. Tokenizer files are
   * the caller's.
   *
   * @param directory Made when it does not exist.
   * @param options `dtype` of the file; default F32.
   */
  async save(directory: Path, { dtype = "F32" }: { dtype?: WeightsDType } = {}): Promise<void> {
    const json = findFamily(this.config.modelType).configFiles(this.config);
    if (this.trainable) return await saveWeights(directory, { json, named: this.named, dtype });
    const named = storedTensors(weightSpecs(this.tensors), this.#fixed);
    try {
      await saveWeights(directory, { json, named, dtype });
    } finally {
      tf.dispose([...named.values()]);
    }
  }

  /** Releases the weights; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of [...this.named.values(), ...this.#fixed.values()]) tensor.dispose();
  }

  /** {@linkcode GptModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #check(rows: readonly (readonly number[])[], what: string): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds(rows, { what, vocabSize, maxTokens });
  }

  #checkPrefix(prefix: GptPrefix | undefined): void {
    const { numHiddenLayers, hiddenSize } = this.config;
    if (!prefix) return;
    const { ids, past } = prefix;
    const shapes = past.map(({ key }) => `[${key.shape}]`);
    const expected = `[1,${ids.length},${hiddenSize}]`;
    if (past.length === numHiddenLayers && shapes.every((shape) => shape === expected)) return;
    throw new TypeError(
      `Cannot use this prefix: it has ${past.length} layers of ${
        shapes[0]
      }, and this model ${numHiddenLayers} of ` +
        `${expected}; read it with readPrefix() of this model`,
    );
  }
}

/** The parts of a stored tensor that a model computes with. */
function readParts(
  value: tf.Tensor,
  { name, tensors, into }: { name: string; tensors: CausalTensors; into: Map<string, tf.Tensor> },
): void {
  for (const spec of weightSpecs(tensors)) {
    if (spec.name === name) into.set(weightName(spec), readStored(spec, value));
  }
}

/** All tensors of a tree. */
function leavesOf(tree: unknown): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.values(tree).flatMap(leavesOf);
}
