import * as tf from "@tensorflow/tfjs";
import type { Path } from "@heed/checkpoint";
import {
  type AttentionMaps,
  checkEncoderCall,
  checkTokenTypes,
  type EncodedTexts,
  type EncoderConfig,
  type EncoderModel,
  type EncoderTask,
  type EncoderTensors,
  type EncodeTextOptions,
  findFamily,
  type LogitsOptions,
  poolStates,
  type PoolTextOptions,
  type ReadTextOptions,
  unitVector,
} from "@heed/model";
import { type Device, linear, saveWeights, type WeightsDType, type WeightSource } from "@heed/nn";
import { checkTokenIds } from "@heed/search";
import { type EncodedTokens, encodeTokens, headLogits } from "./forward.ts";
import { type Group, groupsOf } from "./text_groups.ts";
import { tokenTensors } from "./token_tensors.ts";
import { buildEncoderWeights, type EncoderWeights } from "./weights.ts";

/** How a model comes to be. */
export interface BertParts {
  /** Sizes and labels. */
  readonly config: EncoderConfig;
  /** What its family describes, with the names that are saved. */
  readonly tensors: EncoderTensors;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Gives each weight. */
  readonly source: WeightSource;
}

/**
 * A BERT-like encoder with its heads on tfjs: for training, and where there is a GPU. On the CPU `EncoderEngine` of
 * `@heed/engine` reads the same directories and is faster.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadBert("testdata/bert/bert/model", { device: "wasm" });
 * const { states } = await model.encode([[0, 7, 2], [0, 2]]);
 * assertEquals(states.map(({ length }) => length), [3 * 20, 2 * 20]);
 * ```
 */
export class BertModel implements EncoderModel {
  /** Sizes and labels. */
  readonly config: EncoderConfig;
  /** Where the model runs. */
  readonly device: Device;
  /** Whether the weights are variables. */
  readonly trainable: boolean;
  /** Weights by the names that they are saved under; trainable ones are `tf.Variable`s. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** The same weights as a tree. */
  readonly weights: EncoderWeights;
  /** What its heads are for. */
  readonly tasks: readonly EncoderTask[];
  /** tfjs computes one call at a time. */
  readonly concurrency = 1;
  #disposed = false;

  /**
   * Asks for the weights; `loadBert` and `createBert` do this.
   *
   * @param parts Config, tensors, device, and where the weights come from.
   */
  constructor({ config, tensors, device, trainable, source }: BertParts) {
    this.config = config;
    this.device = device;
    this.trainable = trainable;
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = buildEncoderWeights(tensors, (spec) => {
      const known = named.get(spec.name);
      if (known) return known; // tied
      const value = source(spec);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(spec.name, weight);
      return weight;
    });
    this.tasks = this.weights.heads.map(({ task }) => task);
  }

