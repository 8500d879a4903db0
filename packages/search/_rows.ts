import type { StepDecoder, TopTokens } from "./types.ts";

/** What a step tells a search. */
export interface Step {
  /** Logits of all rows, checked for their length `[rows * vocabSize]`. */
  readonly logits: Float32Array;
  /** The best tokens of every row, where the decoder finds them; see `StepResult`. */
  topTokens?(count: number): TopTokens;
}

/**
 * The decoder's state of the rows that are still running, owned here.
 *
 * A state is released exactly once: it is forgotten before `step` or `select` gets it (they
 * consume it, also when they throw), and whatever is left is released by {@linkcode Rows.release}.
 */
export class Rows<State> {
  readonly #decoder: StepDecoder<State>;
  readonly #signal: AbortSignal | undefined;
  #owned: { state: State } | undefined;

  constructor(decoder: StepDecoder<State>, state: State, signal: AbortSignal | undefined) {
    this.#decoder = decoder;
    this.#signal = signal;
    this.#owned = { state };
  }

  /** Feeds the newest token of every row. */
  async step(ids: Int32Array): Promise<Step> {
    this.#signal?.throwIfAborted();
    const result = await this.#decoder.step(ids, this.#take());
    this.#owned = { state: result.state };
    this.#signal?.throwIfAborted();
    const { vocabSize } = this.#decoder;
    return {
      get logits() {
        return checkedLogits(result.logits, { rows: ids.length, vocabSize });
      },
      topTokens: result.topTokens?.bind(result),
    };
  }

  /** Keeps the given rows of the `count` present ones, in this order; a row may repeat. */
  async select(rows: Int32Array, count: number): Promise<void> {
    if (rows.length === count && rows.every((row, i) => row === i)) return;
    const state = await this.#decoder.select(this.#take(), rows);
    this.#owned = { state };
  }

  /** Releases the state if there is one; does nothing the second time. */
  release(): void {
    if (this.#owned !== undefined) this.#decoder.release(this.#take());
  }

  #take(): State {
    const owned = this.#owned;
    if (owned === undefined) throw new Error("Cannot use the rows of a search that has ended");
    this.#owned = undefined;
    return owned.state;
  }
}

function checkedLogits(
  logits: Float32Array,
  { rows, vocabSize }: { rows: number; vocabSize: number },
): Float32Array {
  const expected = rows * vocabSize;
  if (logits.length === expected) return logits;
  throw new TypeError(
    `Cannot read logits of length ${logits.length}: a step of ${rows} rows over ` +
      `vocabSize ${vocabSize} must return ${expected} values`,
  );
}
