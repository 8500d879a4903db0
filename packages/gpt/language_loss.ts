import * as tf from "@tensorflow/tfjs";
import { crossEntropySum } from "@heed/nn";
import { readTokens, type ReadTokensOptions, tokenLogits } from "./forward.ts";
import type { GptWeights } from "./weights.ts";

/** Rows of text that a language model learns from. */
export interface LanguageBatch {
  /** Ids, all rows of the same length `[rows][length]`. */
  readonly inputIds: readonly (readonly number[])[];
}

/**
 * The loss of a batch: the cross-entropy of every token but the first, after all that came before it.
 *
 * @param weights The model's weights.
 * @param batch Rows of one length, of two tokens and more.
 * @param options Config, dropout.
 * @returns `lossSum`: a scalar, summed over tokens, in nats; `tokens`: how many there are.
 * @throws {RangeError} When rows differ in length, or are too short.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { languageLoss } from "@heed/gpt/layers";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * using borrowed = model.borrowWeights();
 * const { weights } = borrowed, { config } = model;
 * const { tokens } = languageLoss(weights, { inputIds: [[1, 2, 3], [4, 5, 6]] }, { config });
 * assertEquals(tokens, 4);
 * ```
 */
export function languageLoss(
  weights: GptWeights,
  { inputIds }: LanguageBatch,
  options: Pick<ReadTokensOptions, "config" | "dropout" | "dropoutSeed">,
): { lossSum: tf.Scalar; tokens: number } {
  const length = inputIds[0]?.length ?? 0;
  if (length < 2 || inputIds.some((row) => row.length !== length)) {
    throw new RangeError(
      "Cannot compute the loss of a text: rows must have one length, of two tokens and more",
    );
  }
  const rows = inputIds.length;
  const given = new Int32Array(rows * (length - 1)), labels = new Int32Array(given.length);
  inputIds.forEach((ids, row) => {
    for (let i = 0; i < length - 1; i++) {
      given[row * (length - 1) + i] = ids[i];
      labels[row * (length - 1) + i] = ids[i + 1];
    }
  });
  const lossSum = tf.tidy(() => {
    const input = tf.tensor2d(given, [rows, length - 1], "int32");
    const { lastHiddenState } = readTokens(weights, input, options);
    return crossEntropySum(tokenLogits(weights, lastHiddenState), tf.tensor1d(labels, "int32"));
  });
  return { lossSum, tokens: labels.length };
}
