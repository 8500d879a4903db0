import type { AttendedPair, SpanLink } from "@heed/alignment";
import type { Edit } from "../finish/edits.ts";
import type { Mark } from "./marks.ts";
import { type WeightedWord, wordWeights } from "./word_weights.ts";

/**
 * Finds the places of marks in a translation by the words that they belong to. A mark with words inside comes around
 * those that they became, marks inside of it stay inside, and marks beside each other do not overlap.
 *
 * @param pair The sentence without marks, its translation, and the attention between them.
 * @param marks What was taken out, in order.
 * @param place Where a place of the unit is in what the model read.
 * @returns What is put where; undefined when no word of the translation belongs to one of the sentence.
 */
export function placeMarks(
  pair: AttendedPair,
  marks: readonly Mark[],
  place: (offset: number) => number = (offset) => offset,
): Edit[] | undefined {
  const words = wordWeights(pair);
  if (words === undefined || words.length === 0) return undefined;
  const links = words.map(({ best }) => best);
  // Attention that looks at one word alone says nothing, such as that of a model that attends to all alike.
  if (links.length > 2 && new Set(links.map(({ source }) => source[0])).size === 1) {
    return undefined;
  }
  const target = pair.target.text;
  const edits: Edit[] = [];
  const put = (at: number, text: string) => text !== "" && edits.push({ start: at, end: at, text });
  const layOut = (marks: readonly Mark[], [from, to]: readonly [number, number]) => {
    const placed = marks.map((mark, i) => ({
      ...{ mark, i },
      range: rangeOf(place(mark.start), place(mark.end), words, pair),
    }));
    // Words may change their order, and marks with them; empty ones keep theirs.
    placed.sort((a, b) => a.range[0] - b.range[0] || a.i - b.i);
    let free = from;
    for (const { mark, range } of placed) {
      // An element that began before the sentence, or ends behind it, has all that is on that side.
      const start = mark.open === "" ? free : Math.min(to, Math.max(free, range[0]));
      const end = mark.close === "" && mark.end > mark.start
        ? to
        : Math.min(to, Math.max(start, range[1]));
      // A space before a picture goes behind it where there is one already.
      const isLead = mark.end === mark.start && /(?:^|\s)$/u.test(target.slice(0, start));
      put(start, isLead ? mark.open.replace(/^(\s+)(.*)$/su, "$2$1") : mark.open);
      layOut(mark.inside, [start, end]);
      put(end, mark.close);
      free = end;
    }
  };
  layOut(marks, [0, target.length]);
  return edits;
}

/** How sure a word has to be of the words inside to count for them, and not against. */
const leastWeight = 0.45;

/** And the one word that is surest, where there is no such: a link around no word is of no use. */
const leastOfSingle = 0.15;

/** Where the words between two places of the source have come: the stretch with the most of them and the fewest others. */
function rangeOf(
  start: number,
  end: number,
  words: readonly WeightedWord[],
  { source, target }: AttendedPair,
): [number, number] {
  if (end > start) {
    const hasWords = /[\p{L}\p{N}]/u.test(source.text.slice(start, end));
    let best = 0, sum = 0, from = -1, range: [number, number] | undefined;
    let single: [number, number] | undefined, most = leastOfSingle;
    for (const { target: [first, last], sources } of words) {
      // A comma attends to any word: it neither begins nor ends what words became, nor parts it.
      if (hasWords && /^\p{Po}+$/u.test(target.text.slice(first, last))) continue;
      if (sum <= 0) [sum, from] = [0, first];
      let own = 0;
      for (const { source: [first, last], weight } of sources) {
        if (first < end && last > start) own += weight;
      }
      if (own > most) [most, single] = [own, [first, last]];
      sum += own - leastWeight;
      if (sum > best) [best, range] = [sum, [from, last]];
    }
    if (range ?? single) return (range ?? single)!;
  }
  if (source.text.slice(end).trim() === "") return [target.text.length, target.text.length];
  if (source.text.slice(0, start).trim() === "") return [0, 0];
  const at = placeBetween(start, words.map(({ best }) => best), target.text);
  return [at, at];
}

/** The place behind the word that stands before a place of the source, or before the one behind it. */
function placeBetween(offset: number, all: readonly SpanLink[], target: string): number {
  // Words before punctuation, which attends to any of them.
  const ofWords = all.filter((link) => /[\p{L}\p{N}]/u.test(target.slice(...link.target)));
  const links = ofWords.length > 0 ? ofWords : all;
  const before = links.filter(({ source }) => source[1] <= offset);
  const after = links.filter(({ source }) => source[0] >= offset);
  const last = Math.max(...before.map(({ source }) => source[1]));
  const first = Math.min(...after.map(({ source }) => source[0]));
  if (before.length > 0 && (after.length === 0 || offset - last <= first - offset)) {
    return Math.max(...before.filter(({ source }) => source[1] === last).map((l) => l.target[1]));
  }
  return Math.min(...after.filter(({ source }) => source[0] === first).map((l) => l.target[0]));
}
