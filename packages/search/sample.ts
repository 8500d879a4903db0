import type { Hypothesis, SearchOptions, StepDecoder } from "./types.ts";
import { resolveOptions } from "./options.ts";
import { resolveSampling } from "./sampling_options.ts";
import { randomWord, streamKey } from "./_random.ts";
import { Rows } from "./_rows.ts";
import { generateSinglePaths } from "./_single_path.ts";

/**
 * Generates each sentence by drawing each token at random, with the probability that the model gives it after all
 * processors and filters.
 *
 * The same seed gives the same ids whatever else is in the batch. The draw is a Gumbel-max one: numbers that differ
 * in their last digits, on another device say, nearly always draw the same token. Log-probabilities are the model's
 * own, before any processor.
 * `numBeams` and `earlyStopping` have no meaning here and are ignored.
 *
 * @param decoder Model to sample from.
 * @param initialState State of one row for each sentence; the search consumes it in any case.
 * @param options Batch, tokens, limits and how to draw; `numReturnSequences` independent samples of each sentence.
 * @returns The samples of each sentence in the order of their numbers `[batchSize][numReturnSequences]`.
 * @throws {RangeError} If an option is out of range, if logits are not numbers, or if no token is left.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { sampleSearch, type StepDecoder } from "@heed/search";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 50,
 *   step: (ids, state) =>
 *     Promise.resolve({ logits: new Float32Array(50 * ids.length), state }), // a die of 50 sides
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const options = { batchSize: 1, startTokenId: 0, eosTokenId: 0, maxNewTokens: 9, topK: 40 };
 * const draw = async (seed: number) => (await sampleSearch(decoder, null, { ...options, seed }))[0][0].ids;
 * assertEquals(await draw(1), await draw(1));
 * assertNotEquals(await draw(1), await draw(2));
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
    const { filters, seedOf } = resolveSampling(options, resolved.batchSize);
    return await generateSinglePaths(rows, {
      decoder,
      options: { ...resolved, processors: [...resolved.processors, ...filters] },
      sequences: resolved.numReturnSequences,
      choose: (scores, { sentence, sequence, step }) =>
        draw(scores, streamKey(...seedOf(sentence), sequence, step)),
    });
  } finally {
    rows.release();
  }
}

/** `-log(-log(u))` of the greatest `u` below 1 that 32 bits give: no draw exceeds its score by more. */
const GREATEST_GUMBEL = gumbel(2 ** 32 - 1);

/** Index of the greatest sum of a score and a Gumbel number, which is a draw from their softmax; -1 if none can be. */
function draw(scores: Float32Array, key: number): number {
  let best = -1;
  let max = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] + GREATEST_GUMBEL > max)) continue; // spares nearly all logarithms
    const sum = scores[i] + gumbel(randomWord(key, i));
    if (sum > max) {
      max = sum;
      best = i;
    }
  }
  return best;
}

function gumbel(word: number): number {
  return -Math.log(-Math.log((word + 0.5) / 2 ** 32));
}
