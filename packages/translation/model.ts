import type { GenerateOptions, Hypothesis } from "@heed/search";

/** Attention of one target over its source. */
export interface CrossAttention {
  /** Weights, row by row `[targetLength * sourceLength]`; each row sums to 1. */
  readonly weights: Float32Array;
  /** Number of target tokens, the end token counted. */
  readonly targetLength: number;
  /** Number of source tokens, the end token counted. */
  readonly sourceLength: number;
}

/**
 * What a translator needs of a model: ids in, hypotheses out.
 *
 * `Seq2SeqEngine` of `@heed/engine` and `Seq2SeqModel` of `@heed/seq2seq` are wrapped in one; so can
 * be anything else.
 */
export interface TranslationModel {
  /** Most tokens that a source may have, the end token counted. */
  readonly maxSourceTokens: number;
  /** Most tokens that a target may have, the end token counted. */
  readonly maxTargetTokens: number;
  /** How many `generate` calls gain from being under way at once; 1 when left out. */
  readonly concurrency?: number;
  /**
   * Searches for the targets of a batch.
   *
   * @param inputIds Source ids with the end token `[batch][source length]`.
   * @param options How to search; `maxNewTokens` may be one number for each sentence, and `signal`
   * ends the search within one step.
   * @returns The best hypotheses of each sentence, best first `[batch][numReturnSequences]`.
   */
  generate(inputIds: number[][], options: GenerateOptions): Promise<Hypothesis[][]>;
  /**
   * Scores given targets.
   *
   * @param inputIds Source ids with the end token `[batch][source length]`.
   * @param targetIds Target ids with the end token `[batch][target length]`.
   * @returns One hypothesis for each target.
   */
  score(inputIds: number[][], targetIds: number[][]): Promise<Hypothesis[]>;
  /**
   * Computes the attention of a given target over its source.
   *
   * @param inputIds Source ids with the end token.
   * @param targetIds Target ids with the end token.
   * @returns The weights, the mean over the heads of the model's last decoder layer.
   */
  crossAttention(inputIds: number[], targetIds: number[]): Promise<CrossAttention>;
  /** Releases what the model holds; disposing twice is allowed. */
  dispose(): void;
}

/** What a translator needs of a tokenizer: a source side and a target side. */
export interface TranslationTokenizer {
  /**
   * Tokenizes a source.
   *
   * @param text A sentence.
   * @returns Ids and tokens, the end token last.
   */
  encode(text: string): { ids: number[]; tokens: string[] };
  /**
   * Makes text of target ids.
   *
   * @param ids Target ids; special tokens leave no text.
   * @returns The text.
   */
  decode(ids: Iterable<number>): string;
  /**
   * Names a target token.
   *
   * @param id Target id.
   * @returns The token; undefined when there is none.
   */
  idToToken(id: number): string | undefined;
}
