import type { TopTokens } from "@heed/search";
import type { EngineThread } from "../packing/pack_model.ts";
import { padded } from "../packing/linear_packer.ts";
import type { GatheredLayer, GatheredLayers } from "./gathered_layers.ts";
import type { BatchShortlist } from "./shortlist.ts";

/** Hidden states -> logits, over the whole vocabulary or a shortlist of it. */
export class Projection {
  readonly #thread: EngineThread;
  readonly #linear: number;
  readonly #hidden: number;
  readonly #vocabSize: number;
  /** Ids of the columns; undefined where they are the ids. */
  readonly #ids: Int32Array | undefined;
  /** Columns of each sentence; undefined where all sentences have all columns. */
  readonly #columnsOf: readonly Int32Array[] | undefined;
  /** Gives the gathered layer back. */
  #release: () => void;
  /** Sentence of each row of the last run. */
  #sentences: ArrayLike<number> = [];
  #rows = 0;
  #logits = 0;
  /** Logits of each row's own columns, where sentences differ in them `[rows][stride]`. */
  #own = 0;
  #scratch = 0;
  #top = 0;
  #topBytes = 0;

  /**
   * Prepares projections.
   *
   * @param thread Kernels and heap.
   * @param options The layer, the stride of hidden states in floats, and the ids that count, with the place to
   * gather their outputs in; default all.
   */
  constructor(thread: EngineThread, { linear, hidden, vocabSize, shortlist }: {
    linear: number;
    hidden: number;
    vocabSize: number;
    shortlist?: BatchShortlist & { readonly layers: GatheredLayers };
  }) {
    this.#thread = thread;
    this.#hidden = hidden;
    this.#vocabSize = vocabSize;
    this.#ids = shortlist?.ids;
    this.#columnsOf = shortlist?.columns;
    const gathered: GatheredLayer | undefined = shortlist?.layers.take(shortlist.ids);
    this.#linear = gathered?.linear ?? linear;
    this.#release = gathered ? () => shortlist!.layers.giveBack(gathered) : () => {};
  }

  /** Whether rows of different sentences have different columns, so that `run` has to know whose they are. */
  get dependsOnSentences(): boolean {
    return this.#columnsOf !== undefined;
  }

  /**
   * Computes the logits of some rows, which stay here until the next call.
   *
   * @param states Address of hidden states `[rows][hidden]`.
   * @param rows Their number.
   * @param sentences Sentence of each row, where that makes a difference `[rows]`.
   */
  run(states: number, rows: number, sentences: ArrayLike<number> = []): void {
    const { heap, kernels } = this.#thread;
    if (rows > this.#rows) {
      heap.free(this.#logits);
      heap.free(this.#own);
      heap.free(this.#scratch);
      this.#rows = rows;
      this.#logits = heap.allocate(rows * this.#stride * 4);
      this.#own = this.#columnsOf ? heap.allocate(rows * this.#stride * 4) : 0;
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
    this.#sentences = sentences;
    if (this.#columnsOf) this.#pickColumns(rows, this.#columnsOf);
  }

  /**
   * Moves the logits of each row's own columns together. A sentence's choice, and the sum that makes logits
   * probabilities, must not depend on what others in its batch may say.
   */
  #pickColumns(rows: number, columnsOf: readonly Int32Array[]): void {
    const { floats } = this.#thread.heap.views;
    for (let row = 0; row < rows; row++) {
      const columns = columnsOf[this.#sentences[row]];
      const from = this.#logits / 4 + row * this.#stride;
      const to = this.#own / 4 + row * this.#stride;
      for (let i = 0; i < columns.length; i++) floats[to + i] = floats[from + columns[i]];
    }
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
    const ids = this.#ids;
    if (ids) out.fill(-Infinity);
    for (let row = 0; row < rows; row++) {
      const start = this.#logits / 4 + row * this.#stride, at = row * this.#vocabSize;
      const columns = this.#columnsOf?.[this.#sentences[row]];
      if (columns) columns.forEach((column) => out[at + ids![column]] = floats[start + column]);
      else if (ids) ids.forEach((id, column) => out[at + id] = floats[start + column]);
      else out.set(floats.subarray(start, start + this.#vocabSize), at);
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
    const find = (from: number, first: number, among: number, columns: number) => {
      const place = first * wanted * 4;
      kernels.topTokens(
        from,
        among,
        this.#stride,
        columns,
        wanted,
        this.#top + place,
        values + place,
      );
      kernels.logSumExp(from, among, this.#stride, columns, sums + first * 4);
    };
    const columnsOf = this.#columnsOf;
    if (!columnsOf) find(this.#logits, 0, rows, this.#columns);
    for (let row = 0; columnsOf && row < rows; row++) {
      const { length } = columnsOf[this.#sentences[row]];
      find(this.#own + row * this.#stride * 4, row, 1, length);
    }
    const { integers, floats } = heap.views;
    const at = this.#top / 4, size = rows * wanted;
    const ids = integers.slice(at, at + size);
    const logits = floats.slice(at + size, at + 2 * size);
    if (columnsOf) {
      for (let i = 0; i < size; i++) {
        const columns = columnsOf[this.#sentences[Math.floor(i / wanted)]];
        if (i % wanted < columns.length) ids[i] = columns[ids[i]];
        else logits[i] = -Infinity; // the sentence has fewer columns than are wanted
      }
    }
    if (this.#ids) ids.forEach((column, i) => ids[i] = this.#ids![column]);
    return { ids, logits, logSumExp: floats.slice(at + 2 * size, at + 2 * size + rows) };
  }

  /** Gives the memory back. */
  free(): void {
    const { heap } = this.#thread;
    for (const address of [this.#logits, this.#own, this.#scratch, this.#top]) heap.free(address);
    this.#rows =
      this.#logits =
      this.#own =
      this.#scratch =
      this.#top =
      this.#topBytes =
        0;
    this.#release();
    this.#release = () => {};
  }

  get #columns(): number {
    return this.#ids?.length ?? this.#vocabSize;
  }

  get #stride(): number {
    return padded(this.#columns);
  }
}
