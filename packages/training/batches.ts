import { deriveSeed } from "@heed/nn";
import type { BatchSource, BatchStart, TrainingBatch } from "./batch_source.ts";
import { type BlockReader, openBlocks } from "./parallel_text.ts";
import { shuffle } from "./shuffle.ts";
import type { ParallelText } from "./text_index.ts";

/** Token ids of a batch of sentence pairs; rows differ in length, the model pads them. */
export interface TokenBatch {
  /** Source ids, `[rows][source length]`. */
  readonly inputIds: readonly (readonly number[])[];
  /** Target ids that the model is to predict, with the end token, `[rows][target length]`. */
  readonly labels: readonly (readonly number[])[];
}

/** One sentence pair as ids. */
export interface EncodedPair {
  /** Source ids. */
  readonly inputIds: number[];
  /** Target ids with the end token. */
  readonly labels: number[];
}

/** Where and when an example is read. */
export interface RecordPlace {
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** Which of the files. */
  readonly file: number;
  /** Number of the line in it, from 1. */
  readonly line: number;
}

/** Where the next batch begins: a plain JSON value. */
export interface BatchPosition {
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** Blocks of this pass that come before the chunk which holds the batch. */
  readonly block: number;
  /** Batches of the chunk that come before it. */
  readonly batch: number;
  /** Pairs used in this pass before the chunk. */
  readonly pairs: number;
  /** Lines left out in this pass before the chunk. */
  readonly skipped: number;
  /** Lines of the whole data, to notice when it was changed. */
  readonly lines: number;
}

/** Options of {@linkcode tokenBatches}. */
export interface TokenBatchOptions {
  /** Turns a pair of texts into ids; what is random in it may depend on the place alone. */
  readonly encode: (source: string, target: string, at: RecordPlace) => EncodedPair;
  /** Rows times the longest row, of the longer side, that a batch may hold. */
  readonly tokens: number;
  /** Longest source in tokens; longer pairs are skipped. */
  readonly maxSourceTokens: number;
  /** Longest target in tokens. */
  readonly maxTargetTokens: number;
  /** Pairs that are sorted by length together; default 20000. */
  readonly bucketLines?: number;
  /** Passes over the data; default without end. */
  readonly epochs?: number;
  /** Seed of the order; `null` keeps the order of the files, for evaluation. Default 1. */
  readonly seed?: number | null;
}

type Example = EncodedPair & { file: string; line: number; source: string; target: string };
type Start = BatchStart<BatchPosition>;

/**
 * Batches of sentence pairs of similar length under a token budget.
 *
 * Each pass shuffles the blocks of the whole text, reads a chunk of about `bucketLines` pairs,
 * shuffles and sorts them by length, cuts the batches and shuffles these. All of it depends on the
 * seed, the epoch and the chunk alone, so that {@linkcode BatchPosition} is enough to go on.
 *
 * @param text The index of the data.
 * @param options Encoding, budget and order.
 * @returns The source of the batches.
 * @throws {RangeError} When a pair of the allowed length would not fit the budget; and, while
 * batches are taken, when a whole pass has no usable pair or the data differ from the position's.
 *
 * @example
 * ```ts
 * import { indexParallelText, tokenBatches } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await indexParallelText(["data:,a b%09A B%0Ac%09C%0A"]);
 * const ids = (words: string) => words.split(" ").map((word) => word.charCodeAt(0));
 * const batches = tokenBatches(text, {
 *   encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
 *   tokens: 4,
 *   maxSourceTokens: 4,
 *   maxTargetTokens: 4,
 *   epochs: 1,
 * });
 * for await (const { batch } of batches({})) assertEquals(batch.inputIds.length, 2);
 * ```
 */
export function tokenBatches(
  text: ParallelText,
  options: TokenBatchOptions,
): BatchSource<TokenBatch, BatchPosition> {
  const { tokens, maxSourceTokens, maxTargetTokens } = options;
  const longest = Math.max(maxSourceTokens, maxTargetTokens);
  if (!(tokens >= longest)) {
    throw new RangeError(
      `Cannot cut batches of ${tokens} tokens: a pair may have ${longest} (maxSourceTokens, maxTargetTokens)`,
    );
  }
  return (start) => generate(text, options, start);
}

