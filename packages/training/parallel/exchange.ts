/** Shared memory of {@linkcode Exchange}: a plain value that can be sent to workers. */
export interface ExchangeMemory {
  /** Threads that take part. */
  readonly workers: number;
  /** Floats in a row. */
  readonly size: number;
  /** Numbers that a thread can tell all others. */
  readonly notes: number;
  /** One row of floats for each thread. */
  readonly rows: SharedArrayBuffer;
  /** `notes` doubles for each thread. */
  readonly noted: SharedArrayBuffer;
  /** Three int32: threads that have arrived, barriers passed, whether to give up. */
  readonly control: SharedArrayBuffer;
}

const ARRIVED = 0, PASSED = 1, GIVEN_UP = 2;

/** Makes the memory for a number of threads that exchange vectors of one size. */
export function createExchangeMemory(
  { workers, size, notes }: Pick<ExchangeMemory, "workers" | "size" | "notes">,
): ExchangeMemory {
  return {
    workers,
    size,
    notes,
    rows: new SharedArrayBuffer(4 * workers * size),
    noted: new SharedArrayBuffer(8 * workers * notes),
    control: new SharedArrayBuffer(12),
  };
}

/** Why a barrier was left before all had arrived. */
export class GivenUpError extends Error {
  /** Tells this error from others. */
  override readonly name = "GivenUpError";
}

/**
 * How threads show each other vectors: each fills its row, and all read all rows. No lock: barriers
 * say whose turn it is to write.
 */
export class Exchange {
  /** Which of the threads this is, from 0. */
  readonly rank: number;
  /** Threads that take part. */
  readonly workers: number;
  readonly #rows: Float32Array<SharedArrayBuffer>[];
  readonly #noted: Float64Array<SharedArrayBuffer>[];
  readonly #control: Int32Array<SharedArrayBuffer>;

  /**
   * One thread's view of the memory.
   *
   * @param memory The same for all threads.
   * @param rank Which of them this is, from 0.
   */
  constructor(memory: ExchangeMemory, rank: number) {
    const { workers, size, notes, rows, noted, control } = memory;
    const ranks = Array.from({ length: workers }, (_, i) => i);
    this.rank = rank;
    this.workers = workers;
    this.#rows = ranks.map((i) => new Float32Array(rows, 4 * i * size, size));
    this.#noted = ranks.map((i) => new Float64Array(noted, 8 * i * notes, notes));
    this.#control = new Int32Array(control);
  }

  /** The row of a thread. Who writes where in it, and when, is for those to agree on who wait for each other. */
  row(rank: number): Float32Array<SharedArrayBuffer> {
    return this.#rows[rank];
  }

  /** The numbers of a thread, which itself fills them. */
  noted(rank: number): Float64Array<SharedArrayBuffer> {
    return this.#noted[rank];
  }

  /**
   * Waits until all threads have come here; blocks the thread, as only workers may.
   *
   * @throws {GivenUpError} When another one has failed.
   */
  wait(): void {
    const passed = this.#arrive();
    while (Atomics.load(this.#control, PASSED) === passed) {
      Atomics.wait(this.#control, PASSED, passed);
    }
    this.#throwIfGivenUp();
  }

  /** As {@linkcode Exchange.wait}, without blocking the thread. */
  async waitAsync(): Promise<void> {
    const passed = this.#arrive();
    while (Atomics.load(this.#control, PASSED) === passed) {
      await Atomics.waitAsync(this.#control, PASSED, passed).value;
    }
    this.#throwIfGivenUp();
  }

  /** Makes all barriers throw, those that threads wait at now and all later ones. */
  giveUp(): void {
    Atomics.store(this.#control, GIVEN_UP, 1);
    this.#pass();
  }

  /** Counts this thread in; the last one lets all pass. Returns what tells whether they may. */
  #arrive(): number {
    this.#throwIfGivenUp();
    const passed = Atomics.load(this.#control, PASSED);
    if (Atomics.add(this.#control, ARRIVED, 1) + 1 === this.workers) {
      Atomics.store(this.#control, ARRIVED, 0);
      this.#pass();
    }
    return passed;
  }

  #pass(): void {
    Atomics.add(this.#control, PASSED, 1);
    Atomics.notify(this.#control, PASSED);
  }

  #throwIfGivenUp(): void {
    if (Atomics.load(this.#control, GIVEN_UP) === 0) return;
    throw new GivenUpError("Cannot wait for the other threads: one of them has failed");
  }
}

/**
 * Why threads cannot share memory here.
 *
 * @returns The reason for a person; undefined where they can.
 *
 * @example
 * ```ts
 * import { sharingProblem } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sharingProblem(), undefined); // where this example runs, they can
 * ```
 */
export function sharingProblem(): string | undefined {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  if (typeof SharedArrayBuffer !== "function" || crossOriginIsolated === false) {
    return "this runtime has no shared memory (in a browser, the page has to be cross-origin isolated)";
  }
  if (typeof Worker !== "function") return "this runtime has no web workers";
  if (typeof Atomics.waitAsync !== "function") return "this runtime has no Atomics.waitAsync";
  return undefined;
}
