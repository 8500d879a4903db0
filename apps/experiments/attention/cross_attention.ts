import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { decode, encode, idsTensor } from "@heed/seq2seq/layers";
import { projectMemory } from "@heed/transformer";
import { type AttentionRecord, averageHeads, splitHeads } from "@heed/visualize";
import type { AnyModel } from "./models.ts";

/** A sentence pair as tokens. */
export interface TokenPair {
  readonly inputIds: number[];
  readonly targetIds: number[];
  /** Source tokens, the end token among them. */
  readonly keyTokens: string[];
  /** Target tokens, the end token among them. */
  readonly queryTokens: string[];
}

/**
 * How a model attends to a source while a given target is produced: one record of RNNsearch, one for each
 * layer and head of a Transformer and for the mean over each layer's heads.
 */
export async function crossAttentionRecords(
  model: AnyModel,
  pair: TokenPair,
): Promise<AttentionRecord[]> {
  const { inputIds, targetIds, keyTokens, queryTokens } = pair;
  if ("architecture" in model.config) {
    const { weights } = await model.crossAttention(inputIds, targetIds);
    return [{ kind: "cross", layer: 0, head: "mean", queryTokens, keyTokens, weights }];
  }
  const layers = await crossAttentions(model as Seq2SeqModel, pair);
  const heads = model.config.decoderAttentionHeads;
  return layers.flatMap((weights, layer) => {
    const records = splitHeads(weights, { kind: "cross", layer, heads, queryTokens, keyTokens });
    return [...records, averageHeads(records)];
  });
}

/** Weights of each layer, `[heads * target * source]`. */
async function crossAttentions(
  { config, weights }: Seq2SeqModel,
  { inputIds, targetIds }: TokenPair,
): Promise<Float32Array[]> {
  const attentions = tf.tidy(() => {
    const { lastHiddenState } = encode(weights, idsTensor([inputIds], config), {
      config,
      attentionMask: paddingMask([inputIds]),
    });
    const target = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
    return [
      ...decode(weights, idsTensor([target], config), {
        config,
        memory: projectMemory(weights.decoder, lastHiddenState),
        outputAttentions: true,
      }).crossAttentions!,
    ];
  });
  try {
    return await Promise.all(attentions.map((layer) => layer.data<"float32">()));
  } finally {
    tf.dispose(attentions);
  }
}
