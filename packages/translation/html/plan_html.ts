import { findKeptSpans, joinSpans, type KeptSpan } from "../protected/sentence_spans.ts";
import { encodeSource, findForeign, planRanges, type TextPlanOptions } from "../text_plan.ts";
import type { Unit } from "../unit.ts";
import { type HtmlBlock, htmlBlocks, type InlineTag, object } from "./html_blocks.ts";
import { firstAt, marksOf, tagsOf } from "./sentence_tags.ts";

/** Tags that a sentence may have. */
const mostTags = 200;

/**
 * Divides HTML into sentences that go across inline tags, and the markup between them. Tags are marks of their
 * sentence: they come back by the words that they belong to.
 *
 * @param html A document or a fragment, well formed or not.
 * @param options As for texts.
 * @returns Markup as strings, and units; with the `original` of the units they are the document.
 */
export function planHtml(html: string, options: TextPlanOptions): (string | Unit)[] {
  const plan: (string | Unit)[] = [];
  let done = 0;
  for (const whole of htmlBlocks(html)) {
    const found = findKeptSpans(whole.text, options);
    const pictures = found.filter(({ isPicture }) => isPicture);
    const block = pictures.length > 0 ? withoutPictures(whole, html, pictures) : whole;
    const { text, starts, ends } = block;
    const kept = pictures.length > 0 ? findKeptSpans(text, options) : found;
    const spans = spansOf(block, kept, { ...options, html });
    const tags = tagsOutside(block.tags, spans);
    for (const range of planRanges(text, spans, options)) {
      const own = tagsOf(tags, range);
      const first = own.at(0), last = own.at(-1);
      const start = Math.min(starts[range.start], first?.start ?? Infinity);
      const end = Math.max(ends[range.end - 1], last ? last.start + last.raw.length : 0);
      // Nobody writes so; what does stays as it is.
      if (own.length > mostTags) continue;
      const words = text.slice(range.start, range.end);
      plan.push(html.slice(done, start), {
        text: words,
        ...encodeSource(words, options),
        original: html.slice(start, end),
        place: (from, to) => {
          const first = starts[range.start + from] - start;
          return [first, from < to ? ends[range.start + to - 1] - start : first];
        },
        escape: (translated) => escape(translated, block.entities),
        spans: range.spans.length > 0 ? range.spans : undefined,
        marks: own.length > 0 ? marksOf(own, range) : undefined,
      });
      done = end;
    }
  }
  plan.push(html.slice(done));
  return plan.filter((piece) => piece !== "");
}

/** The tags that do not stand within a span. */
function tagsOutside(tags: readonly InlineTag[], spans: readonly KeptSpan[]): InlineTag[] {
  let next = 0;
  return tags.filter(({ offset }) => {
    while (next < spans.length && spans[next].end <= offset) next++;
    return !(next < spans.length && spans[next].start < offset);
  });
}

/** Writes a text as HTML, with the entities that its block has. */
function escape(text: string, entities: ReadonlyMap<string, string>): string {
  let escaped = "";
  for (const character of text) {
    const basic = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }[character];
    escaped += entities.get(character) ?? basic ?? character;
  }
  return escaped;
}

/** What is not translated: elements such as `<code>`, and what is protected in every text; as the document has it. */
function spansOf(
  { text, starts, ends, entities }: HtmlBlock,
  kept: readonly KeptSpan[],
  { html, ...options }: TextPlanOptions & { readonly html: string },
): KeptSpan[] {
  const spans: KeptSpan[] = [];
  for (let at = text.indexOf(object); at >= 0; at = text.indexOf(object, at + 1)) {
    spans.push({ start: at, end: at + 1, output: "" });
  }
  for (const span of kept) {
    spans.push(span.term ? span : { start: span.start, end: span.end, output: "" });
  }
  if (options.protect !== false && /[^\P{L}\p{Script=Latin}]/u.test(text)) {
    spans.push(...findForeign(text, encodeSource(text, options).ids, options));
  }
  if (spans.length === 0) return spans;
  return joinSpans(text, spans).map(({ start, end, term }) => ({
    ...{ start, end, term },
    output: term ? escape(term.target, entities) : html.slice(starts[start], ends[end - 1]),
  }));
}

/** Takes pictures out of a block's text: they are tags of it, as an `<img>` is. */
function withoutPictures(
  block: HtmlBlock,
  html: string,
  pictures: readonly KeptSpan[],
): HtmlBlock {
  const { starts, ends, tags } = block;
  const kept: number[] = [];
  const left: InlineTag[] = [];
  let done = 0, nextTag = 0;
  const move = (to: number) => {
    for (; nextTag < tags.length && tags[nextTag].offset <= to; nextTag++) {
      const tag = tags[nextTag];
      const offset = kept.length + tag.offset - done;
      // The same object, so that partners find each other.
      left.push(Object.assign(tag, { offset }));
    }
    for (; done < to; done++) kept.push(done);
  };
  for (const { start, end } of pictures) {
    const before = block.text.slice(done, start).trimEnd().length + done;
    const from = firstAt(tags, before + 1) < firstAt(tags, start + 1) ? start : before;
    move(from);
    const at = starts[from];
    left.push({
      offset: kept.length,
      start: at,
      raw: html.slice(at, ends[end - 1]),
      kind: "single",
    });
    while (nextTag < tags.length && tags[nextTag].offset < end) nextTag++;
    done = end;
  }
  move(block.text.length);
  return {
    ...block,
    text: kept.map((unit) => block.text[unit]).join(""),
    starts: kept.map((unit) => starts[unit]),
    ends: kept.map((unit) => ends[unit]),
    tags: left,
  };
}
