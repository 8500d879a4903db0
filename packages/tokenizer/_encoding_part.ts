import type { FullEncoding } from "./encoding.ts";

/** An encoding while it is put together. */
export interface EncodingPart {
  /** The text that the offsets point into. */
  text: string;
  ids: number[];
  tokens: string[];
  offsets: [number, number][];
  wordIds: (number | undefined)[];
  typeIds: number[];
  attentionMask: number[];
  specialTokensMask: number[];
  /** Text (0 or 1) -> its tokens `[start, end)`; empty: all tokens are of text 0. */
  ranges: Map<number, [number, number]>;
  overflowing: EncodingPart[];
}

/** A part without tokens. */
export function emptyPart(text: string): EncodingPart {
  return {
    text,
    ids: [],
    tokens: [],
    offsets: [],
    wordIds: [],
    typeIds: [],
    attentionMask: [],
    specialTokensMask: [],
    ranges: new Map(),
    overflowing: [],
  };
}

/** Tokens that stand for no text. */
export function addedPart(
  ids: readonly number[],
  tokens: readonly string[],
  typeId: number,
): EncodingPart {
  return {
    text: "",
    ids: [...ids],
    tokens: [...tokens],
    offsets: ids.map(() => [0, 0]),
    wordIds: ids.map(() => undefined),
    typeIds: ids.map(() => typeId),
    attentionMask: ids.map(() => 1),
    specialTokensMask: ids.map(() => 1),
    ranges: new Map(),
    overflowing: [],
  };
}

/** Tokens `[start, end)` of a part, without its ranges and overflow. */
export function slicePart(part: EncodingPart, start: number, end: number): EncodingPart {
  return {
    text: part.text,
    ids: part.ids.slice(start, end),
    tokens: part.tokens.slice(start, end),
    offsets: part.offsets.slice(start, end),
    wordIds: part.wordIds.slice(start, end),
    typeIds: part.typeIds.slice(start, end),
    attentionMask: part.attentionMask.slice(start, end),
    specialTokensMask: part.specialTokensMask.slice(start, end),
    ranges: new Map(),
    overflowing: [],
  };
}

/** One part after another; every overflowing part of one side is joined with all parts of the other. */
export function joinParts(first: EncodingPart, second: EncodingPart): EncodingPart {
  const overflowing: EncodingPart[] = [];
  for (const part of first.overflowing) {
    overflowing.push(joinParts(part, second));
    for (const other of second.overflowing) overflowing.push(joinParts(part, other));
  }
  for (const other of second.overflowing) overflowing.push(joinParts(first, other));
  const ranges = new Map(first.ranges);
  const shift = first.ids.length;
  for (const [text, [start, end]] of second.ranges) ranges.set(text, [start + shift, end + shift]);
  return {
    text: first.text,
    ids: first.ids.concat(second.ids),
    tokens: first.tokens.concat(second.tokens),
    offsets: first.offsets.concat(second.offsets),
    wordIds: first.wordIds.concat(second.wordIds),
    typeIds: first.typeIds.concat(second.typeIds),
    attentionMask: first.attentionMask.concat(second.attentionMask),
    specialTokensMask: first.specialTokensMask.concat(second.specialTokensMask),
    ranges,
    overflowing,
  };
}

/** Says, in place, that a part and what overflowed from it are of text `index`. */
export function setText(part: EncodingPart, index: number): void {
  part.ranges = new Map([[index, [0, part.ids.length]]]);
  for (const other of part.overflowing) setText(other, index);
}

/** The finished encoding. */
export function encodingOf(part: EncodingPart): FullEncoding {
  const { text: _, ranges, overflowing, ...fields } = part;
  const sequenceIds: (number | undefined)[] = part.ids.map(() => ranges.size === 0 ? 0 : undefined);
  for (const [text, [start, end]] of ranges) sequenceIds.fill(text, start, end);
  return { ...fields, sequenceIds, overflowing: overflowing.map(encodingOf) };
}
