/** State words of the generator. */
const WORDS = 624;

/**
 * MT19937 (Matsumoto and Nishimura 1998) with the seeding and the shuffle of NumPy's `numpy.random.seed` and
 * `numpy.random.permutation`, in whose order BigBird draws its random blocks.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(WORDS);
  #at = WORDS;

  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const previous = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, previous ^ previous >>> 30) + i;
    }
  }

  /** A new order of numbers. */
  permutation(values: readonly number[]): number[] {
    const shuffled = [...values];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const other = this.#upTo(i);
      [shuffled[i], shuffled[other]] = [shuffled[other], shuffled[i]];
    }
    return shuffled;
  }

  /** A number from 0 to `most`: draws as many bits as it has until they are not above it. */
  #upTo(most: number): number {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = this.#next() & mask;
      if (value <= most) return value;
    }
  }

  #next(): number {
    if (this.#at === WORDS) this.#refill();
    let word = this.#state[this.#at++];
    word ^= word >>> 11;
    word ^= word << 7 & 0x9d2c5680;
    word ^= word << 15 & 0xefc60000;
    return (word ^ word >>> 18) >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const both = state[i] & 0x80000000 | state[(i + 1) % WORDS] & 0x7fffffff;
      state[i] = state[(i + 397) % WORDS] ^ both >>> 1 ^ (both & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
