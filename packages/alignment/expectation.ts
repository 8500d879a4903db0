import type { ParallelCorpus } from "./corpus.ts";
import type { LexicalTable, Occurrences } from "./lexical_table.ts";
import type { Shapes } from "./shapes.ts";

/** What the passes over a corpus share. */
export interface Passes {
  readonly corpus: ParallelCorpus;
  readonly occurrences: Occurrences;
  readonly shapes: Shapes;
  readonly table: LexicalTable;
  /** Probability that a target word has no source. */
  readonly nullProbability: number;
  /** One number for every target token of the corpus. */
  readonly sums: Float64Array;
  /** One row of the table, spread out over all target ids. */
  readonly row: Float64Array;
  /** Expected counts of one row, spread out over all target ids. */
  readonly counts: Float64Array;
  /** `exp(tension / m)` for every target length m. */
  readonly rising: Float64Array;
  /** Its inverse. */
  readonly falling: Float64Array;
}

// Why rows and not sentences: the posterior of a link needs p(target | source) of tokens that meet, and looking each
// one up in a sparse table is a cache miss. Source id by source id, its row lies spread out in the cache, and all
// sentences that it occurs in are read in order. A first pass sums the denominators of all target tokens, a second
// one the expected counts of each row, which is normalized at once: no second table.

/** Adds what a source id contributes to the denominator of every target token that it meets. */
export function addDenominators(passes: Passes, id: number, tension: number): void {
  const { corpus, occurrences, sums, row, rising, falling } = passes;
  const { target, targetStarts, sourceStarts } = corpus;
  const { starts, pairs, positions } = occurrences;
  spreadRow(passes, id);
  for (let k = starts[id]; k < starts[id + 1]; k++) {
    const pair = pairs[k], first = targetStarts[pair], m = targetStarts[pair + 1] - first;
    const n = sourceStarts[pair + 1] - sourceStarts[pair];
    const place = (positions[k] + 1) / n;
    const middle = Math.min(m, Math.floor(place * m));
    let weight = Math.exp(-tension * (place - 1 / m)), j = 0;
    for (const up = rising[m]; j < middle; j++, weight *= up) {
      sums[first + j] += weight * row[target[first + j]];
    }
    weight = Math.exp(-tension * ((middle + 1) / m - place));
    for (const down = falling[m]; j < m; j++, weight *= down) {
      sums[first + j] += weight * row[target[first + j]];
    }
  }
  clearRow(passes, id);
}

/**
 * Turns denominators into what a weight times a probability is multiplied with to be a posterior, counts the null
 * word's row and the masses of all cells.
 *
 * @returns Log-likelihood of the corpus before this step, in nats.
 */
export function finishDenominators(passes: Passes): number {
  const { corpus, shapes, table, sums, row, counts, nullProbability } = passes;
  const { target, targetStarts } = corpus;
  const { firstCells, normalizers, masses } = shapes;
  const linked = 1 - nullProbability;
  spreadRow(passes, table.sourceSize);
  masses.fill(0);
  let logLikelihood = 0;
  for (let pair = 0; pair < corpus.pairs; pair++) {
    const first = targetStarts[pair], end = targetStarts[pair + 1];
    for (let at = first, cell = firstCells[pair]; at < end; at++, cell++) {
      const scale = linked / normalizers[cell];
      const withoutSource = nullProbability * row[target[at]];
      const total = withoutSource + scale * sums[at];
      logLikelihood += Math.log(total);
      const share = withoutSource / total;
      counts[target[at]] += share;
      masses[cell] += 1 - share;
      sums[at] = scale / total;
    }
  }
  storeCounts(passes, table.sourceSize);
  return logLikelihood;
}

/**
 * Replaces a row by its expected counts, normalized.
 *
 * @returns The distance from the diagonal, summed over the links of this source id by their posteriors.
 */
export function countRow(passes: Passes, id: number, tension: number): number {
  const { corpus, occurrences, sums, row, counts, rising, falling } = passes;
  const { target, targetStarts, sourceStarts } = corpus;
  const { starts, pairs, positions } = occurrences;
  spreadRow(passes, id);
  let distances = 0;
  for (let k = starts[id]; k < starts[id + 1]; k++) {
    const pair = pairs[k], first = targetStarts[pair], m = targetStarts[pair + 1] - first;
    const n = sourceStarts[pair + 1] - sourceStarts[pair];
    const place = (positions[k] + 1) / n, step = 1 / m;
    const middle = Math.min(m, Math.floor(place * m));
    let distance = place - step;
    let weight = Math.exp(-tension * distance), j = 0;
    for (const up = rising[m]; j < middle; j++, weight *= up, distance -= step) {
      const token = target[first + j];
      const posterior = weight * row[token] * sums[first + j];
      counts[token] += posterior;
      distances += posterior * distance;
    }
    distance = (middle + 1) * step - place;
    weight = Math.exp(-tension * distance);
    for (const down = falling[m]; j < m; j++, weight *= down, distance += step) {
      const token = target[first + j];
      const posterior = weight * row[token] * sums[first + j];
      counts[token] += posterior;
      distances += posterior * distance;
    }
  }
  storeCounts(passes, id);
  return distances;
}

function spreadRow({ table, row }: Passes, id: number): void {
  const { offsets, targets, probabilities } = table;
  for (let at = offsets[id]; at < offsets[id + 1]; at++) row[targets[at]] = probabilities[at];
}

function clearRow({ table, row }: Passes, id: number): void {
  const { offsets, targets } = table;
  for (let at = offsets[id]; at < offsets[id + 1]; at++) row[targets[at]] = 0;
}

/** Writes the counts of a row into the table as probabilities, and clears both rows. */
function storeCounts({ table, row, counts }: Passes, id: number): void {
  const { offsets, targets, probabilities } = table;
  const start = offsets[id], end = offsets[id + 1];
  let total = 0;
  for (let at = start; at < end; at++) total += counts[targets[at]];
  for (let at = start; at < end; at++) {
    const token = targets[at];
    // A row whose counts are below the smallest number stays as it was.
    if (total > 0) probabilities[at] = counts[token] / total;
    row[token] = counts[token] = 0;
  }
}
