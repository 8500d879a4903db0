import * as tf from "@tensorflow/tfjs";
import type { Path } from "@heed/checkpoint";
import { type CausalConfig, type CausalTensors, findFamily, type TensorSpec } from "@heed/model";
import { type Device, saveWeights, type WeightsDType } from "@heed/nn";
import { checkTokenIds, generate, type GenerateOptions, type Hypothesis } from "@heed/search";
import { readTokens, tokenLogits } from "./forward.ts";
import { promptState, stepDecoder } from "./step_decoder.ts";
import {
  buildGptWeights,
  type GptWeights,
  storedTensors,
  weightName,
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
  /** Gives each weight, `[out, in]`. */
  readonly source: (spec: TensorSpec) => tf.Tensor;
}

/**
 * A GPT-2-like decoder on tfjs: for training, and where there is a GPU. On the CPU `CausalEngine` of `@heed/engine`
 * reads the same directories and is faster.
 */
export class GptModel {
  /** Sizes and special tokens. */
  readonly config: CausalConfig;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Weights by their names in memory, see `weightName`; trainable ones are `tf.Variable`s. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** The same weights as a tree. */
  readonly weights: GptWeights;
  /** tfjs computes one call at a time. */
  readonly concurrency = 1;
  readonly #tensors: CausalTensors;
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
    this.#tensors = tensors;
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = buildGptWeights(tensors, (spec) => {
      const name = weightName(spec);
      const known = named.get(name);
      if (known) return known; // tied
      const value = source(spec);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(name, weight);
      return weight;
    });
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
    for (const ids of inputIds) {
      signal?.throwIfAborted();
      const logits = tf.tidy(() => {
        const input = tf.tensor2d([...ids], [1, ids.length], "int32");
        const { lastHiddenState } = readTokens(this.weights, input, { config: this.config });
        return tokenLogits(this.weights, lastHiddenState);
      });
      found.push(await logits.data<"float32">());
      logits.dispose();
    }
    return found;
  }

  /**
   * Continues prompts; those of one length are computed together.
   *
   * @param promptIds Ids of each prompt, at least one `[batch][length]`.
   * @param options How to search; `maxNewTokens` by default fills the model's positions.
   * @returns For every prompt its best continuations, best first, without the prompt.
   * @throws {RangeError} When a prompt is empty, too long, or holds an id outside the vocabulary.
   */
  async generate(
    promptIds: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): Promise<Hypothesis[][]> {
    this.#check(promptIds, "prompt");
    const { config, weights } = this;
    const { maxNewTokens, onToken, ...rest } = options;
    const found = new Array<Hypothesis[]>(promptIds.length);
    for (const [length, rows] of Map.groupBy(promptIds.keys(), (i) => promptIds[i].length)) {
      const prompts = rows.map((row) => promptIds[row]);
      const room = config.maxPositionEmbeddings - length + 1;
      const state = promptState(weights, prompts.map((ids) => ids.slice(0, -1)), { config });
      const best = await generate(stepDecoder(weights, { config }), state, {
        ...rest,
        onToken: onToken && ((token) => onToken({ ...token, sentence: rows[token.sentence] })),
        maxNewTokens: rows.map((row) =>
          Math.min(
            room,
            (typeof maxNewTokens === "object" ? maxNewTokens[row] : maxNewTokens) ?? room,
          )
        ),
        batchSize: prompts.length,
        promptIds: prompts,
        eosTokenId: config.eosTokenId,
      });
      rows.forEach((row, i) => found[row] = best[i]);
    }
    return found;
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
    const named = storedTensors(weightSpecs(this.#tensors), this.named);
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
    for (const tensor of this.named.values()) tensor.dispose();
  }

  /** {@linkcode GptModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #check(rows: readonly (readonly number[])[], what: string): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens } = this.config;
    checkTokenIds(rows, { what, vocabSize, maxTokens });
  }
}
