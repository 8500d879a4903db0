import { addedPart, type EncodingPart, joinParts } from "./_encoding_part.ts";

/** How short texts are filled up. */
export interface Padding {
  /** `longest`: to the longest text of a batch; a number: to that many tokens. */
  readonly length: "longest" | number;
  /** The length is rounded up to a multiple of this; default 1. */
  readonly multipleOf?: number;
  /** The side that is filled up; default `right`. */
  readonly direction?: "left" | "right";
  /** Id of the padding token; default 0. */
  readonly padTokenId?: number;
  /** The padding token; default `[PAD]`. */
  readonly padToken?: string;
  /** Type id of padding; default 0. */
  readonly padTypeId?: number;
}

/** The length that texts of these lengths are filled up to. */
export function paddedLength(lengths: Iterable<number>, padding: Padding): number {
  let length = 0;
  if (padding.length !== "longest") length = padding.length;
  else for (const one of lengths) length = Math.max(length, one);
  const { multipleOf = 1 } = padding;
  return multipleOf > 0 ? Math.ceil(length / multipleOf) * multipleOf : length;
}

/** Fills a part up, and what overflowed from it. */
export function padPart(part: EncodingPart, length: number, padding: Padding): EncodingPart {
  const overflowing = part.overflowing.map((other) => padPart(other, length, padding));
  const missing = length - part.ids.length;
  if (missing <= 0) return { ...part, overflowing };
  const { padTokenId = 0, padToken = "[PAD]", padTypeId = 0, direction = "right" } = padding;
  const filler = addedPart(
    new Array(missing).fill(padTokenId),
    new Array(missing).fill(padToken),
    padTypeId,
  );
  filler.attentionMask.fill(0);
  const alone = { ...part, overflowing: [] };
  const padded = direction === "right" ? joinParts(alone, filler) : joinParts(filler, alone);
  return { ...padded, overflowing };
}

/** Fills ids up. */
export function padIds(ids: number[], length: number, padding: Padding): number[] {
  const missing = length - ids.length;
  if (missing <= 0) return ids;
  const filler = new Array(missing).fill(padding.padTokenId ?? 0);
  return padding.direction === "left" ? filler.concat(ids) : ids.concat(filler);
}
