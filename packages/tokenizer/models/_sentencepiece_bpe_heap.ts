/** A min-heap of numbers. */
export class NumberHeap {
  #heap = new Float64Array(256);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    if (this.#size === this.#heap.length) {
      const grown = new Float64Array(2 * this.#size);
      grown.set(this.#heap);
      this.#heap = grown;
    }
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

  /** Takes the smallest number; there must be one. */
  pop(): number {
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
