import * as tf from "@tensorflow/tfjs";
import { paddingMask } from "@heed/attention";
import type { StepDecoder } from "@heed/search";
import { idsTensor } from "../ids_tensor.ts";
import type { RnnConfig } from "../config.ts";
import { decodeRnn, type RnnDecoderStates, type RnnMemory, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import type { RnnWeights } from "./weights.ts";

/** What decoding carries from step to step. */
export interface RnnSearchState {
  /** What the decoder knows of the source, one row for each row of the search. */
  readonly memory: RnnMemory;
  /** Which source each row translates. */
  readonly sources: Int32Array;
  /** States of the decoder's layers. */
  readonly states: RnnDecoderStates;
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
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { buildRnnWeights, initialRnnState } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const { memory, sources } = initialRnnState(weights, [[1, 2, 0], [3, 0]], { config });
 * assertEquals([...sources], [0, 1]);
 * assertEquals([...await memory.mask!.data()], [1, 1, 1, 1, 1, 0]);
 * ```
 */
export function initialRnnState(
  weights: RnnWeights,
  inputIds: readonly (readonly number[])[],
  { config }: { config: RnnConfig },
): RnnSearchState {
  const ids = idsTensor(inputIds, { padTokenId: config.padTokenId });
  const mask = paddingMask(inputIds);
  const encoded = encodeRnn(weights, ids, { config, attentionMask: mask });
  const start = startRnn(weights, encoded, { config, mask });
  tf.dispose([ids, mask, encoded.states, encoded.summary]);
  return { ...start, sources: Int32Array.from(inputIds.keys()) };
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
 * import { defaultRnnConfig } from "@heed/seq2seq";
 * import { freshWeights } from "@heed/nn";
 * import { greedySearch } from "@heed/search";
 * import { buildRnnWeights, initialRnnState, rnnStepDecoder } from "@heed/seq2seq/layers";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8 });
 * const weights = buildRnnWeights(config, freshWeights({ seed: 1 }));
 * const translate = (sources: number[][]) =>
 *   greedySearch(rnnStepDecoder(weights, { config }), initialRnnState(weights, sources, { config }), {
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
export function rnnStepDecoder(
  weights: RnnWeights,
  { config }: { config: RnnConfig },
): StepDecoder<RnnSearchState> {
  return {
    vocabSize: config.vocabSize,
    async step(ids, state) {
      const newest = tf.tensor2d(ids, [ids.length, 1], "int32");
      const { memory } = state;
      const decoded = decodeRnn(weights, newest, { config, memory, states: state.states });
      tf.dispose([newest, ...state.states]);
      decoded.attention?.dispose();
      const next = { ...state, states: decoded.states };
      try {
        return { logits: await decoded.logits.data<"float32">(), state: next };
      } catch (error) {
        release(next);
        throw error;
      } finally {
        decoded.logits.dispose();
      }
    },
    select(state, rows) {
      const sources = rows.map((row) => state.sources[row]);
      const index = tf.tensor1d(rows, "int32");
      const states = state.states.map((part) => tf.gather(part, index));
      // Beams that trade places within a sentence share its memory: nothing to copy.
      const moved = sources.length !== state.sources.length ||
        sources.some((source, row) => source !== state.sources[row]);
      const pick = (part?: tf.Tensor) => part && tf.gather(part, index);
      const { keys, values, mask, summary } = state.memory;
      const memory: RnnMemory = moved
        ? { keys: pick(keys), values: pick(values), mask: pick(mask), summary: pick(summary) }
        : state.memory;
      tf.dispose([index, ...state.states]);
      if (moved) tf.dispose({ ...state.memory });
      return { memory, sources, states };
    },
    release,
  };
}

function release({ memory, states }: RnnSearchState): void {
  tf.dispose([{ ...memory }, ...states]);
}
