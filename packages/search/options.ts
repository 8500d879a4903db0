import type { GeneratedToken, LogitsProcessor, SearchOptions } from "./types.ts";
import { type Bans, bansOnly, processorsFromOptions } from "./logits_processors.ts";
import { refuseSamplingOptions } from "./sampling_options.ts";

/** Search options after validation, with every default filled in. */
export interface ResolvedOptions {
  readonly batchSize: number;
  /** What each sentence begins with, the prompt or the start token `[batchSize][1 or more]`. */
  readonly prompts: readonly (readonly number[])[];
  readonly eosTokenId: number;
  readonly numBeams: number;
  readonly lengthPenalty: number;
  readonly numReturnSequences: number;
  /** Limit of every sentence `[batchSize]`. */
  readonly maxNewTokens: readonly number[];
  readonly earlyStopping: boolean | "never";
  /** Processors of the options in Hugging Face's order, then the caller's. */
  readonly processors: readonly LogitsProcessor[];
  /** Set where the processors do no more than ban and force a last token: the best few tokens decide. */
  readonly bans: Bans | undefined;
  /** Sequences that end a hypothesis, beside the end token. */
  readonly stopSequences: readonly (readonly number[])[];
  /** Hears of each new token, but of none after an abort. */
  readonly emit: ((token: GeneratedToken) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** More beams than anybody needs; each costs memory and time of its own. */
const MOST_BEAMS = 1000;

/** Validates the options of one search and fills in the defaults. */
export function resolveOptions(options: SearchOptions, vocabSize: number): ResolvedOptions {
  integer("vocabSize", vocabSize, 1);
  const batchSize = integer("batchSize", options.batchSize, 0);
  const eosTokenId = tokenId("eosTokenId", options.eosTokenId, vocabSize);
  const numBeams = integer("numBeams", options.numBeams ?? 1, 1);
  if (numBeams > MOST_BEAMS) {
    throw new RangeError(
      `Cannot search with numBeams ${numBeams}: at most ${MOST_BEAMS} beams are searched`,
    );
  }
  const numReturnSequences = integer("numReturnSequences", options.numReturnSequences ?? 1, 1);
  if (numReturnSequences > numBeams && !options.doSample) {
    throw new RangeError(
      `Cannot return ${numReturnSequences} hypotheses from ${numBeams} beams: ` +
        `numReturnSequences must not exceed numBeams`,
    );
  }
  const earlyStopping = options.earlyStopping ?? false;
  if (typeof earlyStopping !== "boolean" && earlyStopping !== "never") {
    throw new RangeError(
      `Cannot search with earlyStopping ${earlyStopping}: it must be true, false or "never"`,
    );
  }
  const maxNewTokens = lengthLimits(options.maxNewTokens ?? 512, batchSize);
  validateProcessorOptions(options, vocabSize);
  refuseSamplingOptions(options);
  const { onToken, signal, stopSequences = [] } = options;
  sequences("stopSequences", stopSequences, vocabSize);
  return {
    batchSize,
    prompts: beginnings(options, vocabSize),
    eosTokenId,
    numBeams,
    lengthPenalty: finite("lengthPenalty", options.lengthPenalty ?? 1),
    numReturnSequences,
    maxNewTokens,
    earlyStopping,
    processors: processorsFromOptions(options),
    bans: bansOnly(options),
    stopSequences,
    emit: onToken && ((token) => {
      if (!signal?.aborted) onToken(token);
    }),
    signal,
  };
}

function validateProcessorOptions(options: SearchOptions, vocabSize: number): void {
  const { repetitionPenalty = 1, forcedBosTokenId, forcedEosTokenId } = options;
  integer("minNewTokens", options.minNewTokens ?? 0, 0);
  integer("noRepeatNgramSize", options.noRepeatNgramSize ?? 0, 0);
  if (!(finite("repetitionPenalty", repetitionPenalty) > 0)) {
    throw new RangeError(
      `Cannot search with repetitionPenalty ${repetitionPenalty}: it must be above 0`,
    );
  }
  finite("presencePenalty", options.presencePenalty ?? 0);
  finite("frequencyPenalty", options.frequencyPenalty ?? 0);
  if (forcedBosTokenId !== undefined) tokenId("forcedBosTokenId", forcedBosTokenId, vocabSize);
  if (forcedEosTokenId !== undefined) tokenId("forcedEosTokenId", forcedEosTokenId, vocabSize);
  options.bannedTokenIds?.forEach((id, i) => tokenId(`bannedTokenIds[${i}]`, id, vocabSize));
  sequences("bannedSequences", options.bannedSequences ?? [], vocabSize);
  for (const name of ["forcedPrefixIds", "requiredTokenIds"] as const) {
    const rows = options[name];
    if (rows === undefined) continue;
    matchingLength(name, rows.length, options.batchSize);
    rows.forEach((ids, i) => ids.forEach((id, j) => tokenId(`${name}[${i}][${j}]`, id, vocabSize)));
  }
}

function beginnings(
  { batchSize, startTokenId, promptIds }: SearchOptions,
  vocabSize: number,
): readonly (readonly number[])[] {
  if (promptIds === undefined) {
    const start = [tokenId("startTokenId", startTokenId!, vocabSize)];
    return new Array<readonly number[]>(batchSize).fill(start);
  }
  matchingLength("promptIds", promptIds.length, batchSize);
  sequences("promptIds", promptIds, vocabSize);
  return promptIds;
}

function sequences(name: string, rows: readonly (readonly number[])[], vocabSize: number): void {
  rows.forEach((ids, i) => {
    integer(`${name}[${i}].length`, ids.length, 1);
    ids.forEach((id, j) => tokenId(`${name}[${i}][${j}]`, id, vocabSize));
  });
}

function lengthLimits(limit: number | readonly number[], batchSize: number): readonly number[] {
  if (typeof limit === "number") {
    return new Array<number>(batchSize).fill(integer("maxNewTokens", limit, 1));
  }
  matchingLength("maxNewTokens", limit.length, batchSize);
  return limit.map((value, i) => integer(`maxNewTokens[${i}]`, value, 1));
}

/** Returns `value` if it is an integer of at least `least`, or throws an error that names it. */
export function integer(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `Cannot search with ${name} ${value}: it must be an integer of at least ${least}`,
    );
  }
  return value;
}

/** Returns `value` if it is a finite number, or throws an error that names it. */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot search with ${name} ${value}: it must be a finite number`);
  }
  return value;
}

/** Returns `id` if it is in the vocabulary, or throws an error that names it. */
export function tokenId(name: string, id: number, vocabSize: number): number {
  if (!Number.isSafeInteger(id) || id < 0 || id >= vocabSize) {
    throw new RangeError(
      `Cannot search with ${name} ${id}: it must be a token id from 0 to ${vocabSize - 1}`,
    );
  }
  return id;
}

/** Throws an error unless a list has one entry for each sentence. */
export function matchingLength(name: string, length: number, batchSize: number): void {
  if (length !== batchSize) {
    throw new RangeError(
      `Cannot search ${batchSize} sentences with ${length} ${name}: ` +
        `give one entry for each sentence`,
    );
  }
}
