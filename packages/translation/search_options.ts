import type { GenerateOptions } from "@heed/search";
import type { TranslateOptions } from "./translation.ts";

/** What a model is told about the search, checked before anything is searched. */
export function generateOptions(options: TranslateOptions): GenerateOptions {
  const { lengthPenalty = 1, signal } = options;
  const numBeams = positiveInteger("numBeams", options.numBeams ?? 4);
  const numReturnSequences = positiveInteger("numReturnSequences", options.numReturnSequences ?? 1);
  if (numReturnSequences > numBeams) {
    throw new RangeError(
      `Cannot return ${numReturnSequences} translations from ${numBeams} beams: ` +
        "numReturnSequences must not exceed numBeams",
    );
  }
  if (!Number.isFinite(lengthPenalty)) {
    throw new RangeError(
      `Cannot search with lengthPenalty ${lengthPenalty}: it must be a finite number`,
    );
  }
  if (options.maxNewTokens !== undefined) positiveInteger("maxNewTokens", options.maxNewTokens);
  return { numBeams, numReturnSequences, lengthPenalty, signal };
}

/** Most tokens of a translation, from the number of source tokens unless the options say it. */
export function maxNewTokens(sourceLength: number, { maxNewTokens }: TranslateOptions): number {
  return maxNewTokens ?? 3 * sourceLength + 20;
}

/** Returns `value` if it is a positive integer, or throws an error that names it. */
export function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`Cannot translate with ${name} ${value}: it must be a positive integer`);
  }
  return value;
}
