import type { Step } from "./_rows.ts";
import type { Bans } from "./logits_processors.ts";
import { assertNormalizer } from "./_single_path.ts";

/** The best allowed tokens of the rows of one step, as the decoder found them. */
export class AllowedTokens {
  /** Ids of all rows, best first. */
  readonly ids: Int32Array;
  /** Their logits. */
  readonly logits: Float32Array;
  readonly #logSumExp: Float32Array | Float64Array;
  readonly #count: number;
  readonly #bans: Bans;

  private constructor(step: Step, count: number, bans: Bans) {
    const { ids, logits, logSumExp } = step.topTokens!(count);
    this.ids = ids;
    this.logits = logits;
    this.#logSumExp = logSumExp;
    this.#count = ids.length / logSumExp.length;
    this.#bans = bans;
  }

  /**
   * Asks the decoder for enough tokens that `wanted` of each row are allowed; undefined if it cannot tell, if the
   * options need all logits, or if a row is at its last step and what it gets there is forced.
   */
  static of(
    step: Step,
    { bans, wanted, vocabSize, anyAtLimit }: {
      bans: Bans | undefined;
      wanted: number;
      vocabSize: number;
      anyAtLimit: boolean;
    },
  ): AllowedTokens | undefined {
    if (!step.topTokens || !bans || (bans.forcesLastToken && anyAtLimit)) return undefined;
    return new AllowedTokens(step, Math.min(wanted + bans.tokenIds.size, vocabSize), bans);
  }

  /** Logarithm of the softmax's denominator of a row, checked to be a number. */
  normalizer(row: number, sentence: number, step: number): number {
    return assertNormalizer(this.#logSumExp[row], sentence, step);
  }

  /** Indices into `ids` and `logits` of a row's allowed tokens of finite score, best first. */
  *ofRow(row: number): Generator<number> {
    for (let at = row * this.#count; at < (row + 1) * this.#count; at++) {
      if (this.logits[at] === -Infinity) return;
      if (!this.#bans.tokenIds.has(this.ids[at])) yield at;
    }
  }
}
