import type { LogitsProcessor, SearchOptions } from "./types.ts";
import { type Bans, bansOnly, processorsFromOptions } from "./logits_processors.ts";

/** Search options after validation, with every default filled in. */
export interface ResolvedOptions {
  readonly batchSize: number;
  readonly startTokenId: number;
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
  readonly signal: AbortSignal | undefined;
  readonly onToken: SearchOptions["onToken"];
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
  if (numReturnSequences > numBeams) {
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
  return {
    batchSize,
    startTokenId: tokenId("startTokenId", options.startTokenId, vocabSize),
    eosTokenId,
    numBeams,
    lengthPenalty: finite("lengthPenalty", options.lengthPenalty ?? 1),
    numReturnSequences,
    maxNewTokens,
    earlyStopping,
    processors: processorsFromOptions(options),
    bans: bansOnly(options),
    signal: options.signal,
    onToken: options.onToken,
  };
}

function validateProcessorOptions(options: SearchOptions, vocabSize: number): void {
  const { repetitionPenalty = 1, forcedBosTokenId, forcedEosTokenId, forcedPrefixIds } = options;
  integer("minNewTokens", options.minNewTokens ?? 0, 0);
  integer("noRepeatNgramSize", options.noRepeatNgramSize ?? 0, 0);
  finite("presencePenalty", options.presencePenalty ?? 0);
  finite("frequencyPenalty", options.frequencyPenalty ?? 0);
  if (options.doSample) validateSampling(options);
  if (!(finite("repetitionPenalty", repetitionPenalty) > 0)) {
    throw new RangeError(
      `Cannot search with repetitionPenalty ${repetitionPenalty}: it must be above 0`,
    );
  }
  if (forcedBosTokenId !== undefined) tokenId("forcedBosTokenId", forcedBosTokenId, vocabSize);
  if (forcedEosTokenId !== undefined) tokenId("forcedEosTokenId", forcedEosTokenId, vocabSize);
  options.bannedTokenIds?.forEach((id, i) => tokenId(`bannedTokenIds[${i}]`, id, vocabSize));
  options.bannedSequences?.forEach((ids, i) => {
    integer(`bannedSequences[${i}].length`, ids.length, 1);
    ids.forEach((id, j) => tokenId(`bannedSequences[${i}][${j}]`, id, vocabSize));
  });
  if (forcedPrefixIds !== undefined) {
    matchingLength("forcedPrefixIds", forcedPrefixIds.length, options.batchSize);
    forcedPrefixIds.forEach((ids, i) =>
      ids.forEach((id, j) => tokenId(`forcedPrefixIds[${i}][${j}]`, id, vocabSize))
    );
  }
}

function validateSampling(options: SearchOptions): void {
  const { temperature = 1, topP = 1, minP = 0, typicalP = 1 } = options;
  integer("topK", options.topK ?? 0, 0);
  const check = (name: string, value: number, fits: boolean, what: string) => {
    finite(name, value);
    if (!fits) throw new RangeError(`Cannot sample with ${name} ${value}: it must be ${what}`);
  };
  check(
    "temperature",
    temperature,
    temperature > 0,
    "above 0; for the likeliest token search greedily",
  );
  check("topP", topP, topP > 0 && topP <= 1, "above 0 and at most 1");
  check("minP", minP, minP >= 0 && minP < 1, "at least 0 and below 1");
  check("typicalP", typicalP, typicalP > 0 && typicalP <= 1, "above 0 and at most 1");
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
