import * as tf from "@tensorflow/tfjs";
import { type KeyValueCache, paddingMask } from "@heed/attention";
import type { StepDecoder } from "@heed/search";
import { projectMemory } from "@heed/transformer";
import { decode, encode } from "./forward.ts";
import { idsTensor } from "./ids_tensor.ts";
import type { Seq2SeqConfig } from "./config.ts";
import type { Seq2SeqWeights } from "./weights.ts";

/** What decoding carries from step to step: everything it knows of source and target. */
export interface DecoderState {
  /** Keys and values of the source, one for each layer; the same while `sources` is. */
  readonly memory: readonly KeyValueCache[];
  /** `[rows, source_len]` */
  readonly memoryMask: tf.Tensor;
  /** Which source each row translates. */
  readonly sources: Int32Array;
  /** Keys and values of the target so far; absent before the first step. */
  readonly past?: readonly KeyValueCache[];
}

/**
 * Encodes sources into the state that decoding starts from, one row for each source.
 *
 * @param weights The model's weights.
 * @param inputIds Source ids, rows of different lengths.
 * @param options The config.
 * @returns A state that the search owns.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildSeq2SeqWeights, initialState } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const { memory, sources } = initialState(weights, [[1, 2, 0], [3, 0]], { config });
 * assertEquals([...sources], [0, 1]);
 * assertEquals(memory.map(({ key }) => key.shape[1]), [3, 3]); // one for each decoder layer
 * ```
 */
export function initialState(
  weights: Seq2SeqWeights,
  inputIds: readonly (readonly number[])[],
  { config }: { config: Seq2SeqConfig },
): DecoderState {
  const ids = idsTensor(inputIds, { padTokenId: config.padTokenId });
  const memoryMask = paddingMask(inputIds);
  const { lastHiddenState } = encode(weights, ids, { config, attentionMask: memoryMask });
  const memory = projectMemory(weights.decoder, lastHiddenState);
  tf.dispose([ids, lastHiddenState]);
  return { memory, memoryMask, sources: Int32Array.from(inputIds.keys()) };
}

/**
 * The model as a search sees it.
 *
 * @param weights The model's weights.
 * @param options The config.
 * @returns A decoder without state of its own.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { greedySearch } from "@heed/search";
 * import { buildSeq2SeqWeights, initialState, stepDecoder } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 8 });
 * const weights = buildSeq2SeqWeights(config, freshWeights({ seed: 1 }));
 * const translate = (sources: number[][]) =>
 *   greedySearch(stepDecoder(weights, { config }), initialState(weights, sources, { config }), {
 *     batchSize: sources.length,
 *     startTokenId: config.decoderStartTokenId,
 *     eosTokenId: config.eosTokenId,
 *     maxNewTokens: 4,
 *   });
 * const [, [batched]] = await translate([[1, 2, 0], [3, 0]]);
 * const [[alone]] = await translate([[3, 0]]);
 * assertEquals(batched.ids, alone.ids);
 * ```
 */
export function stepDecoder(
  weights: Seq2SeqWeights,
  { config }: { config: Seq2SeqConfig },
): StepDecoder<DecoderState> {
  return {
    vocabSize: config.vocabSize,
    async step(ids, state) {
      const newest = tf.tensor2d(ids, [ids.length, 1], "int32");
      const { logits, cache } = decode(weights, newest, { config, ...state });
      newest.dispose();
      if (state.past) disposeCaches(state.past);
      const next = { ...state, past: cache };
      try {
        return { logits: await logits.data<"float32">(), state: next };
      } catch (error) {
        release(next);
        throw error;
      } finally {
        logits.dispose();
      }
    },
    select(state, rows) {
      const sources = rows.map((row) => state.sources[row]);
      const index = tf.tensor1d(rows, "int32");
      const pick = ({ key, value }: KeyValueCache) => ({
        key: tf.gather(key, index),
        value: tf.gather(value, index),
      });
      const past = state.past?.map(pick);
      // Beams that trade places within a sentence share its memory: nothing to copy.
      const moved = sources.length !== state.sources.length ||
        sources.some((source, row) => source !== state.sources[row]);
      const memory = moved ? state.memory.map(pick) : state.memory;
      const memoryMask = moved ? tf.gather(state.memoryMask, index) : state.memoryMask;
      index.dispose();
      if (state.past) disposeCaches(state.past);
      if (moved) {
        disposeCaches(state.memory);
        state.memoryMask.dispose();
      }
      return { memory, memoryMask, sources, past };
    },
    release,
  };
}

function release(state: DecoderState): void {
  disposeCaches(state.memory);
  state.memoryMask.dispose();
  if (state.past) disposeCaches(state.past);
}

function disposeCaches(caches: readonly KeyValueCache[]): void {
  for (const { key, value } of caches) tf.dispose([key, value]);
}
