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
import { projectMemory } from "@heed/transformer";
import { parseSeq2SeqConfig, type Seq2SeqConfig, seq2SeqConfigToJson } from "./config.ts";
import { decode, encode } from "./encoder_decoder.ts";
import { idsTensor } from "./ids_tensor.ts";
import { initialState, stepDecoder } from "./step_decoder.ts";
import { buildSeq2SeqWeights, freshWeights, type Seq2SeqWeights } from "./weights.ts";

/** How much each target token attended to each source token. */
export interface CrossAttention {
  /** `[targetLength * sourceLength]`, row-major; each row sums to 1. */
  readonly weights: Float32Array;
  /** Number of target tokens (rows). */
  readonly targetLength: number;
  /** Number of source tokens (columns). */
  readonly sourceLength: number;
}

/** Names of weights that a checkpoint may hold and this model does not read. */
const COMPUTED = /^(model\.(en|de)coder\.embed_(positions|tokens)|lm_head)\.weight$/;

/**
 * A loaded encoder-decoder Transformer on tfjs. It owns its weights; everything else that a call
 * needs is passed along, so that calls never see each other's state.
 */
export class Seq2SeqModel {
  /** Weights by their Hugging Face names; trainable ones are `tf.Variable`s. */
  readonly named: ReadonlyMap<string, tf.Tensor>;
  /** The same weights as a tree. */
  readonly weights: Seq2SeqWeights;
  #disposed = false;

  private constructor(
    /** Sizes and special tokens. */
    readonly config: Seq2SeqConfig,
    /** Where the model runs. */
    readonly device: Device,
    /** Whether the weights are variables. */
    readonly trainable: boolean,
    source: (name: string, shape: number[]) => tf.Tensor,
  ) {
    const named = new Map<string, tf.Tensor>();
    this.named = named;
    this.weights = buildSeq2SeqWeights(config, (name, shape) => {
      const value = source(name, shape);
      const weight = trainable ? tf.variable(value) : value;
      if (trainable) value.dispose();
      named.set(name, weight);
      return weight;
    });
  }

  /** Loads a model directory; see `loadSeq2SeqModel`. */
  static async load(
    directory: Path,
    { device, trainable = false }: { device: Device; trainable?: boolean },
  ): Promise<Seq2SeqModel> {
    const config = await readSeq2SeqConfig(directory);
    if (config.decoderAutoreg === "rnn") {
      throw new SyntaxError(
        `Cannot load ${directory} on tfjs: its decoder has SSRU layers, which only the WASM engine runs; ` +
          "use the device wasm",
      );
    }
    const reader = await openWeights(directory);
    try {
      const expected = expectedShapes(config);
      const found = reader.names.map((name) => [name, reader.info(name)] as const);
      assertCheckpoint(found, expected, { ignored: (name) => COMPUTED.test(name) });
      const values = new Map<string, Float32Array>();
      for (const [name] of expected) {
        const value = await reader.readFloat32(name);
        assertFinite(value, `weight ${name} of ${directory}`);
        values.set(name, value);
      }
      const take = (name: string, shape: number[]) => {
        const tensor = tf.tensor(values.get(name)!, shape);
        values.delete(name);
        return tensor;
      };
      return new Seq2SeqModel(config, device, trainable, take);
    } finally {
      await reader.close();
    }
  }

