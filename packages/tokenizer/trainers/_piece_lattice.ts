// Every way to cut every word into the current pieces, as edges from position to position. Kept in flat arrays and
// thinned out as pieces are dropped, so that one pass over the corpus is one pass over memory.

import type { SeedPieces, TrainingText } from "./_seed_pieces.ts";

const UNK_PENALTY = 10;
/** Probabilities are multiplied by e to this power a character, to keep products of a word near 1. */
const SCALE = 3;
const TOO_SMALL = 1e-280;

export class PieceLattice {
  /** Per piece: an occurrence in the text, symbols, log-probability. */
  starts: Int32Array;
  lengths: Uint16Array;
  scores: Float64Array;

  #text: TrainingText;
  #offsets: Uint32Array;
  #edges: Int32Array;
  #forward = new Float64Array(64);
  #backward = new Float64Array(64);
  #best = new Int32Array(64);

  constructor(text: TrainingText, seeds: SeedPieces) {
    this.#text = text;
    this.starts = seeds.starts;
    this.lengths = seeds.lengths;
    this.#offsets = seeds.offsets;
    this.#edges = seeds.edges;
    let sum = 0;
    for (const weight of seeds.weights) sum += weight;
    this.scores = seeds.weights.map((weight) => Math.log(weight / sum));
  }

  get size(): number {
    return this.scores.length;
  }

  /** Score of a character that no piece covers. */
  get unkScore(): number {
    return this.minScore - UNK_PENALTY;
  }

  get minScore(): number {
    return this.scores.reduce((min, score) => Math.min(min, score), Infinity);
  }

  /** How often each piece is expected in the corpus: the E step, by the forward-backward algorithm. */
  expectedCounts(): Float64Array {
    const { starts, counts } = this.#text;
    const lengths = this.lengths;
    const offsets = this.#offsets;
    const edges = this.#edges;
    const expected = new Float64Array(this.size);
    const probability = this.scores.map((score, i) => Math.exp(score + SCALE * lengths[i]));
    const unk = Math.exp(this.unkScore + SCALE);
    for (let w = 0; w < counts.length; w++) {
      const start = starts[w];
      const size = starts[w + 1] - 1 - start;
      this.#reserve(size + 1);
      const forward = this.#forward;
      const backward = this.#backward;
      forward.fill(0, 0, size + 1);
      forward[0] = 1;
      for (let p = 0; p < size; p++) {
        const here = forward[p];
        const first = offsets[start + p];
        const last = offsets[start + p + 1];
        if (first === last || lengths[edges[first]] !== 1) forward[p + 1] += here * unk;
        for (let e = first; e < last; e++) {
          forward[p + lengths[edges[e]]] += here * probability[edges[e]];
        }
      }
      const total = forward[size];
      if (!(total > TOO_SMALL && total < Infinity)) {
        this.#addExpectedByLogarithms(w, expected);
        continue;
      }
      const factor = counts[w] / total;
      backward[size] = 1;
      for (let p = size - 1; p >= 0; p--) {
        const here = forward[p] * factor;
        const first = offsets[start + p];
        const last = offsets[start + p + 1];
        let sum = first === last || lengths[edges[first]] !== 1 ? unk * backward[p + 1] : 0;
        for (let e = first; e < last; e++) {
          const piece = edges[e];
          const after = probability[piece] * backward[p + lengths[piece]];
          sum += after;
          expected[piece] += here * after;
        }
        backward[p] = sum;
      }
    }
    return expected;
  }

