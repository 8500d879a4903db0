// Every way to cut a text into pieces. Its best paths are found by A* from the end, with Viterbi scores as the exact
// remaining cost; paths are drawn by forward filtering and backward sampling (Kudo 2018, section 3.2). Scores are
// 32-bit floats and the agenda is C++'s std::priority_queue, as in SentencePiece, so that ties fall the same way.

const MAX_AGENDA = 10_000;
const MIN_AGENDA = 512;

/** A path, from the first piece to the last, and the sum of its scores. */
export interface LatticePath {
  readonly ids: Int32Array;
  readonly score: number;
}

/** A partial path: a node, and the hypothesis of the rest of the text. */
interface Hypothesis {
  readonly node: number;
  readonly next: Hypothesis | undefined;
  /** Score from `node` to the end of the text. */
  readonly after: number;
  /** The best score of a whole path through this hypothesis. */
  readonly total: number;
}

/** Nodes are added in order of their beginning; node 0 is the beginning of the text. */
export class UnigramLattice {
  #begins: number[] = [-1];
  #ids: number[] = [-1];
  #scores: number[] = [0];
  /** Nodes by the position where they end, in the order in which they were added. */
  #ending: number[][];
  #length: number;

  constructor(length: number) {
    this.#length = length;
    this.#ending = new Array(length + 1);
    this.#ending[0] = [0];
  }

  /** Adds a piece that covers `[begin, end)`. */
  add(begin: number, end: number, { id, score }: { id: number; score: number }): void {
    (this.#ending[end] ??= []).push(this.#ids.length);
    this.#begins.push(begin);
    this.#ids.push(id);
    this.#scores.push(score);
  }

  /** The `count` best paths, best first. */
  best(count: number): LatticePath[] {
    const scores = this.#scores;
    const before = this.#viterbi();
    const total = this.#bestEnding(this.#length, before);
    const agenda = new Agenda();
    agenda.push({ node: -1, next: undefined, after: 0, total });
    const paths: LatticePath[] = [];
    while (agenda.size > 0) {
      const top = agenda.pop();
      if (top.node === 0) {
        const ids: number[] = [];
        for (let h = top.next!; h.next !== undefined; h = h.next) ids.push(this.#ids[h.node]);
        paths.push({ ids: Int32Array.from(ids), score: top.total });
        if (paths.length === count) break;
        continue;
      }
      for (const node of this.#ending[top.node < 0 ? this.#length : this.#begins[top.node]]) {
        agenda.push({
          node,
          next: top,
          after: Math.fround(scores[node] + top.after),
          total: Math.fround(before[node] + top.after),
        });
      }
      // A long text with many equal cuts would fill the memory.
      if (agenda.size >= MAX_AGENDA) agenda.shrink(Math.min(MIN_AGENDA, 10 * count));
    }
    return paths;
  }

  /** Draws a path with a probability proportional to exp(alpha * score). */
  sample(alpha: number, random: () => number): Int32Array {
    const begins = this.#begins;
    const scores = this.#scores;
    // Per position, the logarithm of the sum over all paths up to it.
    const sums = new Float64Array(this.#length + 1).fill(-Infinity);
    sums[0] = 0;
    for (let end = 1; end <= this.#length; end++) {
      let largest = -Infinity;
      for (const node of this.#ending[end] ?? []) {
        largest = Math.max(largest, sums[begins[node]] + alpha * scores[node]);
      }
      if (largest === -Infinity) continue; // no piece ends here
      let sum = 0;
      for (const node of this.#ending[end]) {
        sum += Math.exp(sums[begins[node]] + alpha * scores[node] - largest);
      }
      sums[end] = largest + Math.log(sum);
    }
    const ids: number[] = [];
    for (let end = this.#length; end > 0;) {
      const nodes = this.#ending[end];
      let left = random();
      let chosen = nodes[0];
      for (const node of nodes) {
        const probability = Math.exp(sums[begins[node]] + alpha * scores[node] - sums[end]);
        if (probability > 0) chosen = node;
        left -= probability;
        if (left < 0) break;
      }
      ids.push(this.#ids[chosen]);
      end = begins[chosen];
    }
    return Int32Array.from(ids.reverse());
  }

  /** Per node, the best score from the beginning of the text to the node's end. */
  #viterbi(): Float32Array {
    const best = new Float32Array(this.#ids.length);
    for (let node = 1; node < best.length;) {
      const begin = this.#begins[node];
      const score = this.#bestEnding(begin, best);
      for (; this.#begins[node] === begin; node++) best[node] = score + this.#scores[node];
    }
    return best;
  }

  #bestEnding(position: number, best: Float32Array): number {
    let score = -Infinity;
    for (const node of this.#ending[position] ?? []) score = Math.max(score, best[node]);
    return score;
  }
}

/** A max-heap by `total` that orders equal ones as libstdc++'s std::priority_queue does. */
class Agenda {
  #heap: Hypothesis[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(hypothesis: Hypothesis): void {
    this.#heap.push(hypothesis);
    this.#rise(this.#heap.length - 1, hypothesis);
  }

  pop(): Hypothesis {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return top;
    // The hole sinks to a leaf first; then the last element rises from there.
    let hole = 0;
    while (2 * hole + 2 < size) {
      const right = 2 * hole + 2;
      const larger = heap[right].total < heap[right - 1].total ? right - 1 : right;
      heap[hole] = heap[larger];
      hole = larger;
    }
    if (2 * hole + 1 < size) {
      heap[hole] = heap[2 * hole + 1];
      hole = 2 * hole + 1;
    }
    this.#rise(hole, last);
    return top;
  }

  /** Keeps the best `count`. */
  shrink(count: number): void {
    const kept = new Agenda();
    for (let i = 0; i < count; i++) kept.push(this.pop());
    this.#heap = kept.#heap;
  }

  #rise(hole: number, hypothesis: Hypothesis): void {
    const heap = this.#heap;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!(heap[parent].total < hypothesis.total)) break;
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = hypothesis;
  }
}
