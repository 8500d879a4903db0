import type { Hypothesis, SearchOptions, StepDecoder } from "./types.ts";
import { beamSearch } from "./beam.ts";
import { greedySearch } from "./greedy.ts";
import { sampleSearch } from "./sample.ts";

/**
 * Generates text in the way that the options ask for: sampled with `doSample`, else greedily with one beam and by
 * beam search with several.
 *
 * @param decoder Model to search with.
 * @param initialState State of one row for each sentence; the search consumes it in any case.
 * @param options Batch, tokens, beams and limits.
 * @returns The best hypotheses of each sentence, best first, in the order of the input
 * `[batchSize][numReturnSequences]`.
 * @throws {RangeError} If an option is out of range, if logits are not numbers, or if no token is left.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { generate, type StepDecoder } from "@heed/search";
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
 * const batch = { batchSize: 1, startTokenId: 0, eosTokenId: 0 };
 * const [[greedy]] = await generate(decoder, null, batch);
 * const [[beam]] = await generate(decoder, null, { ...batch, numBeams: 4, maxNewTokens: 4 });
 * assertEquals(greedy.ids, [1, 2, 3, 0]);
 * assertEquals(beam.ids, greedy.ids);
 * ```
 */
export function generate<State>(
  decoder: StepDecoder<State>,
  initialState: State,
  options: SearchOptions,
): Promise<Hypothesis[][]> {
  const search = options.doSample
    ? sampleSearch
    : (options.numBeams ?? 1) === 1
    ? greedySearch
    : beamSearch;
  return search(decoder, initialState, options);
}
