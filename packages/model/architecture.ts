import { showText, showValue } from "@heed/checkpoint";
import { type Json, MOST } from "./config_reader.ts";

/** What a tokenizer decides about a fresh model. */
export interface TokenIds {
  /** Number of token ids. */
  readonly vocabSize: number;
  /** Fills batches. */
  readonly padTokenId: number;
  /** Ends a sequence. */
  readonly eosTokenId: number;
}

/** What a training configuration may choose of a fresh model; all of it has defaults. */
export interface Architecture<Config> {
  /** Keys that are positive integers. */
  readonly sizes: readonly string[];
  /** Keys that are numbers of at least 0 and below 1. */
  readonly rates: readonly string[];
  /** Keys that are one of some words. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /**
   * Finds what does not fit together in values that are right one by one.
   *
   * @param json The choices.
   * @returns For each problem its key and what is wrong, `hiddenSize: 10 is not divisible by 4 heads`.
   */
  problems?(json: Json): string[];
  /**
   * Makes the config.
   *
   * @param json The choices, already checked.
   * @param tokens What the tokenizer decides.
   * @returns The whole config.
   */
  config(json: Json, tokens: TokenIds): Config;
}

/**
 * Checks what a training configuration says about a fresh model.
 *
 * @param architecture What may be said.
 * @param json The choices.
 * @returns For each problem its key and what is wrong; none when all is well.
 *
 * @example
 * ```ts
 * import { architectureProblems, marian } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const { transformer } = marian.architectures;
 * assertEquals(architectureProblems(transformer, { hiddenSize: 0 }), [
 *   "hiddenSize: is 0, not a positive integer",
 * ]);
 * ```
 */
export function architectureProblems(architecture: Architecture<unknown>, json: Json): string[] {
  const { sizes, rates, choices } = architecture;
  const allowed = [...sizes, ...rates, ...Object.keys(choices)];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    const shown = showValue(value);
    if (!allowed.includes(key)) {
      problems.push(`${showText(key)}: unknown key, allowed are ${allowed.join(", ")}`);
    } else if (Object.hasOwn(choices, key)) {
      if (choices[key].some((name) => name === value)) continue;
      problems.push(`${key}: is ${shown}, not one of ${choices[key].join(", ")}`);
    } else if (rates.includes(key)) {
      if (typeof value === "number" && value >= 0 && value < 1) continue;
      problems.push(`${key}: is ${shown}, not a number of at least 0 and below 1`);
    } else if (!Number.isSafeInteger(value) || value as number < 1) {
      problems.push(`${key}: is ${shown}, not a positive integer`);
    } else if (value as number > mostOf(key)) {
      problems.push(`${key}: is ${shown}, more than ${mostOf(key)}`);
    }
  }
  return problems.length > 0 ? problems : architecture.problems?.(json) ?? [];
}

/** The limits of a config that is read hold for one that is made, so that it can be read again. */
function mostOf(size: string): number {
  if (size.endsWith("Layers")) return MOST.layers;
  return size === "maxPositionEmbeddings" ? MOST.positions : MOST.size;
}
