/** What came of the requests of some clients. */
export class Tally {
  /** Milliseconds of each answer that has translations. */
  readonly milliseconds: number[] = [];
  /** Milliseconds of each 503. */
  readonly refusals: number[] = [];
  /** Words of all texts that were translated. */
  words = 0;
  /** Answers with another translation than expected. */
  wrong = 0;
  /** 503 that do not say when to ask again. */
  withoutRetryAfter = 0;
  /** What else went wrong. */
  readonly failures: string[] = [];
  readonly #begun = performance.now();
  #seconds: number | undefined;

  /** Counts translations. */
  answered(
    answer: { readonly milliseconds: number; readonly words: number; readonly isRight: boolean },
  ): void {
    this.milliseconds.push(answer.milliseconds);
    this.words += answer.words;
    if (!answer.isRight) this.wrong++;
  }

  /** Counts a request that was sent away. */
  refused(
    { milliseconds, retryAfter }: {
      readonly milliseconds: number;
      readonly retryAfter: string | null;
    },
  ): void {
    this.refusals.push(milliseconds);
    if (!(Number(retryAfter) > 0)) this.withoutRetryAfter++;
  }

  /** Counts a request without a proper answer. */
  failed(reason: string): void {
    this.failures.push(reason);
  }

  /** Stops the clock. */
  end(): this {
    this.#seconds = (performance.now() - this.#begun) / 1000;
    return this;
  }

  /** Answers a second. */
  get rate(): number {
    return this.milliseconds.length / this.#seconds!;
  }

  /** Words a second. */
  get wordsPerSecond(): number {
    return this.words / this.#seconds!;
  }
}

/** The value that so large a part of all does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

/** Median, and what 5 and 1 of a hundred exceed. */
export function percentiles(milliseconds: readonly number[]): string {
  return [0.5, 0.95, 0.99].map((part) => quantile(milliseconds, part).toFixed(0)).join(" / ");
}
