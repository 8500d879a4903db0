/**
 * Searches for text with any model that can say what comes next.
 *
 * A model is a {@linkcode StepDecoder}: newest tokens and a state in, logits and a new state out.
 * {@linkcode greedySearch}, {@linkcode beamSearch} and {@linkcode sampleSearch} generate,
 * {@linkcode generate} chooses between them, {@linkcode streamTokens} gives the tokens one by one, and
 * {@linkcode forceDecode} scores a given text. Results equal those of Hugging Face's
 * `generate` with the options of the same names.
 *
 * @example Translate a batch of one with four beams
 * ```ts
 * import { generate, type StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // Stands in for a model: counts up from the newest token; 0 ends.
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
 * const [[best]] = await generate(decoder, null, {
 *   batchSize: 1,
 *   startTokenId: 0,
 *   eosTokenId: 0,
 *   numBeams: 4,
 *   maxNewTokens: 4,
 * });
 * assertEquals(best.ids, [1, 2, 3, 0]);
 * ```
 *
 * @module
 */
export { generate } from "./generate.ts";
export { greedySearch } from "./greedy.ts";
export { beamSearch } from "./beam.ts";
export { sampleSearch } from "./sample.ts";
export type { SamplingOptions } from "./sampling_options.ts";
export { streamTokens, type TokenHooks } from "./stream_tokens.ts";
export { forceDecode, type ForceDecodeOptions } from "./force_decode.ts";
export { logSumExp } from "./log_softmax.ts";
export { banRepeatedNgrams, banSequences, banTokens, requireMinNewTokens } from "./bans.ts";
export { forceFirstToken, forceLastToken, forcePrefix } from "./forced_tokens.ts";
export { requireTokens } from "./required_tokens.ts";
export { penalizeOccurrence, penalizeRepetition } from "./repetition_penalty.ts";
export { keepMinP, keepTopK, warpTemperature } from "./warpers.ts";
export { keepTopP, keepTypical } from "./nucleus.ts";
export { checkTokenIds, commonPrefixLength, limitNewTokens } from "./token_ids.ts";
export type {
  GeneratedToken,
  GenerateOptions,
  Hypothesis,
  LogitsContext,
  LogitsProcessor,
  SearchOptions,
  StepDecoder,
  StepResult,
  TopTokens,
} from "./types.ts";
