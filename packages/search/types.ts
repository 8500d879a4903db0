import type { SamplingOptions } from "./sampling_options.ts";

/**
 * What a model gives a search: one step over all rows at once.
 *
 * The state is a plain value that is passed along and never kept by the decoder. `step` and
 * `select` own the state they are given from the moment they are called, also when they throw; the
 * search releases every state that it has not given away.
 *
 * @example A decoder that always prefers the token after the newest one
 * ```ts
 * import type { StepDecoder } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
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
 * const { logits } = await decoder.step(Int32Array.of(2), null);
 * assertEquals([...logits], [0, 0, 0, 5]);
 * ```
 */
export interface StepDecoder<State> {
  /** Number of token ids; every row of logits has this length. */
  readonly vocabSize: number;
  /**
   * Reads the newest token of every row and gives the logits of the next one. Consumes the state.
   *
   * @param ids Newest token of every row `[rows]`.
   * @param state State after all earlier tokens of these rows.
   * @returns Logits `[rows * vocabSize]`, and the state after `ids`.
   */
  step(ids: Int32Array, state: State): Promise<StepResult<State>>;
  /**
   * Restricts and reorders a state to the given rows. Consumes the old state.
   *
   * @param state State of the rows so far.
   * @param rows Old row number of every new row; rows may repeat or be dropped.
   * @returns The state of the new rows, in the order of `rows`.
   */
  select(state: State, rows: Int32Array): State | Promise<State>;
  /**
   * Releases a state that will not be used again.
   *
   * @param state State that the search still owned when it ended.
   */
  release(state: State): void;
}

/** What {@linkcode StepDecoder.step} returns. */
export interface StepResult<State> {
  /** Logits of the next token `[rows * vocabSize]`; read before the next step, never written to. */
  readonly logits: Float32Array;
  /** State after the tokens that the step was given. */
  readonly state: State;
  /**
   * Finds the best tokens of every row, for decoders that do it faster than a search would. Where it
   * exists and the options allow, `logits` is not read at all; it may be a getter that makes them.
   *
   * @param count Number of tokens wanted for each row, at most `vocabSize`.
   * @returns The tokens, fewer where fewer are possible; read before the next step.
   */
  topTokens?(count: number): TopTokens;
}

/** The best tokens of every row of a step. */
export interface TopTokens {
  /** Token ids, best first, the lower id first among equals `[rows * count]`. */
  readonly ids: Int32Array;
  /** Their logits `[rows * count]`. */
  readonly logits: Float32Array;
  /** Logarithm of the sum of the exponentials of all logits of a row `[rows]`. */
  readonly logSumExp: Float32Array | Float64Array;
}

/** What a {@linkcode LogitsProcessor} knows about the row that it changes. */
export interface LogitsContext {
  /** Number of the sentence in the input batch. */
  readonly sentence: number;
  /** Ids so far: the prompt or the start token, then everything generated. */
  readonly ids: readonly number[];
  /** Number of generated tokens so far, which are the last of `ids`. */
  readonly step: number;
  /** Limit of this sentence; the last token is generated at step `maxNewTokens - 1`. */
  readonly maxNewTokens: number;
}

/**
 * Changes the scores of the next token in place: -Infinity makes a token impossible.
 *
 * Scores are logits in {@linkcode greedySearch} and {@linkcode sampleSearch}, and log-probabilities in
 * {@linkcode beamSearch} `[vocabSize]`; that is where Hugging Face applies its own processors, and what the ids depend on.
 */
export type LogitsProcessor = (scores: Float32Array, context: LogitsContext) => void;

