import type { Hypothesis, StepDecoder } from "./types.ts";
import { finite, tokenId } from "./options.ts";
import { Rows } from "./_rows.ts";
import { normalizer, toHypothesis } from "./_single_path.ts";

/** What {@linkcode forceDecode} needs beside the targets. */
export interface ForceDecodeOptions {
  /** Token that decoding starts from; not part of the targets. */
  startTokenId: number;
  /** Token that ends a target; a target whose last token it is counts as finished. */
  eosTokenId: number;
  /** Exponent of the length that divides the log-probability. Default 1. */
  lengthPenalty?: number;
  /** Ends the scoring with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Scores given targets: the log-probability that the model gives to every token of each.
 *
 * Targets may differ in length; one that ends leaves the batch. An empty target scores 0.
 *
 * @param decoder Model to score with.
 * @param initialState State of one row for each target; it is consumed in any case.
 * @param options Targets `[batch][any length]`, without the start token, and the special tokens.
 * @returns One hypothesis for each target, in the order of the targets.
 * @throws {RangeError} If a token is not in the vocabulary, or if logits are not numbers.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { forceDecode, type StepDecoder } from "@heed/search";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 2,
 *   step: (ids, state) =>
 *     Promise.resolve({ logits: new Float32Array(2 * ids.length), state }), // a fair coin
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const [hypothesis] = await forceDecode(decoder, null, [[1, 1, 0]], {
 *   startTokenId: 0,
 *   eosTokenId: 0,
 * });
 * assertAlmostEquals(hypothesis.logProb, 3 * Math.log(0.5));
 * ```
 */
export async function forceDecode<State>(
  decoder: StepDecoder<State>,
  initialState: State,
  targets: readonly (readonly number[])[],
  options: ForceDecodeOptions,
): Promise<Hypothesis[]> {
  const { vocabSize } = decoder;
  const rows = new Rows(decoder, initialState, options.signal);
  try {
    const startTokenId = tokenId("startTokenId", options.startTokenId, vocabSize);
    const eosTokenId = tokenId("eosTokenId", options.eosTokenId, vocabSize);
    const lengthPenalty = finite("lengthPenalty", options.lengthPenalty ?? 1);
    targets.forEach((ids, i) =>
      ids.forEach((id, j) => tokenId(`targets[${i}][${j}]`, id, vocabSize))
    );
    const tokenLogProbs: number[][] = targets.map(() => []);
    let count = targets.length;
    let active = targets.flatMap(({ length }, i) => length > 0 ? [i] : []);
    if (active.length > 0) await rows.select(Int32Array.from(active), count);
    for (let step = 0; active.length > 0; step++) {
      const newest = active.map((i) => step === 0 ? startTokenId : targets[i][step - 1]);
      const { logits } = await rows.step(Int32Array.from(newest));
      active.forEach((i, row) => {
        const scores = logits.subarray(row * vocabSize, (row + 1) * vocabSize);
        tokenLogProbs[i].push(scores[targets[i][step]] - normalizer(scores, i, step));
      });
      count = active.length;
      const kept = active.flatMap((i, row) => targets[i].length > step + 1 ? [row] : []);
      active = kept.map((row) => active[row]);
      if (active.length > 0) await rows.select(Int32Array.from(kept), count);
    }
    return targets.map((ids, i) => {
      const finished = ids.length > 0 && ids[ids.length - 1] === eosTokenId;
      return toHypothesis([...ids], tokenLogProbs[i], { finished, lengthPenalty });
    });
  } finally {
    rows.release();
  }
}
