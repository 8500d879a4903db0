/** What becomes of the matches when a text is split at them. */
export type SplitBehavior =
  | "Removed"
  | "Isolated"
  | "MergedWithPrevious"
  | "MergedWithNext"
  | "Contiguous";

/** The names that tokenizer.json may give. */
export const SPLIT_BEHAVIORS: readonly SplitBehavior[] = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
];

/** Appends to `cuts` the start and end of the parts of a text of `length` units that is split at `matches`. */
export function cutAtMatches(
  matches: Iterable<readonly [number, number]>,
  length: number,
  { behavior, invert, cuts }: { behavior: SplitBehavior; invert: boolean; cuts: number[] },
): void {
  // All parts in order, matches and what lies between them.
  const starts: number[] = [];
  const ends: number[] = [];
  const isMatch: boolean[] = [];
  const add = (start: number, end: number, match: boolean) => {
    starts.push(start);
    ends.push(end);
    isMatch.push(match !== invert);
  };
  let at = 0;
  for (const [start, end] of matches) {
    if (start > at) add(at, start, false);
    add(start, end, true);
    at = end;
  }
  if (at < length) add(at, length, false);
  const count = starts.length;
  const keep = (start: number, end: number) => {
    if (end > start) cuts.push(start, end);
  };
  if (behavior === "Removed" || behavior === "Isolated") {
    for (let i = 0; i < count; i++) {
      if (behavior === "Isolated" || !isMatch[i]) keep(starts[i], ends[i]);
    }
  } else if (behavior === "MergedWithNext") {
    const merged: number[] = []; // starts and ends, last first
    for (let i = count - 1; i >= 0; i--) {
      const joins = isMatch[i] && !(i + 1 < count && isMatch[i + 1]) && merged.length > 0;
      if (joins) merged[merged.length - 2] = starts[i];
      else merged.push(starts[i], ends[i]);
    }
    for (let i = merged.length - 2; i >= 0; i -= 2) keep(merged[i], merged[i + 1]);
  } else {
    let start = 0;
    let end = -1; // of the part that may still grow
    for (let i = 0; i < count; i++) {
      const previous = i > 0 && isMatch[i - 1];
      const joins = behavior === "Contiguous" ? isMatch[i] === previous : isMatch[i] && !previous;
      if (end >= 0 && joins) end = ends[i];
      else {
        if (end >= 0) keep(start, end);
        start = starts[i];
        end = ends[i];
      }
    }
    if (end >= 0) keep(start, end);
  }
}
