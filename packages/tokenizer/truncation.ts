import { type EncodingPart, slicePart } from "./_encoding_part.ts";

/** How texts that are too long are cut. */
export interface Truncation {
  /** Tokens that are left, added ones included. */
  readonly maxLength: number;
  /** Which text of a pair is cut; default `longest_first`. */
  readonly strategy?: "longest_first" | "only_first" | "only_second";
  /** Tokens that a part repeats of the one before it; default 0. */
  readonly stride?: number;
  /** The side that is cut off; default `right`. */
  readonly direction?: "left" | "right";
}

/** Tokens that all parts together may have, and times that each token may be in them besides. */
const MOST_TOKENS = 1 << 22, MOST_TIMES = 100;

/** Cuts one text or a pair to `maxLength` tokens in all; what is cut off becomes `overflowing`. */
export function truncateParts(
  parts: readonly EncodingPart[],
  maxLength: number,
  truncation: Truncation,
): EncodingPart[] {
  const { strategy = "longest_first" } = truncation;
  const lengths = parts.map(({ ids }) => ids.length);
  const excess = lengths.reduce((sum, length) => sum + length, 0) - maxLength;
  if (excess <= 0) return [...parts];
  let kept = lengths.slice();
  if (maxLength <= 0) kept = lengths.map(() => 0);
  else if (strategy === "longest_first") {
    kept = parts.length === 1 ? [maxLength] : longestFirst(lengths, maxLength);
  } else {
    const target = strategy === "only_first" ? 0 : 1;
    if (target >= parts.length) {
      throw new RangeError("Cannot truncate only the second text: there is one text");
    }
    if (lengths[target] <= excess) {
      throw new RangeError(
        `Cannot truncate to maxLength ${truncation.maxLength}: the ${
          target === 0 ? "first" : "second"
        } text has ${lengths[target]} tokens, and ${excess} would have to go`,
      );
    }
    kept[target] -= excess;
  }
  assertWork(lengths, kept, truncation);
  return parts.map((part, i) => truncatePart(part, kept[i], truncation));
}

/** Refuses a stride that makes of a text far more than it is; what is cut off a pair is every part with every other. */
function assertWork(lengths: number[], kept: number[], { stride = 0 }: Truncation): void {
  let combinations = 1, length = 0, partLength = 0;
  for (const [i, most] of kept.entries()) {
    length += lengths[i];
    partLength += most;
    if (most >= lengths[i] || most === 0 || stride >= most) continue;
    combinations *= 1 + Math.ceil((lengths[i] - most) / (most - stride));
  }
  if (combinations * partLength <= MOST_TOKENS + MOST_TIMES * length) return;
  throw new RangeError(
    `Cannot truncate ${length} tokens with stride ${stride}: it would give ${combinations} parts of ` +
      `${partLength} tokens; give a smaller stride, or shorter texts`,
  );
}

/** The shorter text stays whole while it can. */
function longestFirst([first, second]: number[], maxLength: number): number[] {
  let shorter = Math.min(first, second);
  let longer = shorter > maxLength ? shorter : Math.max(shorter, maxLength - shorter);
  if (shorter + longer > maxLength) {
    shorter = Math.floor(maxLength / 2);
    longer = shorter + maxLength % 2;
  }
  return first > second ? [longer, shorter] : [shorter, longer];
}

function truncatePart(part: EncodingPart, maxLength: number, truncation: Truncation): EncodingPart {
  const { stride = 0, direction = "right" } = truncation;
  const length = part.ids.length;
  if (maxLength >= length) return part;
  if (maxLength === 0) {
    return { ...slicePart(part, 0, 0), overflowing: [part] };
  }
  if (stride >= maxLength) {
    throw new RangeError(
      `Cannot truncate with stride ${stride}: it must be less than the ${maxLength} tokens that are left of the text`,
    );
  }
  const parts: EncodingPart[] = [];
  const step = maxLength - stride;
  if (direction === "right") {
    for (let start = 0;; start += step) {
      const end = Math.min(start + maxLength, length);
      parts.push(slicePart(part, start, end));
      if (end === length) break;
    }
  } else {
    for (let end = length;; end -= step) {
      const start = Math.max(0, end - maxLength);
      parts.push(slicePart(part, start, end));
      if (start === 0) break;
    }
  }
  return { ...parts[0], overflowing: parts.slice(1) };
}
