/**
 * Numbers, taken in ascending order. Those that are there from the beginning are sorted once, which is much faster for
 * many of them than a heap; only the later ones, which are fewer at a time, go into one.
 */
export class NumberAgenda {
  #sorted = new Float64Array(256);
  #next = 0;
  #end = 0;
  #heap = new Float64Array(256);
  #size = 0;

  /** Adds a number before {@linkcode open}; the agenda must be empty or not yet open. */
  add(value: number): void {
    if (this.#end === this.#sorted.length) this.#sorted = grown(this.#sorted);
    this.#sorted[this.#end++] = value;
  }

  /** Sorts what was added. */
  open(): void {
    this.#sorted.subarray(0, this.#end).sort();
  }

  /** Adds a number after {@linkcode open}. */
  push(value: number): void {
    if (this.#size === this.#heap.length) this.#heap = grown(this.#heap);
    const heap = this.#heap;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (heap[parent] <= value) break;
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = value;
  }

  /** Takes the smallest number; -1 when there is none. */
  pop(): number {
    if (this.#next < this.#end) {
      const first = this.#sorted[this.#next];
      if (this.#size === 0 || first <= this.#heap[0]) {
        this.#next++;
        return first;
      }
    } else if (this.#size === 0) {
      this.#next = this.#end = 0;
      return -1;
    }
    const heap = this.#heap;
    const top = heap[0];
    const size = --this.#size;
    const last = heap[size];
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= last) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = last;
    return top;
  }
}

function grown(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