  /** Makes a model with fresh weights; see `createSeq2SeqModel`. */
  static create(
    config: Seq2SeqConfig,
    { device, seed, trainable = true }: { device: Device; seed: number; trainable?: boolean },
  ): Seq2SeqModel {
    return new Seq2SeqModel(config, device, trainable, freshWeights({ seed }));
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
    const longest = config.maxPositionEmbeddings - 1;
    return await generate(
      stepDecoder(this.weights, { config }),
      initialState(this.weights, inputIds, { config }),
      {
        numBeams: config.numBeams,
        ...(config.forcedEosTokenId !== undefined && { forcedEosTokenId: config.forcedEosTokenId }),
        ...options,
        maxNewTokens: limit(options.maxNewTokens ?? longest, longest),
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
   * @throws {RangeError} As {@linkcode Seq2SeqModel.generate}.
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
    return await forceDecode(
      stepDecoder(this.weights, { config }),
      initialState(this.weights, inputIds, { config }),
      targetIds,
      { ...options, ...this.#task(inputIds) },
    );
  }

  /**
   * How the model's decoder attended to the source while it produced a target: encoder-decoder
   * attention, averaged over the heads of one layer.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `layer`: which decoder layer; default the last.
   * @returns The matrix `[target][source]`.
   * @throws {RangeError} As {@linkcode Seq2SeqModel.generate}, or for a layer that does not exist.
   */
  async crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    { layer = this.config.decoderLayers - 1 }: { layer?: number } = {},
  ): Promise<CrossAttention> {
    this.#checkIds([inputIds], "source");
    this.#checkIds([targetIds], "target");
    const { config, weights } = this;
    if (!Number.isInteger(layer) || layer < 0 || layer >= config.decoderLayers) {
      throw new RangeError(
        `Cannot show decoder layer ${layer}: the model has layers 0 to ${config.decoderLayers - 1}`,
      );
    }
    const mean = tf.tidy(() => {
      const source = idsTensor([inputIds], { padTokenId: config.padTokenId });
      const target = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
      const { lastHiddenState } = encode(weights, source, {
        config,
        attentionMask: paddingMask([inputIds]),
      });
      const { crossAttentions } = decode(weights, idsTensor([target], config), {
        config,
        memory: projectMemory(weights.decoder, lastHiddenState),
        outputAttentions: true,
      });
      return tf.mean(crossAttentions![layer], 1); // [1, target_len, source_len]
    });
    try {
      return {
        weights: await mean.data<"float32">(),
        targetLength: targetIds.length,
        sourceLength: inputIds.length,
      };
    } finally {
      mean.dispose();
    }
  }

  /**
   * Writes `config.json`, `generation_config.json` and `model.safetensors` in the layout that
   * Python's transformers reads. Tokenizer files are the caller's.
   *
   * @param directory Made when it does not exist.
   * @param options `dtype` of the file; default F32.
   */
  async save(
    directory: Path,
    { dtype = "F32" }: { dtype?: "F32" | "F16" | "BF16" } = {},
  ): Promise<void> {
    await files.makeDirectory(directory);
    const { model, generation } = seq2SeqConfigToJson(this.config);
    const encoder = new TextEncoder();
    const json = (value: unknown) => encoder.encode(JSON.stringify(value, null, 2) + "\n");
    await files.writeAtomic(joinPath(directory, "config.json"), json(model));
    await files.writeAtomic(joinPath(directory, "generation_config.json"), json(generation));
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
    this.weights.positions.dispose();
  }

  /** {@linkcode Seq2SeqModel.dispose}, for `using`. */
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

  #checkIds(rows: readonly (readonly number[])[], side: string): void {
    const { vocabSize, maxPositionEmbeddings } = this.config;
    rows.forEach((row, index) => {
      const which = `${side} ${index} of ${rows.length}`;
      if (row.length === 0) throw new RangeError(`Cannot read ${which}: it has no tokens`);
      if (row.length > maxPositionEmbeddings) {
        throw new RangeError(
          `Cannot read ${which}: it has ${row.length} tokens and the model takes ` +
            `${maxPositionEmbeddings}; split it`,
        );
      }
      const wrong = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
      if (wrong !== undefined) {
        throw new RangeError(
          `Cannot read ${which}: token id ${wrong} is outside the vocabulary of ${vocabSize}`,
        );
      }
    });
  }
}

/** One sum over all values, since this is done at every start: 0 times NaN or infinity is NaN. */
function assertFinite(values: Float32Array, what: string): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  if (sum === 0) return;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `Cannot load ${what}: it holds ${values[wrong]} at element ${wrong}; ` +
      "the checkpoint is damaged or its training diverged",
  );
}

function limit(maxNewTokens: number | readonly number[], longest: number): number | number[] {
  return typeof maxNewTokens === "number"
    ? Math.min(maxNewTokens, longest)
    : maxNewTokens.map((value) => Math.min(value, longest));
}

/** Names and shapes of all weights of a model, in the order of its layers. */
function expectedShapes(config: Seq2SeqConfig): [string, { shape: number[] }][] {
  const shapes: [string, { shape: number[] }][] = [];
  const { positions } = buildSeq2SeqWeights(config, (name, shape) => {
    shapes.push([name, { shape }]);
    return undefined as unknown as tf.Tensor; // only names and shapes are wanted
  });
  positions.dispose();
  return shapes;
}

async function readSeq2SeqConfig(directory: Path): Promise<Seq2SeqConfig> {
  const read = async (name: string) => {
    const path = joinPath(directory, name);
    try {
      return JSON.parse(await files.readText(path));
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new SyntaxError(`Cannot read ${path}: ${error.message}`);
      }
      throw error;
    }
  };
  const generation = await files.exists(joinPath(directory, "generation_config.json"))
    ? await read("generation_config.json")
    : {};
  return parseSeq2SeqConfig(await read("config.json"), { generation });
}
