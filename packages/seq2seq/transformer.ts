import type { Seq2SeqConfig } from "@heed/model";
import { attentionsOf } from "./attentions.ts";
import type { EncoderDecoderFunctions } from "./functions.ts";
import { seq2SeqLoss } from "./loss.ts";
import { initialState, stepDecoder } from "./step_decoder.ts";
import { buildSeq2SeqWeights, type Seq2SeqWeights } from "./weights.ts";

/** The encoder-decoder Transformer in MarianMT's shape. */
export const transformer: EncoderDecoderFunctions<Seq2SeqConfig, Seq2SeqWeights> = {
  build: buildSeq2SeqWeights,
  disposeTables: ({ positions }) => positions.dispose(),
  startSearch: (weights, inputIds, options) =>
    ({
      decoder: stepDecoder(weights, options),
      state: initialState(weights, inputIds, options),
    }) as ReturnType<EncoderDecoderFunctions<Seq2SeqConfig, Seq2SeqWeights>["startSearch"]>,
  loss: seq2SeqLoss,
  attentions: attentionsOf,
};
