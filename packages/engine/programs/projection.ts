import type { TopTokens } from "@heed/search";
import {
  LINEAR_BIAS,
  LINEAR_BYTES,
  LINEAR_CORRECTIONS,
  LINEAR_DTYPE,
  LINEAR_K,
  LINEAR_N,
  LINEAR_SCALES,
  LINEAR_WEIGHTS,
} from "../kernels/layout.ts";
import type { EngineThread } from "../packing/pack_model.ts";
import { padded } from "../packing/linear_packer.ts";

/** Hidden states -> logits, over the whole vocabulary or a shortlist of it. */
export class Projection {
  readonly #thread: EngineThread;
  readonly #linear: number;
  readonly #hidden: number;
  readonly #vocabSize: number;
  /** Ids of the columns; undefined where they are the ids. */
  readonly #shortlist: Int32Array | undefined;
  readonly #owned: number[] = [];
  #rows = 0;
  #logits = 0;
  #scratch = 0;
  #top = 0;
  #topBytes = 0;

  /**
   * Prepares projections.
   *
   * @param thread Kernels and heap.
   * @param options The layer, the stride of hidden states in floats, and the ids that count; default all.
   */
  constructor(thread: EngineThread, { linear, hidden, vocabSize, shortlist }: {
    linear: number;
    hidden: number;
    vocabSize: number;
    shortlist?: readonly number[];
  }) {
    this.#thread = thread;
    this.#hidden = hidden;
    this.#vocabSize = vocabSize;
    this.#shortlist = shortlist && Int32Array.from(new Set(shortlist)).sort();
    this.#linear = this.#shortlist ? this.#gather(linear, this.#shortlist) : linear;
  }

  /**
   * Computes the logits of some rows, which stay here until the next call.
   *
   * @param states Address of hidden states `[rows][hidden]`.
   * @param rows Their number.
   */
  run(states: number, rows: number): void {
    const { heap, kernels } = this.#thread;
    if (rows > this.#rows) {
      heap.free(this.#logits);
      heap.free(this.#scratch);
      this.#rows = rows;
      this.#logits = heap.allocate(rows * this.#stride * 4);
      this.#scratch = heap.allocate(kernels.linearScratchBytes(rows, this.#hidden));
    }
    kernels.linear(
      states,
      rows,
      this.#hidden * 4,
      this.#linear,
      this.#logits,
      this.#stride * 4,
      0,
      this.#scratch,
    );
  }

  /**
   * Copies logits.
   *
   * @param rows Number of rows, those of the last run.
   * @returns Logits `[rows * vocabSize]`; -Infinity for ids outside the shortlist.
   */
  logits(rows: number): Float32Array {
    const { floats } = this.#thread.heap.views;
    const out = new Float32Array(rows * this.#vocabSize);
    if (this.#shortlist) out.fill(-Infinity);
    for (let row = 0; row < rows; row++) {
      const start = this.#logits / 4 + row * this.#stride;
      if (!this.#shortlist) {
        out.set(floats.subarray(start, start + this.#vocabSize), row * this.#vocabSize);
      } else {
        this.#shortlist.forEach((id, i) => out[row * this.#vocabSize + id] = floats[start + i]);
      }
    }
    return out;
  }

  /** Finds the best tokens of every row of the last run; see `StepResult` of `@heed/search`. */
  topTokens(rows: number, count: number): TopTokens {
    const { heap, kernels } = this.#thread;
    const wanted = Math.min(count, this.#columns);
    const bytes = rows * wanted * 8 + rows * 4;
    if (bytes > this.#topBytes) {
      heap.free(this.#top);
      this.#topBytes = bytes;
      this.#top = heap.allocate(bytes);
    }
    const values = this.#top + rows * wanted * 4, sums = values + rows * wanted * 4;
    kernels.topTokens(
      this.#logits,
      rows,
      this.#stride,
      this.#columns,
      wanted,
      this.#top,
      values,
    );
    kernels.logSumExp(this.#logits, rows, this.#stride, this.#columns, sums);
    const { integers, floats } = heap.views;
    const at = this.#top / 4, size = rows * wanted;
    const ids = integers.slice(at, at + size);
    if (this.#shortlist) ids.forEach((column, i) => ids[i] = this.#shortlist![column]);
    return {
      ids,
      logits: floats.slice(at + size, at + 2 * size),
      logSumExp: floats.slice(at + 2 * size, at + 2 * size + rows),
    };
  }

  /** Gives the memory back. */
  free(): void {
    const { heap } = this.#thread;
    for (const address of [this.#logits, this.#scratch, this.#top, ...this.#owned.splice(0)]) {
      heap.free(address);
    }
    this.#rows =
      this.#logits =
      this.#scratch =
      this.#top =
      this.#topBytes =
        0;
  }

  get #columns(): number {
    return this.#shortlist?.length ?? this.#vocabSize;
  }

  get #stride(): number {
    return padded(this.#columns);
  }

  /** Makes a smaller layer of some outputs. */
  #gather(linear: number, ids: Int32Array): number {
    const { heap, kernels } = this.#thread;
    const read = (offset: number) => heap.views.integers[(linear + offset) / 4];
    const n = padded(ids.length), k = read(LINEAR_K), isInt8 = read(LINEAR_DTYPE) === 1;
    const block = (bytes: number) => {
      const address = heap.allocate(bytes);
      this.#owned.push(address);
      return address;
    };
    const out = block(LINEAR_BYTES);
    const fields: [offset: number, value: number][] = [
      [LINEAR_DTYPE, Number(isInt8)],
      [LINEAR_K, k],
      [LINEAR_N, n],
      [LINEAR_WEIGHTS, block(n * k * (isInt8 ? 1 : 4))],
      [LINEAR_BIAS, block(n * 4)],
      [LINEAR_SCALES, isInt8 ? block(n * 4) : 0],
      [LINEAR_CORRECTIONS, isInt8 ? block(n * 4) : 0],
    ];
    const idsAt = heap.placeIntegers(ids);
    for (const [offset, value] of fields) heap.views.integers[(out + offset) / 4] = value;
    kernels.gatherColumns(linear, idsAt, ids.length, out);
    heap.free(idsAt);
    return out;
  }
}
