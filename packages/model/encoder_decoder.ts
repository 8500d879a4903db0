import {
  forceDecode,
  generate,
  type GenerateOptions,
  type Hypothesis,
  limitNewTokens,
  type StepDecoder,
} from "@heed/search";
import type { AttentionMaps } from "./attention_maps.ts";
import type {
  CrossAttention,
  CrossAttentionOptions,
  Seq2SeqAttentions,
} from "./cross_attention.ts";
import type { AlignmentHead } from "./families/marian_config.ts";
import type { ModelConfig } from "./family.ts";

/** What every encoder-decoder's config says about searching. */
export interface SearchConfig extends ModelConfig {
  /** Most tokens of a source or a target. */
  readonly maxPositionEmbeddings: number;
  /** Fills batches; never produced. */
  readonly padTokenId: number;
  /** The token before the first; Marian's is the padding token. */
  readonly decoderStartTokenId: number;
  /** The token that ends a target. */
  readonly eosTokenId: number;
  /** The token that a target is made to end with at its limit; absent when none is. */
  readonly forcedEosTokenId?: number;
  /** Beams where the caller asks for no number. */
  readonly numBeams: number;
  /** Tokens that are never generated. */
  readonly bannedTokenIds: readonly number[];
  /** Heads whose mean aligns target tokens with source tokens; absent when nobody has looked for them. */
  readonly alignmentHeads?: readonly AlignmentHead[];
  /**
   * Whose attention aligns a token in those heads: 0, that of the step that produces it (default), or 1, that
   * of the step that reads it (Chen et al. 2020, "Accurate Word Alignment Induction from NMT").
   */
  readonly alignmentShift?: 0 | 1;
}

/** An encoder-decoder, whoever runs it: ids in, ids and numbers out. */
export interface EncoderDecoder {
  /** Sizes and special tokens. */
  readonly config: SearchConfig;
  /** Most tokens that a source may have, the end token counted. */
  readonly maxSourceTokens: number;
  /** Most tokens that a target may have, the end token counted. */
  readonly maxTargetTokens: number;
  /** How many calls gain from being under way at once. */
  readonly concurrency: number;
  /**
   * Translates ids to ids.
   *
   * @param inputIds Source ids with their end token, rows of different lengths `[batch][source length]`.
   * @param options How to search; beams and banned tokens default to the checkpoint's.
   * @returns For every row its best hypotheses, best first `[batch][numReturnSequences]`.
   * @throws {RangeError} When a row is empty, too long, or holds an id outside the vocabulary.
   */
  generate(
    inputIds: readonly (readonly number[])[],
    options?: GenerateOptions,
  ): Promise<Hypothesis[][]>;
  /**
   * Scores given targets: the log-probability of each of their tokens.
   *
   * @param inputIds Source ids with their end token `[batch][source length]`.
   * @param targetIds Target ids with their end token, without the start token `[batch][target length]`.
   * @param options `lengthPenalty` for the score; default 1.
   * @returns One hypothesis for each row, with the given ids.
   */
  score(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options?: Pick<GenerateOptions, "lengthPenalty" | "signal">,
  ): Promise<Hypothesis[]>;
  /**
   * Shows how the decoder attended to the source while it produced a target.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @param options `layer`, `head`; by default what aligns the two best, see `selectCrossAttention`.
   * @returns The matrix `[target][source]`.
   */
  crossAttention(
    inputIds: readonly number[],
    targetIds: readonly number[],
    options?: CrossAttentionOptions,
  ): Promise<CrossAttention>;
  /**
   * Shows the same for a batch; left out where pairs go one by one.
   *
   * @param inputIds Source ids with their end token `[batch][source length]`.
   * @param targetIds Target ids with their end token, without the start token `[batch][target length]`.
   * @param options As for one pair; `signal` ends the computing.
   * @returns A matrix `[target][source]` for each pair.
   */
  crossAttentions?(
    inputIds: readonly (readonly number[])[],
    targetIds: readonly (readonly number[])[],
    options?: CrossAttentionOptions & { signal?: AbortSignal },
  ): Promise<CrossAttention[]>;
  /**
   * Shows all attention between a source and a target.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns Every layer and head.
   * @throws {TypeError} When the model has no attention.
   */
  attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions>;
  /** Releases the model; disposing twice is allowed. */
  dispose(): void;
}