async function* generate(
  text: ParallelText,
  options: TokenBatchOptions,
  start: Start,
): AsyncGenerator<TrainingBatch<TokenBatch, BatchPosition>> {
  const { epochs = Infinity, seed = 1 } = options;
  const lines = text.lines;
  const begin = (epoch: number) => ({ epoch, block: 0, batch: 0, pairs: 0, skipped: 0, lines });
  let position: BatchPosition = start.position ?? begin(0);
  if (position.lines !== lines) {
    throw new RangeError(
      `Cannot go on in the data: they had ${position.lines} lines and have ${lines} now`,
    );
  }
  const reader = openBlocks(text);
  try {
    let order: Uint32Array | undefined;
    while (position.epoch < epochs) {
      const { epoch } = position;
      order ??= blockOrder(text.blocks.length, seed, epoch);
      if (position.block === order.length) {
        if (position.pairs === 0) throw noPairs(text, position.skipped);
        start.onEpoch?.({ epoch, pairs: position.pairs, skipped: position.skipped });
        position = begin(epoch + 1);
        order = undefined;
        continue;
      }
      const { examples, next } = await readChunk({ text, reader }, {
        order,
        position,
        options,
        start,
      });
      const batches = cutBatches(examples, {
        tokens: options.tokens,
        seed: seed === null ? null : deriveSeed(seed, "chunk", epoch, position.block),
      });
      for (let i = position.batch; i < batches.length; i++) {
        const after = i + 1 < batches.length ? { ...position, batch: i + 1 } : next;
        yield {
          batch: {
            inputIds: batches[i].map((example) => example.inputIds),
            labels: batches[i].map((example) => example.labels),
          },
          epoch,
          position: after,
          examples: batches[i],
        };
      }
      position = next;
    }
  } finally {
    await reader.close();
  }
}

function blockOrder(blocks: number, seed: number | null, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: blocks }, (_, i) => i);
  return seed === null ? order : shuffle(order, deriveSeed(seed, "blocks", epoch));
}

async function readChunk(
  { text, reader }: { text: ParallelText; reader: BlockReader },
  { order, position, options, start }: {
    order: Uint32Array;
    position: BatchPosition;
    options: TokenBatchOptions;
    start: Start;
  },
): Promise<{ examples: Example[]; next: BatchPosition }> {
  const { encode, maxSourceTokens, maxTargetTokens, bucketLines = 20_000 } = options;
  const { epoch } = position;
  const examples: Example[] = [];
  let { block, skipped } = position;
  // A position inside a chunk means that its bad lines were reported when it was first read.
  const report = position.batch === 0 ? start.onSkip : undefined;
  for (; block < order.length && examples.length < bucketLines; block++) {
    const fileIndex = text.blocks[order[block]].file;
    for (const entry of await reader.read(order[block])) {
      let { problem } = entry;
      if (entry.problem === undefined) {
        const { file, line, source, target } = entry;
        const { inputIds, labels } = encode(source, target, { epoch, file: fileIndex, line });
        if (inputIds.length > maxSourceTokens) {
          problem = `the source has ${inputIds.length} tokens, allowed are ${maxSourceTokens}`;
        } else if (labels.length > maxTargetTokens) {
          problem = `the target has ${labels.length} tokens, allowed are ${maxTargetTokens}`;
        } else {
          examples.push({ file, line, source, target, inputIds, labels });
          continue;
        }
      }
      skipped++;
      report?.({ file: entry.file, line: entry.line, problem: problem!, epoch, count: skipped });
    }
  }
  const pairs = position.pairs + examples.length;
  return { examples, next: { ...position, block, batch: 0, pairs, skipped } };
}

/** Sorts by length and cuts where the next pair would burst the budget. */
function cutBatches<T extends EncodedPair>(
  examples: T[],
  { tokens, seed }: { tokens: number; seed: number | null },
): T[][] {
  const longer = ({ inputIds, labels }: T) => Math.max(inputIds.length, labels.length);
  const shorter = ({ inputIds, labels }: T) => Math.min(inputIds.length, labels.length);
  if (seed !== null) {
    // The shuffle decides among pairs of the same lengths; sort() is stable.
    shuffle(examples, deriveSeed(seed, "pairs"));
    examples.sort((a, b) => longer(a) - longer(b) || shorter(a) - shorter(b));
  }
  const batches: T[][] = [];
  let batch: T[] = [], longest = 0;
  for (const example of examples) {
    longest = Math.max(longest, longer(example));
    if (batch.length > 0 && (batch.length + 1) * longest > tokens) {
      batches.push(batch);
      batch = [];
      longest = longer(example);
    }
    batch.push(example);
  }
  if (batch.length > 0) batches.push(batch);
  return seed === null ? batches : shuffle(batches, deriveSeed(seed, "batches"));
}

function noPairs(text: ParallelText, skipped: number): RangeError {
  return new RangeError(
    `Cannot make batches: none of the ${text.lines} lines is a usable pair (${skipped} skipped)`,
  );
}
