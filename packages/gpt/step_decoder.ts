import * as tf from "@tensorflow/tfjs";
import type { KeyValueCache } from "@heed/attention";
import type { CausalConfig } from "@heed/model";
import type { StepDecoder } from "@heed/search";
import { readTokens, tokenLogits } from "./forward.ts";
import type { GptWeights } from "./weights.ts";

/** What a search carries from step to step: keys and values of the text so far; none before it. */
export interface GptState {
  /** One for each layer; undefined while nothing was read. */
  readonly past: readonly KeyValueCache[] | undefined;
  /** Tokens of padding that each row begins with, where rows differ in length; default none. */
  readonly padding?: readonly number[];
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
 * import { loadGpt } from "@heed/gpt";
 * import { stepDecoder } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * const decoder = stepDecoder(borrowed.weights, { config: model.config });
 * const { logits, state } = await decoder.step(Int32Array.of(5), { past: undefined });
 * assertEquals(logits.length, model.config.vocabSize);
 * decoder.release(state);
 * ```
 */
export function stepDecoder(
  weights: GptWeights,
  { config }: { config: CausalConfig },
): StepDecoder<GptState> {
  return {
    vocabSize: config.vocabSize,
    async step(ids, state) {
      const { logits, past } = readBlock(weights, Array.from(ids, (id) => [id]), {
        config,
        ...state,
      });
      release(state);
      const next = { past, padding: state.padding };
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
      if (!state.past) return state;
      const index = tf.tensor1d(rows, "int32");
      const past = state.past.map(({ key, value }) => ({
        key: tf.gather(key, index),
        value: tf.gather(value, index),
      }));
      index.dispose();
      release(state);
      return { past, padding: state.padding && Array.from(rows, (row) => state.padding![row]) };
    },
    release,
  };
}

/** Reads tokens of several rows, as many in each, and gives logits after the last one. */
export function readBlock(
  weights: GptWeights,
  rows: readonly (readonly number[])[],
  { config, past, padding }: GptState & { readonly config: CausalConfig },
): { logits: tf.Tensor; past: readonly KeyValueCache[] } {
  const length = rows[0].length;
  const ids = tf.tensor2d(rows.flat(), [rows.length, length], "int32");
  const { lastHiddenState, cache } = readTokens(weights, ids, { config, past, padding });
  const logits = tf.tidy(() => {
    const hidden = lastHiddenState.shape[2]!;
    const last = tf.slice(lastHiddenState, [0, length - 1, 0], [rows.length, 1, hidden]);
    return tokenLogits(weights, last);
  });
  tf.dispose([ids, lastHiddenState]);
  return { logits, past: cache };
}

/** Gives the tensors of a state back. */
export function release({ past }: GptState): void {
  for (const { key, value } of past ?? []) tf.dispose([key, value]);
}
