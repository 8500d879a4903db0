import type { Hypothesis, SearchOptions, StepDecoder } from "./types.ts";
import { type ResolvedOptions, resolveOptions } from "./options.ts";
import { SentenceBeams } from "./_beams.ts";
import { Rows } from "./_rows.ts";
import { normalizer } from "./_single_path.ts";
import { TopCandidates } from "./_top_candidates.ts";
import { AllowedTokens } from "./_top_tokens.ts";

/**
 * Generates each sentence by keeping the `numBeams` most likely beginnings at every step.
 *
 * Ids and scores are those of Hugging Face's `generate` with the same options. Log-probabilities
 * are taken after the logits processors, as there: a repetition penalty lowers them, and a token
 * forced by `forcedBosTokenId` or `forcedEosTokenId` counts as certain. A sentence that ends leaves
 * the batch.
 *
 * @param decoder Model to search with.
 * @param initialState State of one row for each sentence, which the search expands by `select`; it
 * is consumed in any case.
 * @param options Batch, tokens, beams and limits.
 * @returns The best hypotheses of each sentence, best first, in the order of the input
 * `[batchSize][numReturnSequences]`; fewer where bans leave fewer possible.
 * @throws {RangeError} If an option is out of range, if logits are not numbers, or if no token is left.
 * @throws {TypeError} If the logits have a wrong length.
 *
 * @example
 * ```ts
 * import { beamSearch, type StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // Counts up from the newest token, and now and then skips one; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step(ids, state) {
 *     const logits = new Float32Array(ids.length * 4);
 *     ids.forEach((id, row) => {
 *       logits[row * 4 + (id + 1) % 4] = 5;
 *       logits[row * 4 + (id + 2) % 4] = 3;
 *     });
 *     return Promise.resolve({ logits, state });
 *   },
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const [hypotheses] = await beamSearch(decoder, null, {
 *   batchSize: 1,
 *   startTokenId: 0,
 *   eosTokenId: 0,
 *   numBeams: 2,
 *   numReturnSequences: 2,
 *   lengthPenalty: 0,
 * });
 * assertEquals(hypotheses.map(({ ids }) => ids), [[1, 2, 3, 0], [1, 2, 0]]);
 * ```
 */
export async function beamSearch<State>(
  decoder: StepDecoder<State>,
  initialState: State,
  options: SearchOptions,
): Promise<Hypothesis[][]> {
  const rows = new Rows(decoder, initialState, options.signal);
  try {
    return await searchBeams(rows, decoder, resolveOptions(options, decoder.vocabSize));
  } finally {
    rows.release();
  }
}

async function searchBeams<State>(
  rows: Rows<State>,
  { vocabSize }: StepDecoder<State>,
  options: ResolvedOptions,
): Promise<Hypothesis[][]> {
  const sentences = Array.from(
    { length: options.batchSize },
    (_, i) => new SentenceBeams(i, options),
  );
  const scratch = new Float32Array(options.processors.length > 0 ? vocabSize : 0);
  const wanted = candidatesWanted(options);
  let active = sentences;
  while (active.length > 0) {
    const newest = active.flatMap(({ running }) => running.map(({ ids }) => ids[ids.length - 1]));
    const step = await rows.step(Int32Array.from(newest));
    const best = AllowedTokens.of(step, {
      bans: options.bans,
      wanted,
      vocabSize,
      anyAtLimit: active.some(({ step, maxNewTokens }) => step + 1 === maxNewTokens),
    });
    const logits = best ? undefined : step.logits;
    const kept: number[] = [];
    let firstRow = 0;
    for (const sentence of active) {
      const beams = sentence.running.length;
      const start = firstRow * vocabSize;
      sentence.advance(
        best ? bestOfAllowed(best, sentence, { firstRow, wanted, options }) : bestContinuations(
          logits!.subarray(start, start + beams * vocabSize),
          sentence,
          { vocabSize, scratch, wanted, options },
        ),
      );
      for (const { parent } of sentence.running) kept.push(firstRow + parent);
      firstRow += beams;
    }
    active = active.filter(({ done }) => !done);
    if (active.length > 0) await rows.select(Int32Array.from(kept), firstRow);
  }
  return sentences.map((sentence) => sentence.result());
}

/** Enough candidates that `numBeams` of them run on, whatever may end a hypothesis. */
function candidatesWanted({ numBeams, eosTokenId, stopSequences }: ResolvedOptions): number {
  const ends = new Set([eosTokenId, ...stopSequences.map((ids) => ids[ids.length - 1])]);
  return (1 + ends.size) * numBeams;
}

/** The best continuations of a sentence's beams from the decoder's best tokens. */
function bestOfAllowed(
  best: AllowedTokens,
  { sentence, running, step }: SentenceBeams,
  { firstRow, wanted, options: { processors } }: {
    firstRow: number;
    wanted: number;
    options: ResolvedOptions;
  },
): TopCandidates {
  const candidates = new TopCandidates(wanted);
  running.forEach(({ logProb }, beam) => {
    const row = firstRow + beam;
    const logZ = best.normalizer(row, sentence, step);
    for (const at of best.ofRow(row)) {
      const logit = best.logits[at];
      // Rounded exactly as where processors see log-probabilities.
      const sum = processors.length > 0
        ? Math.fround(logit - logZ) + logProb
        : logit + (logProb - logZ);
      candidates.offerToken(beam, best.ids[at], sum);
    }
  });
  return candidates;
}

/** The best continuations of a sentence's beams from their logits `[beams * vocab]`. */
function bestContinuations(
  logits: Float32Array,
  { sentence, running, step, maxNewTokens }: SentenceBeams,
  { vocabSize, scratch, wanted, options: { processors } }: {
    vocabSize: number;
    scratch: Float32Array;
    wanted: number;
    options: ResolvedOptions;
  },
): TopCandidates {
  const candidates = new TopCandidates(wanted);
  running.forEach(({ ids, logProb }, beam) => {
    const row = logits.subarray(beam * vocabSize, (beam + 1) * vocabSize);
    const logZ = normalizer(row, sentence, step);
    if (processors.length === 0) {
      candidates.offer(beam, row, logProb - logZ);
      return;
    }
    for (let i = 0; i < vocabSize; i++) scratch[i] = row[i] - logZ;
    for (const change of processors) change(scratch, { sentence, ids, step, maxNewTokens });
    candidates.offer(beam, scratch, logProb);
  });
  return candidates;
}
