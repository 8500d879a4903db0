import { deriveSeed } from "@heed/nn";
import type { BatchSource } from "./batch_source.ts";

/** What {@linkcode mapBatches} tells about the batch that is changed. */
export interface BatchAt {
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** Seed for what is random in the change: another for each batch, the same after a resume. */
  readonly seed: number;
}

/**
 * Changes every batch of a source as it comes: for what is to be different each time, such as the masks of a
 * masked language model. A run that goes on from a position sees the same changes.
 *
 * @param source The source.
 * @param change Makes a batch of a batch.
 * @param options `seed`: where the seeds of the batches come from, default 1.
 * @returns A source with the same positions.
 *
 * @example
 * ```ts
 * import { type BatchSource, mapBatches } from "@heed/training";
 * import { randomWord } from "@heed/nn";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const ones: BatchSource<number[], number> = async function* ({ position = 0 }) {
 *   for (let i = position; i < 2; i++) {
 *     yield { batch: [1, 1, 1, 1, 1, 1], epoch: 0, position: i + 1, examples: [] };
 *   }
 * };
 * const masked = mapBatches(ones, (batch, { seed }) =>
 *   batch.map((id, i) => randomWord(seed, i) % 2 === 0 ? 0 : id));
 * const [first, second] = await Array.fromAsync(masked({}));
 * assertNotEquals(first.batch, second.batch);
 * assertEquals(await Array.fromAsync(masked({ position: 1 })), [second]);
 * ```
 */
export function mapBatches<Batch, Changed, Position>(
  source: BatchSource<Batch, Position>,
  change: (batch: Batch, at: BatchAt) => Changed,
  { seed = 1 }: { seed?: number } = {},
): BatchSource<Changed, Position> {
  return async function* (start) {
    for await (const taken of source(start)) {
      const { epoch, position } = taken;
      const own = deriveSeed(seed, "map", JSON.stringify(position));
      yield { ...taken, batch: change(taken.batch, { epoch, seed: own }) };
    }
  };
}
