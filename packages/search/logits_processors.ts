import type { LogitsProcessor, SearchOptions } from "./types.ts";
import { banRepeatedNgrams, banSequences, banTokens, requireMinNewTokens } from "./bans.ts";
import { forceFirstToken, forceLastToken, forcePrefix } from "./forced_tokens.ts";
import { penalizeOccurrence, penalizeRepetition } from "./repetition_penalty.ts";
import { requireTokens } from "./required_tokens.ts";

/**
 * Processors that the options ask for, in Hugging Face's order (a later one overrules an earlier:
 * a forced token is possible even if it is banned), followed by the caller's own.
 */
export function processorsFromOptions(options: SearchOptions): LogitsProcessor[] {
  const { repetitionPenalty = 1, noRepeatNgramSize = 0, minNewTokens = 0 } = options;
  const { bannedTokenIds = [], bannedSequences = [], forcedPrefixIds, requiredTokenIds } = options;
  const { forcedBosTokenId, forcedEosTokenId } = options;
  const { presencePenalty = 0, frequencyPenalty = 0 } = options;
  const processors: LogitsProcessor[] = [];
  if (repetitionPenalty !== 1) processors.push(penalizeRepetition(repetitionPenalty));
  if (presencePenalty !== 0 || frequencyPenalty !== 0) {
    processors.push(penalizeOccurrence({ presencePenalty, frequencyPenalty }));
  }
  if (noRepeatNgramSize > 0) processors.push(banRepeatedNgrams(noRepeatNgramSize));
  if (bannedTokenIds.length > 0) processors.push(banTokens(bannedTokenIds));
  if (bannedSequences.length > 0) processors.push(banSequences(bannedSequences));
  if (minNewTokens > 0) processors.push(requireMinNewTokens(minNewTokens, options.eosTokenId));
  if (requiredTokenIds?.some((ids) => ids.length > 0)) {
    processors.push(requireTokens(requiredTokenIds, options.eosTokenId));
  }
  if (forcedPrefixIds?.some((ids) => ids.length > 0)) processors.push(forcePrefix(forcedPrefixIds));
  if (forcedBosTokenId !== undefined) processors.push(forceFirstToken(forcedBosTokenId));
  if (forcedEosTokenId !== undefined) processors.push(forceLastToken(forcedEosTokenId));
  processors.push(...options.logitsProcessors ?? []);
  return processors;
}

/** All that some processors do. */
export interface Bans {
  /** Tokens that are never generated. */
  readonly tokenIds: ReadonlySet<number>;
  /** Whether the last token before the length limit is forced: that step needs all logits. */
  readonly forcesLastToken: boolean;
}

/** More bans than this: looking at all logits is not slower than looking past the banned ones. */
const MAX_BANS = 16;

/** What the processors of the options ban, if they do nothing else; undefined if they do more. */
export function bansOnly(options: SearchOptions): Bans | undefined {
  const { bannedTokenIds = [], forcedEosTokenId, ...others } = options;
  const tokenIds = new Set(bannedTokenIds);
  const more = processorsFromOptions(others).length > 0;
  if (more || tokenIds.size > MAX_BANS) return undefined;
  return { tokenIds, forcesLastToken: forcedEosTokenId !== undefined };
}
