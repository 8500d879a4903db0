import type { Hypothesis, SearchOptions, StepDecoder } from "./types.ts";
import { resolveOptions } from "./options.ts";
import { Rows } from "./_rows.ts";
import { generateSinglePaths } from "./_single_path.ts";

/**
 * Generates each sentence by taking the most likely token at every step.
 *
 * Log-probabilities are the model's own, before any logits processor; processors decide only which
 * token is taken. `numBeams`, `earlyStopping` and what sampling needs have no meaning here and are ignored.
 *
 * @param decoder Model to search with.
 * @param initialState State of one row for each sentence; the search consumes it in any case.
 * @param options Batch, tokens and limits.
 * @returns One hypothesis for each sentence, in the order of the input `[batchSize][1]`.
 * @throws {RangeError} If an option is out of range, if logits are not numbers, or if no token is left.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { greedySearch, type StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // Counts up from the newest token; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step(ids, state) {
 *     const logits = new Float32Array(ids.length * 4);
 *     ids.forEach((id, row) => logits[row * 4 + (id + 1) % 4] = 5);
 *     return Promise.resolve({ logits, state });
 *   },
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const [[best]] = await greedySearch(decoder, null, {
 *   batchSize: 1,
 *   startTokenId: 0,
 *   eosTokenId: 0,
 * });
 * assertEquals(best.ids, [1, 2, 3, 0]);
 * ```
 */
export async function greedySearch<State>(
  decoder: StepDecoder<State>,
  initialState: State,
  options: SearchOptions,
): Promise<Hypothesis[][]> {
  const rows = new Rows(decoder, initialState, options.signal);
  try {
    const resolved = resolveOptions({ ...options, numBeams: 1 }, decoder.vocabSize);
    return await generateSinglePaths(rows, {
      decoder,
      options: resolved,
      choose: argmax,
      choosesBest: true,
    });
  } finally {
    rows.release();
  }
}

/** Index of the greatest score, the first of equals; -1 if every score is -Infinity. */
function argmax(scores: Float32Array): number {
  let best = -1;
  let max = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] > max) {
      max = scores[i];
      best = i;
    }
  }
  return best;
}
