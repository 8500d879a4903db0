import { deriveSeed } from "@heed/nn";
import type { BatchSource, BatchStart, TrainingBatch } from "./batch_source.ts";
import { type BatchPosition, type OrderOptions, readChunks, type RecordPlace } from "./chunks.ts";
import { shuffle } from "./shuffle.ts";
import type { TextData, Unusable } from "./text_data.ts";

/** Rows of running text; all have the same length. */
export interface PackedBatch {
  /** Ids, `[rows][length]`. */
  readonly inputIds: readonly (readonly number[])[];
}

/** Where the next packed batch begins: a plain JSON value. */
export interface PackedPosition extends BatchPosition {
  /** Ids from before the chunk that did not fill a row yet: fewer than a row has. */
  readonly carried: readonly number[];
}

/** Options of {@linkcode packedBatches}. */
export interface PackedBatchOptions<T extends object> extends OrderOptions {
  /** Turns a document into ids, with those that part it from the next one. */
  readonly encode: (document: T, at: RecordPlace) => readonly number[];
  /** Ids of a row. */
  readonly length: number;
  /** Rows of a batch; the last one of a chunk may have fewer. */
  readonly rows: number;
  /** Ids from the beginning of a row to that of the next; below `length` rows overlap; default `length`. */
  readonly stride?: number;
  /** Documents that are read and shuffled together; default 1000. */
  readonly bucketLines?: number;
}

/**
 * Batches for language models: documents joined, and cut into rows of exactly `length` ids. Nothing is padded,
 * and what does not fill a row goes on in the next, also into the next pass; only at the very end is it left out.
 *
 * @param text The index of the documents.
 * @param options Encoding, sizes and order.
 * @returns The source of the batches.
 * @throws {RangeError} When a size is no positive integer, or rows would have gaps between them; and, while
 * batches are taken, when a whole pass has no usable document or the data differ from the position's.
 *
 * @example
 * ```ts
 * import { indexDocuments, packedBatches } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const documents = await indexDocuments(["data:,one%0Afour%0Asix%0A"]);
 * const END = 0;
 * const batches = packedBatches(documents, {
 *   encode: ({ text }) => [...[...text].map((letter) => letter.charCodeAt(0)), END],
 *   length: 4,
 *   rows: 2,
 *   epochs: 1,
 *   seed: null,
 * });
 * const rows = (await Array.fromAsync(batches({}))).flatMap(({ batch }) => batch.inputIds);
 * assertEquals(rows.map((row) => String.fromCharCode(...row)), ["one\0", "four", "\0six"]);
 * ```
 */
export function packedBatches<T extends object>(
  text: TextData<T>,
  options: PackedBatchOptions<T>,
): BatchSource<PackedBatch, PackedPosition> {
  const { length, rows, stride = length } = options;
  for (const [name, value] of Object.entries({ length, rows, stride })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`Cannot pack text with ${name} ${value}: it must be a positive integer`);
  }
  if (stride > length) {
    throw new RangeError(`Cannot pack text with stride ${stride}: rows have only ${length} ids`);
  }
  return (start) => generate(text, options, start);
}

async function* generate<T extends object>(
  text: TextData<T>,
  options: PackedBatchOptions<T>,
  start: BatchStart<PackedPosition>,
): AsyncGenerator<TrainingBatch<PackedBatch, PackedPosition>> {
  const { encode, length, rows, stride = length, bucketLines = 1000 } = options;
  const use = (document: T, at: RecordPlace): readonly number[] | Unusable => {
    const ids = encode(document, at);
    return ids.length > 0 ? ids : { problem: "the document has no token" };
  };
  let { carried = [] } = start.position ?? {};
  const position = start.position && withoutCarried(start.position);
  const chunks = readChunks(text, { ...options, use, size: bucketLines }, {
    ...start,
    position,
  } as BatchStart<BatchPosition>);
  for await (const { items, seed, position, next } of chunks) {
    const documents = items.map(({ example }) => example);
    if (seed !== null) shuffle(documents, deriveSeed(seed, "documents"));
    const packed = cutRows([carried, ...documents], { length, stride });
    if (seed !== null) shuffle(packed.rows, deriveSeed(seed, "rows"));
    const batches = Math.ceil(packed.rows.length / rows);
    for (let i = position.batch; i < batches; i++) {
      const inputIds = packed.rows.slice(i * rows, (i + 1) * rows);
      yield {
        batch: { inputIds },
        epoch: position.epoch,
        position: i + 1 < batches
          ? { ...position, batch: i + 1, carried }
          : { ...next, carried: packed.rest },
        examples: inputIds,
      };
    }
    carried = packed.rest;
  }
}

function withoutCarried({ carried: _, ...position }: PackedPosition): BatchPosition {
  return position;
}

/** Whole rows out of ids that lie in several lists, and what is left for the next row. */
function cutRows(
  lists: readonly (readonly number[])[],
  { length, stride }: { length: number; stride: number },
): { rows: number[][]; rest: number[] } {
  const rows: number[][] = [];
  let row: number[] = [];
  for (const list of lists) {
    for (const id of list) {
      row.push(id);
      if (row.length < length) continue;
      rows.push(row);
      row = row.slice(stride);
    }
  }
  return { rows, rest: row };
}
