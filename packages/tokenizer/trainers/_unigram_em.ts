// Expectation maximisation and pruning of a unigram vocabulary (Kudo 2018, section 3.2), with the choices of
// SentencePiece's trainer.

import type { PieceLattice } from "./_piece_lattice.ts";

/** Pieces expected less often than this are dropped. */
const MIN_EXPECTED = 0.5;

/** One round: expected counts, then new scores. Digamma instead of the logarithm acts as a sparse prior. */
export function improveScores(lattice: PieceLattice): void {
  const expected = lattice.expectedCounts();
  const kept: number[] = [];
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] < MIN_EXPECTED) continue;
    kept.push(i);
    sum += expected[i];
  }
  const total = digamma(sum);
  lattice.keep(kept, Float64Array.from(kept, (i) => digamma(expected[i]) - total));
}

/** Drops the pieces that the likelihood misses least, but keeps at least `size`. */
export function prune(lattice: PieceLattice, size: number, words: number): void {
  const counts = lattice.bestCounts();
  const sum = counts.reduce((a, b) => a + b, 0);
  const logSum = Math.log(sum);
  const unkScore = lattice.unkScore;
  const kept: number[] = [];
  const candidates: number[] = [];
  const losses = new Float64Array(lattice.size);
  for (let i = 0; i < lattice.size; i++) {
    if (counts[i] === 0) continue;
    const alternative = lattice.alternative(i, unkScore);
    if (alternative === undefined) {
      kept.push(i);
      continue;
    }
    if (alternative.length === 0) continue;
    // Without the piece, its count goes to each part of the alternative. The exact new sum would have the number of
    // parts here; SentencePiece's trainer has the number of all pieces, which favours frequent short pieces, and
    // vocabularies are to be like its.
    const logSumWithout = Math.log(sum + counts[i] * (lattice.size - 1));
    let logProbWithout = 0;
    for (const part of alternative) {
      logProbWithout += Math.log((part >= 0 ? counts[part] : 0) + counts[i]) - logSumWithout;
    }
    losses[i] = (counts[i] / words) * (Math.log(counts[i]) - logSum - logProbWithout);
    candidates.push(i);
  }
  candidates.sort((a, b) => losses[b] - losses[a] || a - b);
  // One by one: candidates can be too many to be the arguments of one call.
  const room = size - kept.length;
  for (let i = 0; i < room && i < candidates.length; i++) kept.push(candidates[i]);
  kept.sort((a, b) => a - b);
  lattice.keep(kept, Float64Array.from(kept, (i) => lattice.scores[i]));
}

/** The derivative of log Gamma, by recurrence up to 7 and the asymptotic series from there. */
export function digamma(x: number): number {
  let result = 0;
  for (; x < 7; x++) result -= 1 / x;
  x -= 1 / 2;
  const square = 1 / (x * x);
  const fourth = square * square;
  result += Math.log(x) + (1 / 24) * square - (7 / 960) * fourth + (31 / 8064) * fourth * square -
    (127 / 30720) * fourth * fourth;
  return result;
}