  /** The same for a word whose probability is too small or large for a double. */
  #addExpectedByLogarithms(w: number, expected: Float64Array): void {
    const { starts, counts } = this.#text;
    const start = starts[w];
    const size = starts[w + 1] - 1 - start;
    const forward = this.#forward.fill(-Infinity, 0, size + 1);
    const backward = this.#backward.fill(-Infinity, 0, size + 1);
    forward[0] = 0;
    const unkScore = this.unkScore;
    for (let p = 0; p < size; p++) {
      this.#eachEdge(start, p, unkScore, (_, end, score) => {
        forward[end] = addLogarithms(forward[end], forward[p] + score);
      });
    }
    backward[size] = 0;
    for (let p = size - 1; p >= 0; p--) {
      this.#eachEdge(start, p, unkScore, (piece, end, score) => {
        const after = score + backward[end];
        backward[p] = addLogarithms(backward[p], after);
        if (piece >= 0) expected[piece] += counts[w] * Math.exp(forward[p] + after - forward[size]);
      });
    }
  }

  #eachEdge(
    start: number,
    p: number,
    unkScore: number,
    visit: (piece: number, end: number, score: number) => void,
  ): void {
    const first = this.#offsets[start + p];
    const last = this.#offsets[start + p + 1];
    if (first === last || this.lengths[this.#edges[first]] !== 1) visit(-1, p + 1, unkScore);
    for (let e = first; e < last; e++) {
      const piece = this.#edges[e];
      visit(piece, p + this.lengths[piece], this.scores[piece]);
    }
  }

  /** How often each piece is on the best path of a word. */
  bestCounts(): Float64Array {
    const { starts, counts } = this.#text;
    const found = new Float64Array(this.size);
    const unkScore = this.unkScore;
    for (let w = 0; w < counts.length; w++) {
      const size = starts[w + 1] - 1 - starts[w];
      this.#bestPath(starts[w], size, unkScore, -1);
      for (let end = size; end > 0;) {
        const piece = this.#best[end];
        if (piece >= 0) found[piece] += counts[w];
        end -= piece >= 0 ? this.lengths[piece] : 1;
      }
    }
    return found;
  }

  /**
   * The best way to cut piece `piece` into others (-1 for an unknown character), or undefined if it is a single
   * character; empty if that is no worse than the piece itself.
   */
  alternative(piece: number, unkScore: number): number[] | undefined {
    const size = this.lengths[piece];
    if (size === 1) return undefined;
    const path: number[] = [];
    const score = this.#bestPath(this.starts[piece], size, unkScore, piece);
    if (score >= this.scores[piece]) return path;
    for (let end = size; end > 0;) {
      const part = this.#best[end];
      path.push(part);
      end -= part >= 0 ? this.lengths[part] : 1;
    }
    return path;
  }

  /** Viterbi over `size` symbols from `start`, without piece `without`; the path is left in `#best`. */
  #bestPath(start: number, size: number, unkScore: number, without: number): number {
    const lengths = this.lengths;
    const offsets = this.#offsets;
    const edges = this.#edges;
    const scores = this.scores;
    this.#reserve(size + 1);
    const score = this.#forward.fill(-Infinity, 0, size + 1);
    const best = this.#best;
    score[0] = 0;
    for (let p = 0; p < size; p++) {
      const here = score[p];
      const first = offsets[start + p];
      const last = offsets[start + p + 1];
      if ((first === last || lengths[edges[first]] !== 1) && here + unkScore > score[p + 1]) {
        score[p + 1] = here + unkScore;
        best[p + 1] = -1;
      }
      for (let e = first; e < last; e++) {
        const piece = edges[e];
        const end = p + lengths[piece];
        if (end > size) break;
        if (piece !== without && here + scores[piece] > score[end]) {
          score[end] = here + scores[piece];
          best[end] = piece;
        }
      }
    }
    return score[size];
  }

  /** Drops all pieces but `kept` (ascending), and gives those new scores. */
  keep(kept: ArrayLike<number>, scores: Float64Array): void {
    const renamed = new Int32Array(this.size).fill(-1);
    for (let i = 0; i < kept.length; i++) renamed[kept[i]] = i;
    this.starts = Int32Array.from(kept, (i) => this.starts[i]);
    this.lengths = Uint16Array.from(kept, (i) => this.lengths[i]);
    this.scores = scores;
    const edges = this.#edges;
    const offsets = this.#offsets;
    let to = 0;
    for (let p = 0, from = 0; p + 1 < offsets.length; p++) {
      const end = offsets[p + 1];
      for (; from < end; from++) {
        const piece = renamed[edges[from]];
        if (piece >= 0) edges[to++] = piece;
      }
      offsets[p + 1] = to;
    }
  }

  #reserve(size: number): void {
    if (this.#forward.length >= size) return;
    this.#forward = new Float64Array(2 * size);
    this.#backward = new Float64Array(2 * size);
    this.#best = new Int32Array(2 * size);
  }
}

function addLogarithms(a: number, b: number): number {
  if (a === -Infinity) return b;
  const [low, high] = a < b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}
