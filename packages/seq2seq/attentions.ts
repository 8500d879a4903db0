import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { AttentionMaps } from "@heed/model";
import { projectMemory } from "@heed/transformer";
import type { Seq2SeqConfig } from "./config.ts";
import { decode, encode } from "./forward.ts";
import { idsTensor } from "./ids_tensor.ts";
import type { Seq2SeqWeights } from "./weights.ts";

/** Attention between one source and one target, in every layer and head. */
export interface AllAttentions {
  /** Of the source over itself. */
  readonly encoder: AttentionMaps;
  /** Of the target over itself. */
  readonly decoder: AttentionMaps;
  /** Of the target over the source. */
  readonly cross: AttentionMaps;
}

/**
 * Computes all attention between a source and a target.
 *
 * @param weights The model's weights.
 * @param pair Source and target ids with their end tokens, already checked.
 * @param options The config.
 * @returns Plain numbers; no tensor is left.
 */
export async function attentionsOf(
  weights: Seq2SeqWeights,
  { inputIds, targetIds }: { inputIds: readonly number[]; targetIds: readonly number[] },
  { config }: { config: Seq2SeqConfig },
): Promise<AllAttentions> {
  const stacks = tf.tidy(() => {
    const { lastHiddenState, attentions } = encode(weights, idsTensor([inputIds], config), {
      config,
      attentionMask: paddingMask([inputIds]),
      outputAttentions: true,
    });
    const read = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
    const { selfAttentions, crossAttentions } = decode(weights, idsTensor([read], config), {
      config,
      memory: projectMemory(weights.decoder, lastHiddenState),
      outputAttentions: true,
    });
    // [layers, 1, heads, queries, keys]
    return [attentions!, selfAttentions!, crossAttentions!].map((layers) => tf.stack([...layers]));
  });
  try {
    const [encoder, decoder, cross] = await Promise.all(stacks.map(readMaps));
    return { encoder, decoder, cross };
  } finally {
    tf.dispose(stacks);
  }
}

async function readMaps(stack: tf.Tensor): Promise<AttentionMaps> {
  const [layers, _batch, heads, queries, keys] = stack.shape;
  return { weights: await stack.data<"float32">(), layers, heads, queries, keys };
}
