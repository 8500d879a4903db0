import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import { files, joinPath, type Path } from "@heed/checkpoint";
import type { CrossAttention } from "@heed/engine";
import type { Device } from "@heed/nn";
import { projectMemory } from "@heed/transformer";
import { readJson, readWeights } from "./_checkpoint.ts";
import { parseSeq2SeqConfig, type Seq2SeqConfig, seq2SeqConfigToJson } from "./config.ts";
import { decode, encode } from "./encoder_decoder.ts";
import {
  EncoderDecoderModel,
  type ModelParts,
  type StartedSearch,
} from "./encoder_decoder_model.ts";
import { idsTensor } from "./ids_tensor.ts";
import { initialState, stepDecoder } from "./step_decoder.ts";
import { buildSeq2SeqWeights, freshWeights, type Seq2SeqWeights } from "./weights.ts";

/** Names of weights that a checkpoint may hold and this model does not read. */
const COMPUTED = /^(model\.(en|de)coder\.embed_(positions|tokens)|lm_head)\.weight$/;

/** A loaded encoder-decoder Transformer on tfjs. */
export class Seq2SeqModel extends EncoderDecoderModel<Seq2SeqConfig, Seq2SeqWeights> {
  private constructor(parts: Omit<ModelParts<Seq2SeqConfig, Seq2SeqWeights>, "build">) {
    super({ ...parts, build: buildSeq2SeqWeights });
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
    const source = await readWeights(directory, {
      build: (source) => buildSeq2SeqWeights(config, source).positions.dispose(),
      ignored: (name) => COMPUTED.test(name),
    });
    return new Seq2SeqModel({ config, device, trainable, source });
  }

  /** Makes a model with fresh weights; see `createSeq2SeqModel`. */
  static create(
    config: Seq2SeqConfig,
    { device, seed, trainable = true }: { device: Device; seed: number; trainable?: boolean },
  ): Seq2SeqModel {
    return new Seq2SeqModel({ config, device, trainable, source: freshWeights({ seed }) });
  }

  /** Encodes the sources. */
  protected override startSearch(
    inputIds: readonly (readonly number[])[],
  ): StartedSearch<unknown> {
    const { config, weights } = this;
    return {
      decoder: stepDecoder(weights, { config }),
      state: initialState(weights, inputIds, { config }),
    } as StartedSearch<unknown>;
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
  override async crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    { layer = this.config.decoderLayers - 1 }: { layer?: number } = {},
  ): Promise<CrossAttention> {
    this.checkIds([inputIds], "source");
    this.checkIds([targetIds], "target");
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

  /** The config, in the words of its file. */
  protected override configFiles(): Record<string, unknown> {
    const { model, generation } = seq2SeqConfigToJson(this.config);
    return { "config.json": model, "generation_config.json": generation };
  }

  /** Releases the table of positions. */
  protected override disposeTables(): void {
    this.weights.positions.dispose();
  }
}

async function readSeq2SeqConfig(directory: Path): Promise<Seq2SeqConfig> {
  const generation = await files.exists(joinPath(directory, "generation_config.json"))
    ? await readJson(directory, "generation_config.json")
    : {};
  return parseSeq2SeqConfig(await readJson(directory, "config.json"), { generation });
}
