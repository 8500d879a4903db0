/**
 * Searches for text with any model that can say what comes next.
 *
 * @module
 */
export { greedySearch } from "./greedy.ts";
export { logSumExp } from "./log_softmax.ts";
export { banRepeatedNgrams, banSequences, banTokens, requireMinNewTokens } from "./bans.ts";
export { forceFirstToken, forceLastToken, forcePrefix } from "./forced_tokens.ts";
export { penalizeRepetition } from "./repetition_penalty.ts";
export type {
  GenerateOptions,
  Hypothesis,
  LogitsContext,
  LogitsProcessor,
  SearchOptions,
  StepDecoder,
  StepResult,
} from "./types.ts";
