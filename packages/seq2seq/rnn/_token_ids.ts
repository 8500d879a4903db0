import type { RnnConfig } from "./config.ts";

/** Refuses rows that a model cannot read. */
export function checkTokenIds(
  rows: readonly (readonly number[])[],
  side: "source" | "target",
  { vocabSize, maxPositionEmbeddings }: Pick<RnnConfig, "vocabSize" | "maxPositionEmbeddings">,
): void {
  rows.forEach((row, index) => {
    const which = `${side} ${index} of ${rows.length}`;
    if (row.length === 0) throw new RangeError(`Cannot read ${which}: it has no tokens`);
    if (row.length > maxPositionEmbeddings) {
      throw new RangeError(
        `Cannot read ${which}: it has ${row.length} tokens and the model takes ` +
          `${maxPositionEmbeddings}; split it`,
      );
    }
    const wrong = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (wrong !== undefined) {
      throw new RangeError(
        `Cannot read ${which}: token id ${wrong} is outside the vocabulary of ${vocabSize}`,
      );
    }
  });
}

/** Holds a limit, or one limit for each row, at most at `longest`. */
export function limitNewTokens(
  maxNewTokens: number | readonly number[],
  longest: number,
): number | number[] {
  return typeof maxNewTokens === "number"
    ? Math.min(maxNewTokens, longest)
    : maxNewTokens.map((value) => Math.min(value, longest));
}
