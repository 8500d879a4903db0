import { deriveSeed } from "@heed/nn";
import type { BatchStart } from "./batch_source.ts";
import { type BlockReader, openBlocks, type TextRecord } from "./open_blocks.ts";
import { shuffle } from "./shuffle.ts";
import type { TextData, Unusable } from "./text_data.ts";

/** Where and when a record is read. */
export interface RecordPlace {
  /** Pass over the data, from 0. */
  readonly epoch: number;
  /** Which of the files. */
  readonly file: number;
  /** Number of its first line, from 1. */
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
  /** Examples used in this pass before the chunk. */
  readonly examples: number;
  /** Records left out in this pass before the chunk. */
  readonly skipped: number;
  /** Lines of the whole data, to notice when it was changed. */
  readonly lines: number;
}

/** In what order and how often the data are read. */
export interface OrderOptions {
  /** Passes over the data; default without end. */
  readonly epochs?: number;
  /** Seed of the order; `null` keeps the order of the files, for evaluation. Default 1. */
  readonly seed?: number | null;
}

/** How {@linkcode readChunks} reads. */
export interface ChunkOptions<T extends object, Example> extends OrderOptions {
  /** Examples of a chunk, of which there may be a block more. */
  readonly size: number;
  /** Makes an example of a record. */
  readonly use: (record: T, at: RecordPlace) => Example | Unusable;
}

/** Examples that are in memory together. */
export interface Chunk<T extends object, Example> {
  /** The records that were used, with what was made of them, in the order of the shuffled blocks. */
  readonly items: { record: TextRecord<T> & T; example: Example }[];
  /** Seed of all order within the chunk; `null` keeps it as it is. */
  readonly seed: number | null;
  /** Where the chunk begins; its `batch` tells how many batches of it come before. */
  readonly position: BatchPosition;
  /** Where the next one begins. */
  readonly next: BatchPosition;
}

/**
 * Reads chunk after chunk, from any position on: each pass shuffles the blocks of the whole text. What is in a
 * chunk depends on the seed, the epoch and the position alone.
 */
export async function* readChunks<T extends object, Example>(
  text: TextData<T>,
  options: ChunkOptions<T, Example>,
  start: BatchStart<BatchPosition>,
): AsyncGenerator<Chunk<T, Example>> {
  const { epochs = Infinity, seed = 1 } = options;
  const { lines } = text;
  const begin = (epoch: number) => ({ epoch, block: 0, batch: 0, examples: 0, skipped: 0, lines });
  let position = start.position === undefined ? begin(0) : parsePosition(start.position);
  if (position.lines !== lines) {
    throw new RangeError(
      `Cannot go on in the data: they had ${position.lines} lines and have ${lines} now`,
    );
  }
  const reader = openBlocks(text);
  try {
    let order: Uint32Array | undefined;
    while (position.epoch < epochs) {
      const { epoch, examples, skipped } = position;
      order ??= blockOrder(text.blocks.length, seed, epoch);
      if (position.block === order.length) {
        if (examples === 0) throw nothingUsable(text, skipped);
        start.onEpoch?.({ epoch, examples, skipped });
        position = begin(epoch + 1);
        order = undefined;
        continue;
      }
      const { items, next } = await readChunk({ text, reader, order }, {
        position,
        options,
        start,
      });
      const chunkSeed = seed === null ? null : deriveSeed(seed, "chunk", epoch, position.block);
      yield { items, seed: chunkSeed, position, next };
      position = next;
    }
  } finally {
    await reader.close();
  }
}

/** Until version 0.1 the examples of a position were called pairs. */
function parsePosition(position: BatchPosition & { readonly pairs?: number }): BatchPosition {
  const { pairs, ...rest } = position;
  return pairs === undefined ? rest : { ...rest, examples: pairs };
}

function blockOrder(blocks: number, seed: number | null, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: blocks }, (_, i) => i);
  return seed === null ? order : shuffle(order, deriveSeed(seed, "blocks", epoch));
}

async function readChunk<T extends object, Example>(
  { text, reader, order }: { text: TextData<T>; reader: BlockReader<T>; order: Uint32Array },
  { position, options: { use, size }, start }: {
    position: BatchPosition;
    options: ChunkOptions<T, Example>;
    start: BatchStart<BatchPosition>;
  },
): Promise<Pick<Chunk<T, Example>, "items" | "next">> {
  const { epoch } = position;
  const items: Chunk<T, Example>["items"] = [];
  let { block, skipped } = position;
  // A position inside a chunk means that its bad lines were reported when it was first read.
  const report = position.batch === 0 ? start.onSkip : undefined;
  for (; block < order.length && items.length < size; block++) {
    const { file } = text.blocks[order[block]];
    for (const record of await reader.read(order[block])) {
      const found = record.problem === undefined
        ? use(record as T, { epoch, file, line: record.line })
        : record as Unusable;
      if (isUsable(found)) {
        items.push({ record: record as TextRecord<T> & T, example: found });
        continue;
      }
      skipped++;
      const { problem } = found;
      report?.({ file: record.file, line: record.line, problem, epoch, count: skipped });
    }
  }
  const examples = position.examples + items.length;
  return { items, next: { ...position, block, batch: 0, examples, skipped } };
}

function isUsable<Example>(found: Example | Unusable): found is Example {
  return typeof found !== "object" || found === null || !("problem" in found);
}

function nothingUsable(text: TextData<object>, skipped: number): RangeError {
  return new RangeError(
    `Cannot make batches: none of the ${text.lines} lines is usable (${skipped} skipped)`,
  );
}
