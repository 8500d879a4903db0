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
  /** Ids so far: the start token, then everything generated. */
  readonly ids: readonly number[];
  /** Number of generated tokens so far, `ids.length - 1`. */
  readonly step: number;
  /** Limit of this sentence; the last token is generated at step `maxNewTokens - 1`. */
  readonly maxNewTokens: number;
}

/**
 * Changes the scores of the next token in place: -Infinity makes a token impossible.
 *
 * Scores are logits in {@linkcode greedySearch} and log-probabilities in {@linkcode beamSearch}
 * `[vocabSize]`; that is where Hugging Face applies its own processors, and what the ids depend on.
 */
export type LogitsProcessor = (scores: Float32Array, context: LogitsContext) => void;

/** How text is searched for; every option has a default, and the names are Hugging Face's. */
export interface GenerateOptions {
  /** Number of beams; 1 is greedy search. Default 1. */
  numBeams?: number;
  /** Exponent of the length that divides a hypothesis' log-probability; above 0 favours long. Default 1. */
  lengthPenalty?: number;
  /** Number of hypotheses returned for a sentence, at most `numBeams`. Default 1. */
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
  /** Tokens that are never generated. */
  bannedTokenIds?: readonly number[];
  /** Token sequences that are never generated. */
  bannedSequences?: readonly (readonly number[])[];
  /** Tokens that each sentence must begin with, scored as the model scores them `[batch][any length]`. */
  forcedPrefixIds?: readonly (readonly number[])[];
  /** Token that is generated first, at a log-probability of 0 in a beam search. */
  forcedBosTokenId?: number;
  /** Token that is generated when `maxNewTokens` is reached, at a log-probability of 0 in a beam search. */
  forcedEosTokenId?: number;
  /** Draw tokens instead of taking the likeliest; `numBeams` has no meaning then. Default false. */
  doSample?: boolean;
  /** What is drawn: the same seed, the same text. Default 0. */
  seed?: number;
  /** Divides logits before a token is drawn: below 1 is bolder, above 1 more varied. Default 1. */
  temperature?: number;
  /** Draws from so many of the likeliest tokens; 0 from all. Default 0. */
  topK?: number;
  /** Draws from the fewest of the likeliest tokens that together have this probability. Default 1. */
  topP?: number;
  /** Draws from tokens that are at least this share as likely as the likeliest. Default 0. */
  minP?: number;
  /** Draws from the most typical tokens that together have this probability. Default 1. */
  typicalP?: number;
  /** Subtracted from the logits of tokens that were generated so far; above 0 discourages. Default 0. */
  presencePenalty?: number;
  /** Subtracted from a token's logits for each time that it was generated. Default 0. */
  frequencyPenalty?: number;
  /**
   * Called with each new token as soon as it is decided. A beam search decides at its end: the tokens of the best
   * hypotheses come then.
   */
  onToken?: (token: GeneratedToken) => void;
  /** Further processors, which run after those of the options above. */
  logitsProcessors?: readonly LogitsProcessor[];
  /** Ends the search with the signal's reason; looked at before and after every step. */
  signal?: AbortSignal;
}

/** A token that a search has decided on. */
export interface GeneratedToken {
  /** Number of the sentence in the input batch. */
  readonly sentence: number;
  /** The token. */
  readonly id: number;
  /** Its log-probability, in nats. */
  readonly logProb: number;
}

/** {@linkcode GenerateOptions} with what the model and the batch determine. */
export interface SearchOptions extends GenerateOptions {
  /** Number of sentences, which is the number of rows of the first state. */
  batchSize: number;
  /** Token that decoding starts from; not part of a hypothesis. */
  startTokenId: number;
  /** Token that ends a hypothesis. */
  eosTokenId: number;
}

/** One generated or scored sequence of tokens. */
export interface Hypothesis {
  /** Token ids without the start token, with the end token when finished. */
  ids: number[];
  /** Sum of `tokenLogProbs`, in nats. */
  logProb: number;
  /** `logProb / ids.length ** lengthPenalty`, which Hugging Face calls `sequences_scores`. */
  score: number;
  /** True when the end token was reached, false when the length limit was. */
  finished: boolean;
  /** Log-probability of every token, in nats `[ids.length]`. */
  tokenLogProbs: number[];
}
