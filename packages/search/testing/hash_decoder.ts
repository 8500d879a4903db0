import { logSumExp } from "../log_softmax.ts";
import type { StepDecoder, StepResult, TopTokens } from "../types.ts";

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

  /** Whether steps offer `topTokens`; logits then may not be read. */
  readonly #findsTop: boolean;

  constructor(
    vocabSize: number,
    { eosBias = 0, findsTop = false }: { eosBias?: number; findsTop?: boolean } = {},
  ) {
    this.vocabSize = vocabSize;
    this.#eosBias = eosBias;
    this.#findsTop = findsTop;
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
    const next = this.#make(hashes);
    if (!this.#findsTop) return { logits, state: next };
    return { ...topOnly(logits, { rows: ids.length, vocabSize }), state: next };
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

/** The best tokens of every row, by sorting. */
function topOnly(logits: Float32Array, { rows, vocabSize }: { rows: number; vocabSize: number }) {
  const row = (i: number) => logits.subarray(i * vocabSize, (i + 1) * vocabSize);
  return {
    logits,
    topTokens: (count: number): TopTokens => {
      const best = Array.from(
        { length: rows },
        (_, i) => [...row(i).keys()].sort((a, b) => row(i)[b] - row(i)[a] || a - b).slice(0, count),
      );
      return {
        ids: Int32Array.from(best.flat()),
        logits: Float32Array.from(best.flatMap((ids, i) => ids.map((id) => row(i)[id]))),
        logSumExp: Float64Array.from(best, (_, i) => logSumExp(row(i))),
      };
    },
  };
}

function scramble(x: number): number {
  x >>>= 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
