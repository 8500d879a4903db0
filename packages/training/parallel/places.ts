/** Where a weight lies in a row of the exchange, and which thread takes the optimizer's step for it. */
export interface Place {
  /** Its first float in a row. */
  readonly begin: number;
  /** One past its last. */
  readonly end: number;
  /** The rank of the thread that has its moments. */
  readonly owner: number;
}

/**
 * Lays weights out one after the other and shares them among threads: the largest first, each to the
 * thread that has least so far. No weight is divided, so that its owner computes where it lies.
 *
 * @param sizes Floats of each weight.
 * @param workers Threads.
 * @returns A place for each, the same on all threads.
 */
export function placesOf(sizes: readonly number[], workers: number): Place[] {
  const owners: number[] = Array(sizes.length).fill(0);
  const loads: number[] = Array(workers).fill(0);
  for (const i of [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a])) {
    owners[i] = loads.indexOf(Math.min(...loads));
    loads[owners[i]] += sizes[i];
  }
  let begin = 0;
  return sizes.map((size, i) => ({ begin, end: begin += size, owner: owners[i] }));
}
