import type { StepDecoder } from "./types.ts";

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

  /** Feeds the newest token of every row and returns the logits `[ids.length * vocabSize]`. */
  async step(ids: Int32Array): Promise<Float32Array> {
    this.#signal?.throwIfAborted();
    const { logits, state } = await this.#decoder.step(ids, this.#take());
    this.#owned = { state };
    this.#signal?.throwIfAborted();
    const expected = ids.length * this.#decoder.vocabSize;
    if (logits.length !== expected) {
      throw new TypeError(
        `Cannot read logits of length ${logits.length}: a step of ${ids.length} rows over ` +
          `vocabSize ${this.#decoder.vocabSize} must return ${expected} values`,
      );
    }
    return logits;
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
