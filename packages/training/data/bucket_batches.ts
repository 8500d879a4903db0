import { deriveSeed } from "@heed/nn";
import type { BatchSource, BatchStart, TrainingBatch } from "./batch_source.ts";
import { type BatchPosition, type OrderOptions, readChunks, type RecordPlace } from "./chunks.ts";
import { shuffle } from "./shuffle.ts";
import type { TextData, Unusable } from "./text_data.ts";

/** One part of an example that has a length of its own: it is padded to the longest in its batch. */
export interface Side<Example> {
  /** Its name in messages: `source`. */
  readonly name: string;
  /** Its tokens. */
  readonly length: (example: Example) => number;
  /** Most tokens that it may have; longer examples are skipped. */
  readonly most: number;
}

/** Examples as columns: `{ inputIds, label }` becomes `{ inputIds: [...], label: [...] }`. */
export type Columns<Example> = { readonly [Name in keyof Example]: readonly Example[Name][] };

/** Options of {@linkcode bucketBatches}. */
export interface BucketBatchOptions<T extends object, Example extends object> extends OrderOptions {
  /** Makes an example of a record, or says why it cannot; what is random in it may depend on the place alone. */
  readonly encode: (record: T, at: RecordPlace) => Example | Unusable;
  /** What is long or short about an example; at least one. */
  readonly sides: readonly Side<Example>[];
  /** Rows times the longest row, of the longest side, that a batch may hold. */
  readonly tokens: number;
  /** Rows that a batch may hold; default as many as `tokens` allows. */
  readonly maxRows?: number;
  /** Examples that are sorted by length together; default 20000. */
  readonly bucketLines?: number;
}

/**
 * Batches of examples of similar length under a token budget.
 *
 * Each pass shuffles the blocks of the whole text, reads a chunk of about `bucketLines` examples,
 * shuffles and sorts them by length, cuts the batches and shuffles these. All of it depends on the
 * seed, the epoch and the chunk alone, so that {@linkcode BatchPosition} is enough to go on.
 *
 * @param text The index of the data.
 * @param options Encoding, budget and order.
 * @returns The source of the batches.
 * @throws {RangeError} When an example of the allowed length would not fit the budget; and, while
 * batches are taken, when a whole pass has no usable record or the data differ from the position's.
 *
 * @example
 * ```ts
 * import { bucketBatches, indexRows } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * // Texts with labels, for a classifier.
 * const rows = await indexRows(["data:,good%09yes%0Avery%20good%09yes%0Abad%09no%0A"], {
 *   columns: { text: 0, label: 1 },
 * });
 * const classes = ["no", "yes"];
 * const batches = bucketBatches(rows, {
 *   encode: ({ text, label }) => ({
 *     inputIds: text.split(" ").map((word) => word.length),
 *     label: classes.indexOf(label),
 *   }),
 *   sides: [{ name: "text", length: ({ inputIds }) => inputIds.length, most: 8 }],
 *   tokens: 8,
 *   epochs: 1,
 *   seed: null,
 * });
 * for await (const { batch } of batches({})) {
 *   assertEquals(batch, { inputIds: [[4], [4, 4], [3]], label: [1, 1, 0] });
 * }
 * ```
 */
export function bucketBatches<T extends object, Example extends object>(
  text: TextData<T>,
  options: BucketBatchOptions<T, Example>,
): BatchSource<Columns<Example>, BatchPosition> {
  const { sides, tokens } = options;
  if (sides.length === 0) {
    throw new RangeError("Cannot cut batches by length: sides names no part of an example");
  }
  for (const { name, most } of sides) {
    if (tokens >= most) continue;
    throw new RangeError(`Cannot cut batches of ${tokens} tokens: the ${name} may have ${most}`);
  }
  return (start) => generate(text, options, start);
}

/** An example with its lengths, the longest first. */
interface Measured<Example> {
  readonly example: Example;
  readonly lengths: readonly number[];
}

async function* generate<T extends object, Example extends object>(
  text: TextData<T>,
  options: BucketBatchOptions<T, Example>,
  start: BatchStart<BatchPosition>,
): AsyncGenerator<TrainingBatch<Columns<Example>, BatchPosition>> {
  const { encode, sides, bucketLines = 20_000 } = options;
  const use = (record: T, at: RecordPlace): Measured<Example> | Unusable => {
    const example = encode(record, at);
    return "problem" in example ? example : measure(example, sides);
  };
  const chunks = readChunks(text, { ...options, use, size: bucketLines }, start);
  for await (const { items, seed, position, next } of chunks) {
    const measured = items.map(({ record, example }) => ({ ...example, record }));
    const batches = cutBatches(measured, { ...options, seed });
    for (let i = position.batch; i < batches.length; i++) {
      yield {
        batch: columnsOf(batches[i].map(({ example }) => example)),
        epoch: position.epoch,
        position: i + 1 < batches.length ? { ...position, batch: i + 1 } : next,
        examples: batches[i].map(({ record, example }) => ({ ...record, ...example })),
      };
    }
  }
}

function measure<Example>(
  example: Example,
  sides: readonly Side<Example>[],
): Measured<Example> | Unusable {
  const lengths = sides.map(({ length }) => length(example));
  const tooLong = sides.findIndex(({ most }, i) => lengths[i] > most);
  if (tooLong >= 0) {
    const { name, most } = sides[tooLong];
    return { problem: `the ${name} has ${lengths[tooLong]} tokens, allowed are ${most}` };
  }
  return { example, lengths: lengths.sort((a, b) => b - a) };
}

/** Sorts by length and cuts where the next example would burst the budget. */
function cutBatches<Item extends { readonly lengths: readonly number[] }>(
  items: Item[],
  { tokens, maxRows = Infinity, seed }: { tokens: number; maxRows?: number; seed: number | null },
): Item[][] {
  if (seed !== null) {
    // The shuffle decides among examples of the same lengths; sort() is stable.
    shuffle(items, deriveSeed(seed, "pairs"));
    items.sort((a, b) => compare(a.lengths, b.lengths));
  }
  const batches: Item[][] = [];
  let batch: Item[] = [], longest = 0;
  for (const item of items) {
    longest = Math.max(longest, item.lengths[0]);
    if (batch.length === maxRows || (batch.length > 0 && (batch.length + 1) * longest > tokens)) {
      batches.push(batch);
      batch = [];
      longest = item.lengths[0];
    }
    batch.push(item);
  }
  if (batch.length > 0) batches.push(batch);
  return seed === null ? batches : shuffle(batches, deriveSeed(seed, "batches"));
}

/** By the longest side, then by the next. */
function compare(a: readonly number[], b: readonly number[]): number {
  const side = a.findIndex((length, i) => length !== b[i]);
  return side < 0 ? 0 : a[side] - b[side];
}

function columnsOf<Example extends object>(examples: readonly Example[]): Columns<Example> {
  const names = Object.keys(examples[0]) as (keyof Example)[];
  return Object.fromEntries(
    names.map((name) => [name, examples.map((example) => example[name])]),
  ) as unknown as Columns<Example>;
}