  /** Whether there is a dense layer over the first token. */
  get hasPooler(): boolean {
    return this.weights.pooler !== undefined;
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
    const states: Float32Array[] = [], attentions: AttentionMaps[] = [];
    const { outputAttentions = false } = options;
    const run = (encoded: EncodedTokens) => [encoded.lastHiddenState, ...encoded.attentions ?? []];
    await this.#run(inputIds, { ...options, run }, ([last, ...layers], { group, longest }) => {
      const { hiddenSize, numHeads } = this.config;
      group.forEach(({ length }, i) => {
        const start = i * longest * hiddenSize;
        states.push(last.slice(start, start + length * hiddenSize));
        if (outputAttentions) {
          attentions.push(mapsOf(layers, { heads: numHeads, longest, row: i, length }));
        }
      });
    });
    return { states, attentions: outputAttentions ? attentions : undefined };
  }

  /**
   * Computes one vector for each text.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options How states become a vector, and whether it is scaled.
   * @returns Vectors `[hiddenSize]`, in the order of the input.
   * @throws {RangeError} As {@linkcode BertModel.encode}, or when the model has no pooler.
   */
  async pool(
    inputIds: readonly (readonly number[])[],
    options: PoolTextOptions,
  ): Promise<Float32Array[]> {
    const { pooling, normalize = false } = options;
    checkEncoderCall(this, inputIds, { pooling });
    const { hiddenSize } = this.config;
    const vectors: Float32Array[] = [];
    const { pooler } = this.weights;
    const run = ({ lastHiddenState: states }: EncodedTokens) => {
      if (pooling !== "pooler") return [states];
      const [batch] = states.shape;
      const first = tf.reshape(tf.slice(states, [0, 0, 0], [batch, 1, hiddenSize]), [batch, -1]);
      return [linear(pooler!, first, { activation: "tanh" })];
    };
    await this.#run(inputIds, { ...options, run }, ([values], { group, longest }) => {
      group.forEach(({ length }, i) => {
        if (pooling === "pooler") {
          const vector = values.slice(i * hiddenSize, (i + 1) * hiddenSize);
          vectors.push(normalize ? unitVector(vector) : vector);
        } else {
          const start = i * longest * hiddenSize;
          const states = values.subarray(start, start + length * hiddenSize);
          vectors.push(poolStates(states, { hiddenSize, pooling, normalize }));
        }
      });
    });
    return vectors;
  }

  /**
   * Computes what a head says of texts; see `EncoderModel` of `@heed/model`.
   *
   * @param inputIds Ids with the special tokens `[batch][length]`.
   * @param options The head, by default the first; the places that it is asked about, by default all.
   * @returns For each text its logits: `[labels]` of a head that reads the first token, else one row for each place.
   * @throws {RangeError} As {@linkcode BertModel.encode}, or when the model has no such head.
   */
  async logits(
    inputIds: readonly (readonly number[])[],
    options: LogitsOptions = {},
  ): Promise<Float32Array[]> {
    const { task = "any", positions } = options;
    checkEncoderCall(this, inputIds, { task, positions });
    const { config } = this, { heads } = this.weights;
    const head = heads.find((head) => head.task === task) ?? heads[0];
    const places = inputIds.map(({ length }, i) =>
      head.reads === "first" ? [0] : positions?.[i] ?? Array.from({ length }, (_, at) => at)
    );
    const logits: Float32Array[] = [];
    const run = (
      { lastHiddenState }: EncodedTokens,
      { group, first, longest }: Group,
    ): tf.Tensor[] => {
      const rows = group.flatMap((_, i) => places[first + i].map((place) => i * longest + place));
      return rows.length === 0
        ? [tf.zeros([0])]
        : [headLogits(head, lastHiddenState, { config, rows: Int32Array.from(rows) })];
    };
    const outputs = head.output.weight.shape[0];
    await this.#run(inputIds, { ...options, run }, ([values], { group, first }) => {
      let at = 0;
      group.forEach((_, i) => {
        const end = at + places[first + i].length * outputs;
        logits.push(values.slice(at, end));
        at = end;
      });
    });
    return logits;
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
    await saveWeights(directory, { json, named: this.named, dtype });
  }

  /** Releases the weights; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.named.values()) tensor.dispose();
  }

  /** {@linkcode BertModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Runs the encoder over groups of texts, and hands over what `run` made of each, as plain numbers. */
  async #run(
    inputIds: readonly (readonly number[])[],
    { tokenTypeIds, outputAttentions = false, drawBlocks, signal, run }: EncodeTextOptions & {
      run: (encoded: EncodedTokens, group: Group) => readonly tf.Tensor[];
    },
    use: (values: readonly Float32Array[], group: Group) => void,
  ): Promise<void> {
    this.#check(inputIds, { tokenTypeIds });
    const { config, weights } = this;
    for (const group of groupsOf(inputIds, config.sparsity)) {
      signal?.throwIfAborted();
      const results = tf.tidy(() => {
        const types = tokenTypeIds?.slice(group.first, group.first + group.group.length);
        const tokens = tokenTensors(group.group, {
          padTokenId: config.padTokenId,
          hasTypes: config.typeVocabSize > 0,
          tokenTypeIds: types,
        });
        const encoded = encodeTokens(weights, tokens, { config, outputAttentions, drawBlocks });
        return [...run(encoded, group)];
      });
      try {
        const values = await Promise.all(results.map((tensor) => tensor.data()));
        use(values as Float32Array[], group);
      } finally {
        tf.dispose(results);
      }
    }
  }

  #check(inputIds: readonly (readonly number[])[], { tokenTypeIds }: ReadTextOptions): void {
    const { vocabSize, maxPositionEmbeddings: maxTokens, typeVocabSize } = this.config;
    checkTokenIds(inputIds, { what: "text", vocabSize, maxTokens });
    if (!tokenTypeIds) return;
    checkTokenTypes(inputIds, { tokenTypeIds, typeVocabSize });
    checkTokenIds(tokenTypeIds, { what: "token types", vocabSize: typeVocabSize, maxTokens });
  }
}

/** Attention of one text out of that of its batch, one list for each layer. */
function mapsOf(
  layers: readonly Float32Array[],
  { heads, longest, row, length }: { heads: number; longest: number; row: number; length: number },
): AttentionMaps {
  const weights = new Float32Array(layers.length * heads * length * length);
  let at = 0;
  for (const values of layers) {
    for (let head = 0; head < heads; head++) {
      for (let query = 0; query < length; query++) {
        const start = ((row * heads + head) * longest + query) * longest;
        weights.set(values.subarray(start, start + length), at);
        at += length;
      }
    }
  }
  return { weights, layers: layers.length, heads, queries: length, keys: length };
}
