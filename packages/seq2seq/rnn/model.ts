import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import {
  assertCheckpoint,
  files,
  joinPath,
  openWeights,
  type Path,
  writeSafetensors,
} from "@heed/checkpoint";
import type { Device } from "@heed/nn";
import { forceDecode, generate, type GenerateOptions, type Hypothesis } from "@heed/search";
import { idsTensor } from "../ids_tensor.ts";
import type { CrossAttention } from "../model.ts";
import type { WeightSource } from "../weights.ts";
import { checkTokenIds, limitNewTokens } from "./_token_ids.ts";
import { parseRnnConfig, type RnnConfig, rnnConfigToJson } from "./config.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import { initialRnnState, rnnStepDecoder } from "./step_decoder.ts";
import { buildRnnWeights, freshRnnWeights, type RnnWeights } from "./weights.ts";

/**
 * A loaded recurrent encoder-decoder on tfjs, with the methods of `Seq2SeqModel`. It owns its weights;
 * everything else that a call needs is passed along.
 */
export class RnnModel {
  /** Weights by their names in `model.safetensors`; trainable ones are `tf.Variable`s. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** The same weights as a tree. */
  readonly weights: RnnWeights;
  #disposed = false;

  private constructor(
    /** Sizes and special tokens. */
    readonly config: RnnConfig,
    /** Where the model runs. */
    readonly device: Device,
    /** Whether the weights are variables. */
    readonly trainable: boolean,
    source: WeightSource,
  ) {
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = buildRnnWeights(config, (name, shape) => {
      const value = source(name, shape);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(name, weight);
      return weight;
    });
  }

  /** Loads a model directory; see `loadRnnModel`. */
  static async load(
    directory: Path,
    { device, trainable = false }: { device: Device; trainable?: boolean },
  ): Promise<RnnModel> {
    const path = joinPath(directory, "config.json");
    let json;
    try {
      json = JSON.parse(await files.readText(path));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(`Cannot read ${path}: ${error.message}`);
    }
    const config = parseRnnConfig(json);
    const reader = await openWeights(directory);
    try {
      const expected = expectedShapes(config);
      assertCheckpoint(reader.names.map((name) => [name, reader.info(name)] as const), expected);
      const values = new Map<string, Float32Array>();
      for (const [name] of expected) {
        const value = await reader.readFloat32(name);
        if (!value.every(Number.isFinite)) {
          throw new RangeError(
            `Cannot load weight ${name} of ${directory}: it holds numbers that are not finite; ` +
              "the checkpoint is damaged or its training diverged",
          );
        }
        values.set(name, value);
      }
      return new RnnModel(
        config,
        device,
        trainable,
        (name, shape) => tf.tensor(values.get(name)!, shape),
      );
    } finally {
      await reader.close();
    }
  }

  /** Makes a model with fresh weights; see `createRnnModel`. */
  static create(
    config: RnnConfig,
    { device, seed, trainable = true }: { device: Device; seed: number; trainable?: boolean },
  ): RnnModel {
    return new RnnModel(config, device, trainable, freshRnnWeights(config, { seed }));
  }

  /**
   * Translates ids to ids.
   *
   * @param inputIds Source ids with their end token, rows of different lengths.
   * @param options How to search; beams and banned tokens default to the model's.
   * @returns For every row its best hypotheses, best first.
   * @throws {RangeError} When a row is empty, too long, or holds an id outside the vocabulary.
   */
  async generate(
    inputIds: readonly (readonly number[])[],
    options: GenerateOptions = {},
  ): Promise<Hypothesis[][]> {
    if (inputIds.length === 0) return [];
    checkTokenIds(inputIds, "source", this.config);
    const { config, weights } = this;
    const longest = config.maxPositionEmbeddings - 1;
    return await generate(
      rnnStepDecoder(weights, { config }),
      initialRnnState(weights, inputIds, { config }),
      {
        numBeams: config.numBeams,
        ...(config.forcedEosTokenId !== undefined && { forcedEosTokenId: config.forcedEosTokenId }),
        ...options,
        maxNewTokens: limitNewTokens(options.maxNewTokens ?? longest, longest),
        bannedTokenIds: [...config.bannedTokenIds, ...options.bannedTokenIds ?? []],
        ...this.#task(inputIds),
      },
    );
  }

