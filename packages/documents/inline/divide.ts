import type { Inline } from "./inline_html.ts";

/** A place between two words where a text may be cut: one line ends at the first number, the next begins at the second. */
type Border = readonly [end: number, next: number];

/** How much nearer to the ideal place a border behind a comma seems, in characters. */
const commaBonus = 4;

/**
 * Divides a text in proportion to weights, at the borders of words; each part has a word while there are enough.
 *
 * @param text The text.
 * @param weights How long each part was in the source.
 * @returns Where each part begins and ends.
 */
export function divideText(
  text: string,
  weights: readonly number[],
): { start: number; end: number }[] {
  const borders = bordersOf(text);
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const parts: { start: number; end: number }[] = [];
  let start = 0, sum = 0, from = 0;
  for (let i = 0; i < weights.length - 1; i++) {
    sum += weights[i];
    const ideal = text.length * sum / total;
    const to = borders.length - (weights.length - 2 - i);
    let best = -1, bestDistance = Infinity;
    for (let border = from; border < Math.max(to, Math.min(from + 1, borders.length)); border++) {
      const [end] = borders[border];
      const isComma = /[,;:.!?…–—、。]/.test(text[end - 1]);
      const distance = Math.abs(end - ideal) - (isComma ? commaBonus : 0);
      if (distance < bestDistance) [best, bestDistance] = [border, distance];
      else if (end > ideal + commaBonus) break;
    }
    if (best < 0) {
      parts.push({ start, end: text.length });
      start = text.length;
      continue;
    }
    parts.push({ start, end: borders[best][0] });
    start = borders[best][1];
    from = best + 1;
  }
  parts.push({ start, end: text.length });
  return parts;
}

function bordersOf(text: string): Border[] {
  const borders: Border[] = [];
  for (const { 0: space, index } of text.matchAll(/(?<=\S)\s+(?=\S)/g)) {
    borders.push([index, index + space.length]);
  }
  if (borders.length > 0 || !/[\p{Script=Han}\p{Script=Kana}\p{Script=Thai}]/u.test(text)) {
    return borders;
  }
  const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
  for (const { index, isWordLike } of segmenter.segment(text)) {
    if (index > 0 && isWordLike) borders.push([index, index]);
  }
  return borders;
}

/**
 * Divides a text with markup: a pair that goes over a border ends before it and begins again behind it.
 *
 * @param inlines The text.
 * @param weights As for {@linkcode divideText}.
 */
export function divideInlines(
  inlines: readonly Inline[],
  weights: readonly number[],
): Inline[][] {
  const text = inlines.map((inline) => inline.kind === "text" ? inline.text : "").join("");
  const ranges = divideText(text, weights);
  const parts: Inline[][] = ranges.map(() => []);
  const open: number[] = [];
  let part = 0, at = 0;
  const goOn = () => {
    for (const id of open.toReversed()) parts[part].push({ kind: "close", id });
    part++;
    for (const id of open) parts[part].push({ kind: "open", id });
  };
  for (const inline of inlines) {
    if (inline.kind !== "text") {
      if (inline.kind === "open") open.push(inline.id);
      if (inline.kind === "close") open.pop();
      parts[part].push(inline);
      continue;
    }
    const end = at + inline.text.length;
    for (;;) {
      const range = ranges[part];
      const from = Math.max(at, range.start), to = Math.min(end, range.end);
      if (from < to) parts[part].push({ kind: "text", text: text.slice(from, to) });
      if (end <= range.end || part === ranges.length - 1) break;
      // A tag at the border belongs to the part before it, unless text of the next part follows.
      if (end <= ranges[part + 1].start) break;
      goOn();
    }
    at = end;
  }
  while (part < ranges.length - 1) goOn();
  return parts.map(withoutEmptyPairs);
}

/** Takes away pairs that hold nothing. */
function withoutEmptyPairs(inlines: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const inline of inlines) {
    const before = result.at(-1);
    if (inline.kind === "close" && before?.kind === "open" && before.id === inline.id) result.pop();
    else result.push(inline);
  }
  return result;
}
