const LEAST_BITS = 5, MOST_BITS = 10; // a block has 2 to this many places of a text

/** States that may be tried, and besides for each unit of the text. */
const MOST_TRIES = 1 << 27, MOST_TRIES_PER_UNIT = 512;

/** What is known of states at places: that they fail, or where the body that they belong to ends. */
export class Memo {
  #bytes = 0;
  #mostBytes: number;
  #tries = 0;
  #mostTries: number;
  #bits: number;
  #places: number;
  #failed: (Uint32Array | undefined)[] = [];
  #ends: (Int32Array | undefined)[] = [];
  #stateCount: number;
  #bodyStateCount: number;
  #first = 0; // block before which nothing is kept

  constructor(
    { stateCount, bodyStateCount }: { stateCount: number; bodyStateCount: number },
    { length, mostBytes }: { length: number; mostBytes: number },
  ) {
    this.#mostBytes = mostBytes;
    this.#mostTries = MOST_TRIES + MOST_TRIES_PER_UNIT * length;
    this.#bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, 32 - Math.clz32(length)));
    this.#places = 1 << this.#bits;
    this.#stateCount = stateCount;
    this.#bodyStateCount = bodyStateCount;
  }

  /** Whether a state was tried at a place; it failed, or it is being tried. */
  hasFailed(state: number, at: number): boolean {
    const block = this.#failed[at >> this.#bits];
    if (block === undefined) return false;
    const bit = (state << this.#bits) + (at & this.#places - 1);
    return (block[bit >> 5] >> (bit & 31) & 1) === 1;
  }

  /** Notes that a state fails at a place. */
  fail(state: number, at: number): void {
    const index = at >> this.#bits;
    if (++this.#tries > this.#mostTries) this.#refuse(`${this.#mostTries} steps`);
    const words = (this.#stateCount << this.#bits) / 32;
    const block = this.#failed[index] ??= new Uint32Array(this.#added(words, index));
    const bit = (state << this.#bits) + (at & this.#places - 1);
    block[bit >> 5] |= 1 << (bit & 31);
  }

  /** Forgets that a state fails at a place. */
  forget(state: number, at: number): void {
    const block = this.#failed[at >> this.#bits];
    if (block === undefined) return;
    const bit = (state << this.#bits) + (at & this.#places - 1);
    block[bit >> 5] &= ~(1 << (bit & 31));
  }

  /** Where the body ends that matches from a state at a place; -1: not known. */
  end(bodyState: number, at: number): number {
    const block = this.#ends[at >> this.#bits];
    if (block === undefined) return -1;
    return block[(bodyState << this.#bits) + (at & this.#places - 1)] - 1;
  }

  /** Notes where a body ends. */
  setEnd(bodyState: number, at: number, end: number): void {
    const index = at >> this.#bits;
    const words = this.#bodyStateCount << this.#bits;
    const block = this.#ends[index] ??= new Int32Array(this.#added(words, index));
    block[(bodyState << this.#bits) + (at & this.#places - 1)] = end + 1;
  }

  /** Lets go what is known of places before this one, by and large. */
  dropBefore(at: number): void {
    for (const index = at >> this.#bits; this.#first < index; this.#first++) {
      this.#bytes -= this.#failed[this.#first]?.byteLength ?? 0;
      this.#bytes -= this.#ends[this.#first]?.byteLength ?? 0;
      delete this.#failed[this.#first];
      delete this.#ends[this.#first];
    }
  }

  /**
   * Counts memory in.
   *
   * @throws {RangeError} If it is too much
   */
  reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#mostBytes) this.#refuse(`${this.#mostBytes} bytes of memory`);
  }

  #refuse(what: string): never {
    throw new RangeError(
      "Cannot search a text for a regular expression of the tokenizer: it would take more than " +
        `${what}; cut the text into parts`,
    );
  }

  #added(words: number, index: number): number {
    this.reserve(4 * words);
    this.#first = Math.min(this.#first, index);
    return words;
  }
}
