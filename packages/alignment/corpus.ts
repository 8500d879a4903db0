/** Bits of a position: sentences of up to 2^16 tokens. */
const MAX_TOKENS = 1 << 16;

/**
 * Sentence pairs as token ids, in typed arrays: four bytes a token and eight a pair, whatever the vocabulary.
 *
 * @example
 * ```ts
 * import { ParallelCorpus } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([3, 1], [2, 0, 4]);
 * assertEquals([corpus.pairs, corpus.sourceSize, corpus.targetSize], [1, 4, 5]);
 * ```
 */
export class ParallelCorpus {
  /** Number of pairs. */
  pairs = 0;
  /** Number of source ids: one more than the greatest. */
  sourceSize = 0;
  /** Number of target ids: one more than the greatest. */
  targetSize = 0;
  readonly #source = new Side();
  readonly #target = new Side();

  /**
   * Adds a pair. One without tokens on a side has nothing to align and is left out.
   *
   * @param source Token ids `[source length]`, without an end token.
   * @param target Token ids `[target length]`, without an end token.
   * @returns Whether it was added.
   * @throws {RangeError} When an id is not an integer from 0, or a side has more than 65,536 tokens.
   */
  add(source: ArrayLike<number>, target: ArrayLike<number>): boolean {
    checkIds(source, "source");
    checkIds(target, "target");
    if (source.length === 0 || target.length === 0) return false;
    this.sourceSize = Math.max(this.sourceSize, this.#source.add(source) + 1);
    this.targetSize = Math.max(this.targetSize, this.#target.add(target) + 1);
    this.pairs++;
    return true;
  }

  /** Source ids of all pairs, one after the other; a view until the next `add`. */
  get source(): Int32Array {
    return this.#source.ids;
  }

  /** Target ids of all pairs, one after the other; a view until the next `add`. */
  get target(): Int32Array {
    return this.#target.ids;
  }

  /** Where each pair's source begins, and where the last one ends `[pairs + 1]`. */
  get sourceStarts(): Int32Array {
    return this.#source.starts;
  }

  /** Where each pair's target begins, and where the last one ends `[pairs + 1]`. */
  get targetStarts(): Int32Array {
    return this.#target.starts;
  }

  /**
   * The same pairs, source and target exchanged.
   *
   * @returns A corpus of its own that shares the memory: add to neither of them any more.
   */
  reversed(): ParallelCorpus {
    const other = new ParallelCorpus();
    other.#source.take(this.#target);
    other.#target.take(this.#source);
    other.pairs = this.pairs;
    other.sourceSize = this.targetSize;
    other.targetSize = this.sourceSize;
    return other;
  }
}

/** One side of all pairs. */
class Side {
  #ids = new Int32Array(1 << 12);
  #starts = new Int32Array(1 << 10);
  #length = 0;
  #count = 0;

  /** Adds a sentence; returns its greatest id. */
  add(ids: ArrayLike<number>): number {
    this.#ids = withRoom(this.#ids, this.#length + ids.length);
    this.#starts = withRoom(this.#starts, this.#count + 2);
    let greatest = 0;
    for (let i = 0; i < ids.length; i++) {
      this.#ids[this.#length + i] = ids[i];
      if (ids[i] > greatest) greatest = ids[i];
    }
    this.#length += ids.length;
    this.#starts[++this.#count] = this.#length;
    return greatest;
  }

  get ids(): Int32Array {
    return this.#ids.subarray(0, this.#length);
  }

  get starts(): Int32Array {
    return this.#starts.subarray(0, this.#count + 1);
  }

  take(other: Side): void {
    this.#ids = other.#ids;
    this.#starts = other.#starts;
    this.#length = other.#length;
    this.#count = other.#count;
  }
}

function withRoom(
  array: Int32Array<ArrayBuffer>,
  length: number,
): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const larger = new Int32Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

function checkIds(ids: ArrayLike<number>, side: string): void {
  if (ids.length > MAX_TOKENS) {
    throw new RangeError(
      `Cannot align a ${side} of ${ids.length} tokens: it may have ${MAX_TOKENS}; leave it out`,
    );
  }
  for (let i = 0; i < ids.length; i++) {
    if (Number.isInteger(ids[i]) && ids[i] >= 0 && ids[i] < 0x7fffffff) continue;
    throw new RangeError(`Cannot align ${side} id ${ids[i]}: ids are integers from 0`);
  }
}
