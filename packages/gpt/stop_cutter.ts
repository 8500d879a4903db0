/** Cuts a text that comes in pieces before the first stop string. */
export class StopCutter {
  /** Whether a stop string was found. */
  isStopped = false;
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** Takes a piece, and gives what can be given. */
  push(piece: string): string {
    if (this.isStopped) return "";
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.isStopped = true;
      this.#held = "";
      return text.slice(0, Math.min(...found));
    }
    const end = text.length - this.#beginnings(text);
    this.#held = text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back: there is no more. */
  finish(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** Length of the longest end of a text that a stop string begins with. */
  #beginnings(text: string): number {
    const longest = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
