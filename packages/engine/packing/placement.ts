import type { HeadGeometry } from "./linear_packer.ts";
import { type PackingContext, SLICE_ROWS } from "./weight_rows.ts";

/** Multiplies each column of some rows by its factor. */
export function scaleColumns(
  floats: Float32Array,
  { source, rows, columns }: { source: number; rows: number; columns: Float32Array },
): void {
  let at = source / 4;
  for (let row = 0; row < rows; row++) {
    for (const factor of columns) floats[at++] *= factor;
  }
}

/** Where the rows and columns of a stored matrix go in the padded one. */
export interface Placement {
  /** Bytes of a padded row. */
  readonly k: number;
  readonly rowOf?: (row: number) => number;
  readonly columnOf?: (column: number) => number;
}

/** Where element `i` of heads that lie without gaps goes; undefined if nothing moves. */
export function headPlace({ headDim, paddedHeadDim }: HeadGeometry) {
  if (headDim === paddedHeadDim) return undefined;
  return (i: number) => Math.floor(i / headDim) * paddedHeadDim + i % headDim;
}

/** Copies rows to their places in a padded slice, zeros between them. */
export function placeRows(
  rows: { count: number; read(start: number, end: number): number },
  { start, end, room, inputs, place: { k, rowOf, columnOf }, heap }: {
    start: number;
    end: number;
    room: number;
    inputs: number;
    place: Placement;
    heap: PackingContext["heap"];
  },
): number {
  heap.views.floats.fill(0, room / 4, room / 4 + (end - start) * k);
  // With heads in the outputs the slice is the whole part; else rows stay where they are.
  const last = rowOf ? rows.count : Math.min(end, rows.count);
  for (let from = start; from < last; from += SLICE_ROWS) {
    const to = Math.min(from + SLICE_ROWS, last);
    const source = rows.read(from, to) / 4;
    const { floats } = heap.views;
    for (let row = from; row < to; row++) {
      const read = source + (row - from) * inputs;
      const write = room / 4 + ((rowOf?.(row) ?? row) - start) * k;
      if (!columnOf) floats.copyWithin(write, read, read + inputs);
      else for (let i = 0; i < inputs; i++) floats[write + columnOf(i)] = floats[read + i];
    }
  }
  return room;
}
