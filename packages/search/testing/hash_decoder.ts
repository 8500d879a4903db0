import type { StepDecoder, StepResult } from "../types.ts";

/** State of the hash decoder: a hash of the sentence's number and all tokens, for every row. */
export interface HashState {
  hashes: Uint32Array;
}

/**
 * A made-up model for tests: its logits are a hash of the sentence and of every token so far.
 *
 * It throws when a state is used or released twice, and counts what was made and not released.
 * scripts/golden/search.py computes the same logits.
 */
export class HashDecoder implements StepDecoder<HashState> {
  readonly vocabSize: number;
  readonly #eosBias: number;
  readonly #live = new Set<HashState>();
  /** Number of rows of every step so far. */
  readonly stepRows: number[] = [];
  /** Called at the start of every step and select, for tests of failures. */
  onCall: (kind: "step" | "select") => void = () => {};

  constructor(vocabSize: number, { eosBias = 0 }: { eosBias?: number } = {}) {
    this.vocabSize = vocabSize;
    this.#eosBias = eosBias;
  }

  /** Number of states that nobody consumed or released. */
  get liveStates(): number {
    return this.#live.size;
  }

  start(sentences: readonly number[]): HashState {
    return this.#make(Uint32Array.from(sentences));
  }

  async step(ids: Int32Array, state: HashState): Promise<StepResult<HashState>> {
    this.#consume(state);
    this.onCall("step");
    if (ids.length !== state.hashes.length) throw new Error("Cannot step: wrong number of rows");
    await Promise.resolve();
    this.stepRows.push(ids.length);
    const { vocabSize } = this;
    const hashes = state.hashes.map((hash, row) => scramble(Math.imul(hash, 31) + ids[row] + 1));
    const logits = new Float32Array(ids.length * vocabSize);
    hashes.forEach((hash, row) => {
      for (let id = 0; id < vocabSize; id++) {
        const bits = scramble(hash + Math.imul(id, 0x9e3779b1)) >>> 12;
        logits[row * vocabSize + id] = bits / 131072 - 4; // in [-4, 4), exact in float32
      }
      logits[row * vocabSize] += this.#eosBias; // token 0 is the end token
    });
    return { logits, state: this.#make(hashes) };
  }

  select(state: HashState, rows: Int32Array): HashState {
    this.#consume(state);
    this.onCall("select");
    return this.#make(Uint32Array.from(rows, (row) => state.hashes[row]));
  }

  release(state: HashState): void {
    this.#consume(state);
  }

  #make(hashes: Uint32Array): HashState {
    const state = { hashes };
    this.#live.add(state);
    return state;
  }

  #consume(state: HashState): void {
    if (!this.#live.delete(state)) throw new Error("Cannot use a state twice");
  }
}

function scramble(x: number): number {
  x >>>= 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
