import type { CrossAttention, Seq2SeqAttentions } from "@heed/model";
import type { GenerateOptions, Hypothesis } from "@heed/search";

/**
 * What a translator needs of a model: ids in, hypotheses out.
 *
 * Every `EncoderDecoder` of `@heed/model` is one, by the engine or by tfjs; so can be anything else.
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
   * ends the search within one step. `outputCrossAttention` asks for the attention of hypotheses, which a model may
   * leave to `crossAttentions`.
   * @returns The best hypotheses of each sentence, best first `[batch][numReturnSequences]`.
   */
  generate(
    inputIds: number[][],
    options: GenerateOptions & { outputCrossAttention?: boolean },
  ): Promise<(Hypothesis & { readonly crossAttention?: CrossAttention })[][]>;
  /**
   * Computes the attention of a given target over its source.
   *
   * @param inputIds Source ids with the end token.
   * @param targetIds Target ids with the end token.
   * @returns The mean of the heads that the model's files name for alignment, else of its last decoder layer.
   */
  crossAttention(inputIds: number[], targetIds: number[]): Promise<CrossAttention>;
  /**
   * Computes the same for a batch; left out where pairs go one by one.
   *
   * @param inputIds Source ids with their end token `[batch][source length]`.
   * @param targetIds Target ids with their end token `[batch][target length]`.
   * @param options `signal` ends the computing.
   * @returns A matrix for each pair.
   */
  crossAttentions?(
    inputIds: number[][],
    targetIds: number[][],
    options: { signal?: AbortSignal },
  ): Promise<CrossAttention[]>;
  /**
   * Computes all attention between a source and a given target; left out where the model cannot.
   *
   * @param inputIds Source ids with the end token.
   * @param targetIds Target ids with the end token.
   * @returns Every layer and head.
   */
  attentions?(inputIds: number[], targetIds: number[]): Promise<Seq2SeqAttentions>;
  /** Releases what the model holds; disposing twice is allowed. */
  dispose(): void;
}

/** What a translator needs of a tokenizer: a source side and a target side. */
export interface TranslationTokenizer {
  /** Codes of the target languages that a source can ask for by a token such as `>>fr<<`; none when left out. */
  readonly languageCodes?: readonly string[];
  /**
   * Tokenizes a source.
   *
   * @param text A sentence.
   * @returns Ids and tokens, the end token last.
   */
  encode(text: string): { ids: number[]; tokens: string[] };
  /**
   * Tokenizes a target; needed only where targets are given.
   *
   * @param text A sentence in the target language.
   * @returns Ids and tokens, the end token last.
   */
  encodeTarget?(text: string): { ids: number[]; tokens: string[] };
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
