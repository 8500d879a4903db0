import type { LogitsProcessor } from "./types.ts";
import { finite, integer, matchingLength } from "./options.ts";
import { keepMinP, keepTopK, warpTemperature } from "./warpers.ts";
import { keepTopP, keepTypical } from "./nucleus.ts";

/** How the next token is drawn; the names are Hugging Face's, and so is the order in which they apply. */
export interface SamplingOptions {
  /** Draws each token at random instead of taking the likeliest; the options below need it. Default false. */
  doSample?: boolean;
  /** Divides the logits: below 1 the likely become likelier, above 1 less so. Above 0; default 1. */
  temperature?: number;
  /** Draws from this many of the likeliest tokens only; 0 is all. Default 0, unlike Hugging Face's 50. */
  topK?: number;
  /** Draws from the fewest of the likeliest tokens that have this probability together. Above 0; default 1. */
  topP?: number;
  /** Draws from tokens of at least this share of the likeliest one's probability. Below 1; default 0. */
  minP?: number;
  /**
   * Draws from the fewest tokens that have this probability together, those first whose information is nearest to
   * the expected one (Meister et al. 2023, "Locally Typical Sampling"). Above 0, up to 1; default 1.
   */
  typicalP?: number;
  /**
   * Decides what is drawn: a number for all sentences, or one for each `[batch]`. A row's random numbers depend on
   * the seed, on the number of the sentence and of its sequence, and on the step; with a seed of its own also the
   * number of the sentence does not matter. Default 0.
   */
  seed?: number | readonly number[];
}

/** {@linkcode SamplingOptions} after validation. */
export interface ResolvedSampling {
  /** What narrows the choice down, after all other processors. */
  readonly filters: readonly LogitsProcessor[];
  /** Seed of a sentence, and its number within that seed. */
  readonly seedOf: (sentence: number) => readonly [seed: number, sentence: number];
}

const NEEDS_SAMPLING = ["temperature", "topK", "topP", "minP", "typicalP"] as const;

/** Throws an error if an option is given that only sampling looks at. */
export function refuseSamplingOptions(options: SamplingOptions): void {
  if (options.doSample) return;
  for (const name of NEEDS_SAMPLING) {
    if (options[name] === undefined) continue;
    throw new RangeError(
      `Cannot search with ${name} ${options[name]}: it changes nothing without doSample; ` +
        `set doSample to true, or leave ${name} out`,
    );
  }
}

/** Validates the options of sampling, and makes of them what it needs. */
export function resolveSampling(
  options: SamplingOptions,
  batchSize: number,
): ResolvedSampling {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, typicalP = 1 } = options;
  integer("topK", topK, 0);
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
  const filters: LogitsProcessor[] = [];
  if (temperature !== 1) filters.push(warpTemperature(temperature));
  if (topK > 0) filters.push(keepTopK(topK));
  if (topP < 1) filters.push(keepTopP(topP));
  if (minP > 0) filters.push(keepMinP(minP));
  if (typicalP < 1) filters.push(keepTypical(typicalP));
  return { filters, seedOf: seeds(options.seed ?? 0, batchSize) };
}

function seeds(
  seed: NonNullable<SamplingOptions["seed"]>,
  batchSize: number,
): ResolvedSampling["seedOf"] {
  if (typeof seed !== "object") {
    integer("seed", seed, 0);
    return (sentence) => [seed, sentence];
  }
  matchingLength("seed", seed.length, batchSize);
  seed.forEach((own, i) => integer(`seed[${i}]`, own, 0));
  return (sentence) => [seed[sentence], 0];
}
