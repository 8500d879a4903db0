/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number;

  /**
   * Begins.
   *
   * @param seed A text, so that the numbers of a target, a run and an index are independent.
   */
  constructor(seed: string) {
    // FNV-1a (Fowler, Noll, Vo): every character changes the state.
    let state = 0x811c9dc5;
    for (let i = 0; i < seed.length; i++) {
      state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
    }
    this.#state = state >>> 0;
  }

  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number {
    // Mulberry32 (Tommy Ettinger, public domain algorithm).
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * limit);
  }

  /** One of the choices. */
  of<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.below(choices.length)];
  }
}
