import type { Mark } from "../marks/marks.ts";
import type { InlineTag } from "./html_blocks.ts";

/** Places in a block's text. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the tags that go with a sentence: those between its words, and those at its edges that belong to them. An
 * element around all of it stays outside, and what stands at an edge by itself.
 *
 * @param tags The tags of the block, in order.
 * @param range Where the sentence is.
 * @returns Its tags in order, without a gap.
 */
export function tagsOf(tags: readonly InlineTag[], { start, end }: Range): InlineTag[] {
  const from = firstAt(tags, start), to = firstAt(tags, end);
  const first = firstAt(tags, start + 1), last = firstAt(tags, end + 1);
  const inner = tags.slice(first, to);
  const within = new Set(inner);
  let before = tags.slice(from, first), behind = tags.slice(to, last);
  before = before.slice(before.findLastIndex(({ kind }) => kind === "close") + 1);
  while (before.length > 0) {
    const { kind, partner } = before[0];
    const closing = partner ? behind.indexOf(partner) : -1;
    const goesOn = kind === "single" || partner === undefined || closing >= 0 ||
      !within.has(partner);
    if (!goesOn) break;
    if (closing >= 0) behind = behind.slice(0, closing);
    before = before.slice(1);
  }
  const own = new Set([...before, ...inner]);
  const lastOwn = behind.findLastIndex(({ kind, partner }) =>
    kind === "close" && partner !== undefined && own.has(partner)
  );
  return [...own, ...behind.slice(0, lastOwn + 1)];
}

/** Number of the first tag that stands at an offset or behind it. */
export function firstAt(tags: readonly InlineTag[], offset: number): number {
  let low = 0, high = tags.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tags[middle].offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An element that is being gone through. */
interface OpenMark {
  readonly tag: InlineTag;
  readonly start: number;
  readonly inside: Mark[];
}

/**
 * Makes marks of a sentence's tags. Of an element that begins or ends in another sentence, this one has a mark with
 * one tag, which goes to the sentence's end or comes from its beginning.
 *
 * @param tags The tags of the sentence.
 * @param range Where the sentence is.
 * @returns The marks; their places count from the beginning of the sentence.
 */
export function marksOf(tags: readonly InlineTag[], range: Range): Mark[] {
  let root: Mark[] = [];
  const open: OpenMark[] = [];
  const add = (mark: Mark) => (open.at(-1)?.inside ?? root).push(mark);
  const end = (at: number, close: string) => {
    const { tag, start, inside } = open.pop()!;
    add({ start, end: at, open: tag.raw, close, inside });
  };
  for (const tag of tags) {
    const at = tag.offset - range.start;
    if (tag.kind === "open") open.push({ tag, start: at, inside: [] });
    else if (tag.kind === "single") {
      const written = (tag.isSpaced ? " " : "") + tag.raw;
      add({ start: at, end: at, open: written, close: "", inside: [] });
    } else {
      const place = open.findIndex((element) => element.tag === tag.partner);
      while (open.length > place + 1) end(at, "");
      if (place >= 0) end(at, tag.raw);
      else root = [{ start: 0, end: at, open: "", close: tag.raw, inside: root }];
    }
  }
  while (open.length > 0) end(range.end - range.start, "");
  return root;
}
