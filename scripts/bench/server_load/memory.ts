/** Watches how much memory a process has, in MB; Linux. */
export class MemoryWatch implements Disposable {
  readonly #samples: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * Begins to watch.
   *
   * @param pid Number of the process.
   * @param options How often, in milliseconds.
   */
  constructor(pid: number, { every }: { readonly every: number }) {
    this.#timer = setInterval(() => this.#samples.push(residentMegabytes(pid)), every);
  }

  /** The median of the first fifth of the time, of the middle one, of the last one; and the most. */
  get memory(): { start: number; middle: number; end: number; most: number } {
    const samples = this.#samples, fifth = Math.max(1, Math.floor(samples.length / 5));
    const median = (from: number) =>
      samples.slice(from, from + fifth).sort((a, b) => a - b)[fifth >> 1];
    return {
      start: median(0),
      middle: median(2 * fifth),
      end: median(samples.length - fifth),
      most: Math.max(...samples),
    };
  }

  /** Ends watching. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function residentMegabytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)![1]) / 1024;
}
