import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { Path } from "@heed/checkpoint";
import type { CrossAttention } from "@heed/engine";
import type { Device } from "@heed/nn";
import { readJson, readWeights } from "../_checkpoint.ts";
import {
  EncoderDecoderModel,
  type ModelParts,
  type StartedSearch,
} from "../encoder_decoder_model.ts";
import { idsTensor } from "../ids_tensor.ts";
import { parseRnnConfig, type RnnConfig, rnnConfigToJson } from "./config.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import { initialRnnState, rnnStepDecoder } from "./step_decoder.ts";
import { buildRnnWeights, freshRnnWeights, type RnnWeights } from "./weights.ts";

/** A loaded recurrent encoder-decoder on tfjs, with the methods of `Seq2SeqModel`. */
export class RnnModel extends EncoderDecoderModel<RnnConfig, RnnWeights> {
  private constructor(parts: Omit<ModelParts<RnnConfig, RnnWeights>, "build">) {
    super({ ...parts, build: buildRnnWeights });
  }

  /** Loads a model directory; see `loadRnnModel`. */
  static async load(
    directory: Path,
    { device, trainable = false }: { device: Device; trainable?: boolean },
  ): Promise<RnnModel> {
    const config = parseRnnConfig(await readJson(directory, "config.json"));
    const source = await readWeights(directory, {
      build: (source) => buildRnnWeights(config, source),
    });
    return new RnnModel({ config, device, trainable, source });
  }

  /** Makes a model with fresh weights; see `createRnnModel`. */
  static create(
    config: RnnConfig,
    { device, seed, trainable = true }: { device: Device; seed: number; trainable?: boolean },
  ): RnnModel {
    return new RnnModel({ config, device, trainable, source: freshRnnWeights(config, { seed }) });
  }

  /** Encodes the sources. */
  protected override startSearch(
    inputIds: readonly (readonly number[])[],
  ): StartedSearch<unknown> {
    const { config, weights } = this;
    return {
      decoder: rnnStepDecoder(weights, { config }),
      state: initialRnnState(weights, inputIds, { config }),
    } as StartedSearch<unknown>;
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
  override async crossAttention(
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
    this.checkIds([inputIds], "source");
    this.checkIds([targetIds], "target");
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

  /** The config, in the words of its file. */
  protected override configFiles(): Record<string, unknown> {
    return { "config.json": rnnConfigToJson(this.config) };
  }
}