  /**
   * Scores given targets: the log-probability of each of their tokens.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `lengthPenalty` for the score; default 1.
   * @returns One hypothesis for each row, with the given ids.
   * @throws {RangeError} As {@linkcode RnnModel.generate}.
   */
  async score(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options: Pick<GenerateOptions, "lengthPenalty" | "signal"> = {},
  ): Promise<Hypothesis[]> {
    if (inputIds.length === 0) return [];
    checkTokenIds(inputIds, "source", this.config);
    checkTokenIds(targetIds, "target", this.config);
    const { config, weights } = this;
    return await forceDecode(
      rnnStepDecoder(weights, { config }),
      initialRnnState(weights, inputIds, { config }),
      targetIds,
      { ...options, ...this.#task(inputIds) },
    );
  }

  /**
   * How the decoder attended to the source while it produced a target: the alignment matrix of
   * Bahdanau et al. 2015, figure 3.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `layer`: only 0, since the first decoder layer is the one that attends.
   * @returns The matrix `[target][source]`.
   * @throws {TypeError} When the model has no attention.
   * @throws {RangeError} As {@linkcode RnnModel.generate}, or for another layer.
   */
  async crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    { layer = 0 }: { layer?: number } = {},
  ): Promise<CrossAttention> {
    const { config, weights } = this;
    if (config.architecture !== "rnnsearch") {
      throw new TypeError(
        'Cannot show attention: a model of architecture "rnnencdec" has none, it reads the source ' +
          'from one state; train "rnnsearch" or "transformer"',
      );
    }
    checkTokenIds([inputIds], "source", config);
    checkTokenIds([targetIds], "target", config);
    if (layer !== 0) {
      throw new RangeError(
        `Cannot show decoder layer ${layer}: attention of a recurrent model is in layer 0`,
      );
    }
    const attention = tf.tidy(() => {
      const encoded = encodeRnn(weights, idsTensor([inputIds], config), {
        config,
        attentionMask: paddingMask([inputIds]),
      });
      const target = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
      const start = startRnn(weights, encoded, { config });
      return decodeRnn(weights, idsTensor([target], config), { config, ...start }).attention!;
    });
    try {
      return {
        weights: await attention.data<"float32">(),
        targetLength: targetIds.length,
        sourceLength: inputIds.length,
      };
    } finally {
      attention.dispose();
    }
  }

  /**
   * Writes `config.json` and `model.safetensors`. Tokenizer files are the caller's.
   *
   * @param directory Made when it does not exist.
   * @param options `dtype` of the file; default F32.
   */
  async save(
    directory: Path,
    { dtype = "F32" }: { dtype?: "F32" | "F16" | "BF16" } = {},
  ): Promise<void> {
    await files.makeDirectory(directory);
    const json = JSON.stringify(rnnConfigToJson(this.config), null, 2) + "\n";
    await files.writeAtomic(joinPath(directory, "config.json"), new TextEncoder().encode(json));
    const tensors = [...this.named].map(([name, tensor]) => ({
      name,
      dtype,
      shape: tensor.shape,
      data: async () => await tensor.data() as Float32Array<ArrayBuffer>,
    }));
    await writeSafetensors(joinPath(directory, "model.safetensors"), tensors);
  }

  /** Releases the weights; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const tensor of this.named.values()) tensor.dispose();
  }

  /** {@linkcode RnnModel.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #task(inputIds: readonly unknown[]) {
    return {
      batchSize: inputIds.length,
      startTokenId: this.config.decoderStartTokenId,
      eosTokenId: this.config.eosTokenId,
    };
  }
}

/** Names and shapes of all weights of a model, in the order of its layers. */
function expectedShapes(config: RnnConfig): [string, { shape: number[] }][] {
  const shapes: [string, { shape: number[] }][] = [];
  buildRnnWeights(config, (name, shape) => {
    shapes.push([name, { shape }]);
    return undefined as unknown as tf.Tensor; // only names and shapes are wanted
  });
  return shapes;
}
