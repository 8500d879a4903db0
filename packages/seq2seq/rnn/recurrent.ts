import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { AttentionMaps, RnnConfig } from "@heed/model";
import type { EncoderDecoderFunctions } from "../functions.ts";
import { idsTensor } from "../ids_tensor.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import { rnnLoss } from "./loss.ts";
import { initialRnnState, rnnStepDecoder } from "./step_decoder.ts";
import { buildRnnWeights, type RnnWeights } from "./weights.ts";

/** Recurrent encoder-decoders, without attention and with it. */
export const recurrent: EncoderDecoderFunctions<RnnConfig, RnnWeights> = {
  build: buildRnnWeights,
  startSearch: (weights, inputIds, options) =>
    ({
      decoder: rnnStepDecoder(weights, options),
      state: initialRnnState(weights, inputIds, options),
    }) as ReturnType<EncoderDecoderFunctions<RnnConfig, RnnWeights>["startSearch"]>,
  loss: rnnLoss,
  attentions: async (weights, pair, options) => ({
    cross: await alignmentOf(weights, pair, options),
  }),
};

/**
 * How the decoder attended to the source while it produced a target: the alignment matrix of Bahdanau
 * et al. 2015, figure 3, as one layer with one head. A recurrent model has no other attention.
 */
async function alignmentOf(
  weights: RnnWeights,
  { inputIds, targetIds }: { inputIds: readonly number[]; targetIds: readonly number[] },
  { config }: { config: RnnConfig },
): Promise<AttentionMaps> {
  if (config.architecture !== "rnnsearch") {
    throw new TypeError(
      'Cannot show attention: a model of architecture "rnnencdec" has none, it reads the source ' +
        'from one state; train "rnnsearch" or "transformer"',
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
      layers: 1,
      heads: 1,
      queries: targetIds.length,
      keys: inputIds.length,
    };
  } finally {
    attention.dispose();
  }
}
