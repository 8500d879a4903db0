import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { Path } from "@heed/checkpoint";
import { selectCrossAttention, type Seq2SeqAttentions } from "@heed/engine";
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
   * How the decoder attended to the source while it produced a target: the alignment matrix of Bahdanau
   * et al. 2015, figure 3, as one layer with one head. A recurrent model has no other attention.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns The attention of the target over the source.
   * @throws {TypeError} When the model has no attention.
   * @throws {RangeError} As {@linkcode RnnModel.generate}.
   */
  override async attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions> {
    const { config, weights } = this;
    if (config.architecture !== "rnnsearch") {
      throw new TypeError(
        'Cannot show attention: a model of architecture "rnnencdec" has none, it reads the source ' +
          'from one state; train "rnnsearch" or "transformer"',
      );
    }
    this.checkIds([inputIds], "source");
    this.checkIds([targetIds], "target");
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
      const cross = {
        weights: await attention.data<"float32">(),
        layers: 1,
        heads: 1,
        queries: targetIds.length,
        keys: inputIds.length,
      };
      const alignment = selectCrossAttention(cross, {});
      return { cross, alignment, startTokenId: config.decoderStartTokenId };
    } finally {
      attention.dispose();
    }
  }

  /** The config, in the words of its file. */
  protected override configFiles(): Record<string, unknown> {
    return { "config.json": rnnConfigToJson(this.config) };
  }
}
