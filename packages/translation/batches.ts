/** Limits of {@linkcode makeBatches}. */
export interface BatchLimits {
  /** Most items in a batch. */
  readonly batchSize: number;
  /** Most tokens in a batch, padding counted; an item that is longer is a batch of its own. */
  readonly maxTokens: number;
}

/**
 * Groups items of like length, the longest first, so that little is padded and a batch that is too
 * large for the memory fails at once.
 *
 * @returns Numbers of the items in every batch.
 */
export function makeBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const { batchSize, maxTokens } = limits;
  const order = lengths.map((_, item) => item).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches: number[][] = [];
  for (const item of order) {
    const batch = batches.at(-1);
    // The first item of a batch is its longest.
    const fits = batch !== undefined && batch.length < batchSize &&
      (batch.length + 1) * lengths[batch[0]] <= maxTokens;
    if (fits) batch.push(item);
    else batches.push([item]);
  }
  return batches;
}