/** How text is searched for; every option has a default, and the names are Hugging Face's. */
export interface GenerateOptions extends SamplingOptions {
  /** Number of beams; 1 is greedy search, and with `doSample` it has no meaning. Default 1. */
  numBeams?: number;
  /** Exponent of the length that divides a hypothesis' log-probability; above 0 favours long. Default 1. */
  lengthPenalty?: number;
  /** Number of hypotheses returned for a sentence, at most `numBeams`; with `doSample` any number. Default 1. */
  numReturnSequences?: number;
  /** Most tokens generated, counting the end token; one limit, or one for each sentence. Default 512. */
  maxNewTokens?: number | readonly number[];
  /** Fewest tokens generated before the end token. Default 0. */
  minNewTokens?: number;
  /**
   * When a beam search of a sentence ends: `true` as soon as `numBeams` hypotheses are finished,
   * `false` when the best running beam is unlikely to beat them (judged at its present length),
   * `"never"` when it cannot (judged at the greatest length if `lengthPenalty` is above 0). Default false.
   */
  earlyStopping?: boolean | "never";
  /** Length of n-grams that may not occur twice, the start token counted; 0 allows all. Default 0. */
  noRepeatNgramSize?: number;
  /** Divides positive and multiplies negative scores of tokens seen so far; 1 changes nothing. Default 1. */
  repetitionPenalty?: number;
  /** Subtracted from the scores of tokens that were generated already. Default 0. */
  presencePenalty?: number;
  /** Subtracted from the scores of tokens once for each time that they were generated. Default 0. */
  frequencyPenalty?: number;
  /** Tokens that are never generated. */
  bannedTokenIds?: readonly number[];
  /** Token sequences that are never generated. */
  bannedSequences?: readonly (readonly number[])[];
  /** Tokens that each sentence must begin with, scored as the model scores them `[batch][any length]`. */
  forcedPrefixIds?: readonly (readonly number[])[];
  /**
   * Tokens that each sentence has exactly once before its end token `[batch][any]`. A sentence that comes to its
   * length limit before that goes without.
   */
  requiredTokenIds?: readonly (readonly number[])[];
  /** Token that is generated first, at a log-probability of 0 in a beam search. */
  forcedBosTokenId?: number;
  /** Token that is generated when `maxNewTokens` is reached, at a log-probability of 0 in a beam search. */
  forcedEosTokenId?: number;
  /** Token sequences that end a hypothesis, as the end token does; they are a part of it `[any][1 or more]`. */
  stopSequences?: readonly (readonly number[])[];
  /**
   * Gets each new token of each row as soon as no later step can change it. In a beam search these are the tokens
   * in which all beams agree that may still become the best hypothesis. What it throws ends the search.
   */
  onToken?: (token: GeneratedToken) => void;
  /** Further processors, which run after those of the options above and before what narrows sampling down. */
  logitsProcessors?: readonly LogitsProcessor[];
  /** Ends the search with the signal's reason; looked at before and after every step. */
  signal?: AbortSignal;
}

/** {@linkcode GenerateOptions} with what the model and the batch determine. */
export interface SearchOptions extends GenerateOptions {
  /** Number of sentences, which is the number of rows of the first state. */
  batchSize: number;
  /** Token that decoding starts from; not part of a hypothesis. Not needed with `promptIds`. */
  startTokenId?: number;
  /**
   * Tokens that each sentence begins with instead of the start token; not part of a hypothesis
   * `[batch][1 or more]`. The first state has read all of them but the last.
   */
  promptIds?: readonly (readonly number[])[];
  /** Token that ends a hypothesis. */
  eosTokenId: number;
}

/** One new token of one row, as soon as it is certain. */
export interface GeneratedToken {
  /** Number of the sentence in the input batch. */
  readonly sentence: number;
  /** Number among the sentence's samples, 0 for other searches. */
  readonly sequence: number;
  /** Place in the hypothesis, from 0. */
  readonly step: number;
  /** The token. */
  readonly id: number;
  /** Its log-probability, in nats. */
  readonly logProb: number;
  /** Whether the hypothesis ends with it. */
  readonly last: boolean;
}

/** One generated or scored sequence of tokens. */
export interface Hypothesis {
  /** Token ids without the start token, with the end token when finished. */
  ids: number[];
  /** Sum of `tokenLogProbs`, in nats. */
  logProb: number;
  /** `logProb / ids.length ** lengthPenalty`, which Hugging Face calls `sequences_scores`. */
  score: number;
  /** True when the end token or a stop sequence was reached, false when the length limit was. */
  finished: boolean;
  /** Log-probability of every token, in nats `[ids.length]`. */
  tokenLogProbs: number[];
}