/** States of a batch of texts, without padding. */
export interface EncodedTexts {
  /** Hidden states of the last layer `[length * hiddenSize]` of each text. */
  readonly states: Float32Array[];
  /** Attention of each text, on request. */
  readonly attentions?: AttentionMaps[];
}

/** Sources that were read: what a search begins with. */
export interface StartedSearch<State> {
  /** One step for all rows. */
  readonly decoder: StepDecoder<State>;
  /** State of one row for each source; the search consumes it. */
  readonly state: State;
}

/**
 * Most tokens that a target may have: one position is the start token's.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, maxTargetTokens } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, maxPositionEmbeddings: 64 });
 * assertEquals(maxTargetTokens(config), 63);
 * ```
 */
export function maxTargetTokens({ maxPositionEmbeddings }: SearchConfig): number {
  return maxPositionEmbeddings - 1;
}

/**
 * Searches for targets as a model's config asks for.
 *
 * @param search The model after it read the sources.
 * @param config The model's config.
 * @param options The caller's wishes, which win; `batchSize`: number of sources.
 * @returns For every source its best hypotheses.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, generateTargets } from "@heed/model";
 * import type { StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * // Stands in for a model that has read its source: counts up from the newest token; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step(ids, state) {
 *     const logits = new Float32Array(ids.length * 4).fill(-9);
 *     ids.forEach((id, row) => logits[row * 4 + (id + 1) % 4] = 9);
 *     return Promise.resolve({ logits, state });
 *   },
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const config = defaultSeq2SeqConfig({ vocabSize: 4, decoderStartTokenId: 0 });
 * const search = { decoder, state: null };
 * const [[best]] = await generateTargets(search, { ...config, bannedTokenIds: [] }, { batchSize: 1 });
 * assertEquals(best.ids, [1, 2, 3, 0]);
 * ```
 */
export async function generateTargets<State>(
  { decoder, state }: StartedSearch<State>,
  config: SearchConfig,
  { batchSize, ...options }: GenerateOptions & { batchSize: number },
): Promise<Hypothesis[][]> {
  const { numBeams, forcedEosTokenId, bannedTokenIds } = config;
  const longest = maxTargetTokens(config);
  return await generate(decoder, state, {
    numBeams,
    forcedEosTokenId,
    ...options,
    maxNewTokens: limitNewTokens(options.maxNewTokens ?? longest, longest),
    bannedTokenIds: [...bannedTokenIds, ...options.bannedTokenIds ?? []],
    batchSize,
    startTokenId: config.decoderStartTokenId,
    eosTokenId: config.eosTokenId,
  });
}

/**
 * Scores given targets.
 *
 * @param search The model after it read the sources.
 * @param targetIds Target ids with their end token `[batch][target length]`.
 * @param options The model's config, and the caller's wishes.
 * @returns One hypothesis for each target.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, scoreTargets } from "@heed/model";
 * import type { StepDecoder } from "@heed/search";
 * import { assert } from "@std/assert";
 *
 * // Stands in for a model that has read its source: counts up from the newest token; 0 ends.
 * const decoder: StepDecoder<null> = {
 *   vocabSize: 4,
 *   step(ids, state) {
 *     const logits = new Float32Array(ids.length * 4).fill(-9);
 *     ids.forEach((id, row) => logits[row * 4 + (id + 1) % 4] = 9);
 *     return Promise.resolve({ logits, state });
 *   },
 *   select: (state) => state,
 *   release: () => {},
 * };
 * const config = defaultSeq2SeqConfig({ vocabSize: 4, decoderStartTokenId: 0 });
 * const search = { decoder, state: null };
 * const [likely] = await scoreTargets(search, [[1, 2, 0]], { config });
 * const [unlikely] = await scoreTargets(search, [[2, 1, 0]], { config });
 * assert(likely.score > unlikely.score);
 * ```
 */
export async function scoreTargets<State>(
  { decoder, state }: StartedSearch<State>,
  targetIds: readonly (readonly number[])[],
  { config, ...options }:
    & Pick<GenerateOptions, "lengthPenalty" | "signal">
    & { config: SearchConfig },
): Promise<Hypothesis[]> {
  return await forceDecode(decoder, state, targetIds, {
    ...options,
    startTokenId: config.decoderStartTokenId,
    eosTokenId: config.eosTokenId,
  });
}
