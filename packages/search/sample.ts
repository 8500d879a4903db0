import type { Hypothesis, SearchOptions, StepDecoder } from "./types.ts";
import { finite, resolveOptions } from "./options.ts";
import { randomUnit } from "./_random.ts";
import { Rows } from "./_rows.ts";
import { generateSinglePaths } from "./_single_path.ts";

/**
 * Generates each sentence by drawing tokens, each with the probability that the model and the options
 * `temperature`, `topK`, `topP`, `minP` and `typicalP` give it.
 *
 * What is drawn depends on `seed`, on the number of the sentence, and on the step alone: the same seed
 * gives the same text in any batch, on every device that gives the same logits. Log-probabilities are the
 * model's own. `numBeams` and `earlyStopping` have no meaning here and are ignored.
 *
 * @param decoder Model to draw from.
 * @param initialState State of one row for each sentence; the search consumes it in any case.
 * @param options Batch, tokens, limits, and how to draw.
 * @returns One hypothesis for each sentence, in the order of the input `[batchSize][1]`.
 * @throws {RangeError} If an option is out of range, if logits are not numbers, or if no token is left.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { sampleSearch, type StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // All tokens are alike; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step: (ids, state) => Promise.resolve({ logits: new Float32Array(ids.length * 4), state }),
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const options = { batchSize: 1, startTokenId: 0, eosTokenId: 0, maxNewTokens: 20, seed: 7 };
 * const [[one]] = await sampleSearch(decoder, null, options);
 * const [[same]] = await sampleSearch(decoder, null, options);
 * assertEquals(one.ids, same.ids);
 * ```
 */
export async function sampleSearch<State>(
  decoder: StepDecoder<State>,
  initialState: State,
  options: SearchOptions,
): Promise<Hypothesis[][]> {
  const rows = new Rows(decoder, initialState, options.signal);
  try {
    const resolved = resolveOptions({ ...options, numBeams: 1, doSample: true }, decoder.vocabSize);
    const seed = finite("seed", options.seed ?? 0);
    return await generateSinglePaths(rows, {
      decoder,
      options: resolved,
      choose: (scores, { sentence, step }) => draw(scores, randomUnit(seed, sentence, step)),
    });
  } finally {
    rows.release();
  }
}

/** The token at a place of the cumulative distribution; -1 if every score is -Infinity. */
function draw(scores: Float32Array, place: number): number {
  let max = -Infinity;
  for (const score of scores) if (score > max) max = score;
  if (max === -Infinity) return -1;
  let total = 0;
  for (const score of scores) total += Math.exp(score - max);
  let left = place * total, last = -1;
  for (let id = 0; id < scores.length; id++) {
    if (scores[id] === -Infinity) continue;
    last = id;
    left -= Math.exp(scores[id] - max);
    if (left < 0) return id;
  }
  return last; // what rounding left over
}
