import * as tf from "@tensorflow/tfjs";
import type { KeyValueCache } from "@heed/attention";
import type { CausalConfig } from "@heed/model";
import { commonPrefixLength } from "@heed/search";
import { type GptState, readBlock, release } from "./step_decoder.ts";
import type { GptWeights } from "./weights.ts";

/** What was read of a text, kept for prompts that begin with it; dispose of it when done. */
export interface GptPrefix extends Disposable {
  /** The text's ids. */
  readonly ids: readonly number[];
  /** Keys and values of the text, one for each layer `[1, length, hidden]`. */
  readonly past: readonly KeyValueCache[];
}

/** Options of {@linkcode promptState}. */
export interface PromptStateOptions {
  /** Sizes. */
  readonly config: CausalConfig;
  /** What need not be read again; stays the caller's. */
  readonly prefix?: GptPrefix;
}

/**
 * Reads the beginnings of prompts, those together that are of one length, and pads the shorter ones on the left.
 *
 * @param weights The model's weights.
 * @param prompts Ids; any may be empty.
 * @param options The config, and what was read before.
 * @returns The state that a search goes on from, which it owns.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { promptState } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * const prompts = [[71, 3, 29], [8]];
 * const { past, padding } = promptState(borrowed.weights, prompts, { config: model.config });
 * assertEquals(past?.map(({ key }) => key.shape.slice(0, 2)), [[2, 3], [2, 3]]); // in each of two layers
 * assertEquals(padding, [0, 2]);
 * ```
 */
export function promptState(
  weights: GptWeights,
  prompts: readonly (readonly number[])[],
  { config, prefix }: PromptStateOptions,
): GptState {
  const longest = Math.max(...prompts.map(({ length }) => length));
  if (longest === 0) return { past: undefined };
  const groups = Map.groupBy(prompts.keys(), (row) => {
    const known = prefix ? commonPrefixLength(prompts[row], prefix.ids) : 0;
    return `${prompts[row].length} ${known}`;
  });
  const order = [...groups.values()].flat();
  const past = tf.tidy(() => {
    const read = [...groups].map(([key, rows]) => {
      const [length, known] = key.split(" ").map(Number);
      const state = readGroup(weights, rows.map((row) => prompts[row]), { known, config, prefix });
      return padLeft(state, { rows: rows.length, count: longest - length, config });
    });
    const places = tf.tensor1d(prompts.map((_, row) => order.indexOf(row)), "int32");
    const inOrder = (name: "key" | "value", layer: number) => {
      const joined = tf.concat(read.map((state) => state[layer][name]), 0);
      return tf.keep(tf.gather(joined, places)); // released by the search, with the state
    };
    return read[0].map((_, layer) => ({
      key: inOrder("key", layer),
      value: inOrder("value", layer),
    }));
  });
  const padding = prompts.map(({ length }) => longest - length);
  return padding.some((count) => count > 0) ? { past, padding } : { past };
}

/** Reads prompts of one length, of which the first `known` tokens were read before. */
function readGroup(
  weights: GptWeights,
  prompts: readonly (readonly number[])[],
  { known, config, prefix }: PromptStateOptions & { readonly known: number },
): readonly KeyValueCache[] | undefined {
  const begin = (tensor: tf.Tensor) => {
    const [, , width] = tensor.shape;
    return tf.tile(tf.slice(tensor, [0, 0, 0], [1, known, width!]), [prompts.length, 1, 1]);
  };
  const past = known === 0
    ? undefined
    : prefix!.past.map(({ key, value }) => ({ key: begin(key), value: begin(value) }));
  if (prompts[0].length === known) return past;
  return readBlock(weights, prompts.map((ids) => ids.slice(known)), { config, past }).past;
}

/** Puts zeros, which nobody sees, before keys and values. */
function padLeft(
  past: readonly KeyValueCache[] | undefined,
  { rows, count, config }: { rows: number; count: number; config: CausalConfig },
): readonly KeyValueCache[] {
  const { hiddenSize, numHiddenLayers } = config;
  if (!past) {
    const empty = () => tf.zeros([rows, count, hiddenSize]);
    return Array.from({ length: numHiddenLayers }, () => ({ key: empty(), value: empty() }));
  }
  const pad = (tensor: tf.Tensor) => tf.pad(tensor, [[0, 0], [count, 0], [0, 0]]);
  return past.map(({ key, value }) => ({ key: pad(key), value: pad(value) }));
}

/**
 * Reads a text for prompts that begin with it.
 *
 * @param weights The model's weights.
 * @param ids The text, at least one id.
 * @param options The config, and what was read of it before.
 * @returns Keys and values of the text, the caller's.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { readPrefix } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * using prefix = readPrefix(borrowed.weights, [71, 3, 29], { config: model.config });
 * assertEquals(prefix.past.map(({ key }) => key.shape[1]), [3, 3]);
 * ```
 */
export function readPrefix(
  weights: GptWeights,
  ids: readonly number[],
  options: PromptStateOptions,
): GptPrefix {
  const state = promptState(weights, [ids], options);
  return { ids: [...ids], past: state.past!, [Symbol.dispose]: () => release(state) };
}
