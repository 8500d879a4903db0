import type { PlaceLink } from "../links/place_link.ts";

/**
 * Joins the links of two translations, the second of which read what the first wrote: places of the first source and of
 * the last text belong together where their places between them overlap.
 *
 * @param first Links of the first translation.
 * @param second Links of the second one.
 * @returns Links from end to end, the product of both scores theirs; of several for the same places the surest.
 */
export function joinLinks(
  first: readonly PlaceLink[],
  second: readonly PlaceLink[],
): PlaceLink[] {
  const joined = new Map<string, PlaceLink>();
  const sorted = first.toSorted((a, b) => a.target.start - b.target.start);
  const longest = sorted.reduce((most, { target }) => Math.max(most, target.end - target.start), 0);
  for (const { source: between, target, score } of second) {
    // The first one that can reach this place.
    let at = firstFrom(sorted, between.start - longest);
    for (; at < sorted.length && sorted[at].target.start < between.end; at++) {
      const link = sorted[at];
      if (link.target.end <= between.start) continue;
      const whole = { source: link.source, target, score: link.score * score };
      const key = `${link.source.start},${link.source.end},${target.start},${target.end}`;
      const earlier = joined.get(key);
      if (earlier === undefined || earlier.score < whole.score) joined.set(key, whole);
    }
  }
  return [...joined.values()];
}

/** The number of the first link whose target begins at a place or later, by halving. */
function firstFrom(links: readonly PlaceLink[], place: number): number {
  let low = 0, high = links.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (links[middle].target.start < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
