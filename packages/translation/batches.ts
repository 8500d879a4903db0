/** Limits of {@linkcode makeBatches}. */
export interface BatchLimits {
  /** Most items in a batch. */
  readonly batchSize: number;
  /** Most tokens in a batch, padding counted; an item that is longer is a batch of its own. */
  readonly maxTokens: number;
  /** Batches that run at once; default 1. Few items are spread over as many batches. */
  readonly concurrency?: number;
  /** Tokens that a batch should have so that spreading pays; default 1. */
  readonly leastTokens?: number;
}

/** Batches for each that runs at once, from which on their sizes no longer matter: see below. */
const manyRounds = 4;

/**
 * Groups items of like length, the longest first, so that little is padded and a batch that is too
 * large for the memory fails at once.
 *
 * Where several batches run at once, and there are so few that the last ones would run alone, the
 * items are dealt out again in batches of about equal cost, as many for everyone. Of many batches
 * the order takes care: the cheapest run last.
 *
 * @returns Numbers of the items in every batch.
 */
export function makeBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const { concurrency = 1, leastTokens = 1 } = limits;
  const order = lengths.map((_, item) => item).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches: number[][] = [];
  for (const item of order) {
    const batch = batches.at(-1);
    if (batch !== undefined && fits(batch, { lengths, limits })) batch.push(item);
    else batches.push([item]);
  }
  if (concurrency === 1 || batches.length >= manyRounds * concurrency) return batches;
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const paying = Math.max(batches.length, Math.floor(tokens / leastTokens));
  const rounds = Math.ceil(batches.length / concurrency);
  const count = Math.min(order.length, rounds * concurrency, paying);
  return dealOut(order, { lengths, limits, count });
}

/** Whether a batch takes one more item, which is no longer than those in it. */
function fits(
  batch: readonly number[],
  { lengths, limits: { batchSize, maxTokens } }: {
    lengths: readonly number[];
    limits: BatchLimits;
  },
): boolean {
  // The first item of a batch is its longest.
  return batch.length < batchSize && (batch.length + 1) * lengths[batch[0]] <= maxTokens;
}

/** Divides items, the longest first, into `count` batches of about as many tokens. */
function dealOut(
  order: readonly number[],
  { lengths, limits, count }: { lengths: readonly number[]; limits: BatchLimits; count: number },
): number[][] {
  const batches: number[][] = [];
  let left = order.reduce((sum, item) => sum + lengths[item], 0);
  for (let next = 0; next < order.length;) {
    const share = left / Math.max(1, count - batches.length);
    const batch = [order[next++]];
    let cost = lengths[batch[0]];
    const roomBehind = (count - batches.length - 1) * limits.batchSize;
    // An item is taken when it brings the cost nearer to the share, or has no room further on.
    while (
      next < order.length && fits(batch, { lengths, limits }) &&
      (cost + lengths[order[next]] / 2 <= share || order.length - next > roomBehind)
    ) {
      cost += lengths[order[next]];
      batch.push(order[next++]);
    }
    left -= cost;
    batches.push(batch);
  }
  return batches;
}
