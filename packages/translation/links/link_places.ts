import { alignSpans, type TextSpan, wordSpans } from "@heed/alignment";
import type { CrossAttention } from "@heed/model";
import type { Attempt } from "../finish/attempts.ts";
import { type Edit, editedPlaces } from "../finish/edits.ts";
import type { KeptSpan } from "../protected/sentence_spans.ts";
import { placeInOriginal, type Unit } from "../unit.ts";
import type { PlaceLink, TextPlace } from "./place_link.ts";

/** A unit, what the model read for it and wrote, and what was made of that. */
export interface LinkedUnit {
  readonly unit: Unit;
  readonly attempt: Attempt;
  /** What the model wrote. */
  readonly output: string;
  /** Its tokens, the end token last. */
  readonly targetTokens: readonly string[];
  readonly attention: CrossAttention;
  /** All changes to `output`. */
  readonly edits: readonly Edit[];
  /** Whether the unit stands as it was, as the model gave it back. */
  readonly isSame: boolean;
}

/**
 * Links the words of a translated unit with those of its source. What is not translated is one word.
 *
 * @param linked The unit and its translation.
 * @returns Places in the unit's original and in its final translation, in the order of the translation.
 */
export function linkPlaces(linked: LinkedUnit): PlaceLink[] {
  const { unit, attempt, output, targetTokens, attention, edits } = linked;
  const { spans = [] } = unit;
  const words = wordsBetween(unit.text, spans);
  const sources = [...words, ...spans.map(({ start, end }): TextSpan => [start, end])]
    .sort((a, b) => a[0] - b[0]);
  const original = (source: TextSpan) => placeOf(placeInOriginal(unit, ...source));
  if (linked.isSame) {
    return sources.map((source) => ({
      ...{ source: original(source), target: original(source), score: 1 },
    }));
  }
  // What stands for spans in the output, by where it is: the number of the span.
  const given = new Map<number, { readonly end: number; readonly span: number }>();
  for (const { start, end, span } of edits) {
    if (span !== undefined) given.set(start, { end, span });
  }
  if (given.size === 0) {
    for (const { start, end, span } of copiedSpans(output, spans)) given.set(start, { end, span });
  }
  const stands = [...given].map(([start, { end }]) => ({ start, end }))
    .sort((a, b) => a.start - b.start);
  const read = new Map<TextSpan, TextSpan>(
    words.map((word) => [[attempt.place(word[0]), attempt.place(word[1])], word]),
  );
  const final = editedPlaces(output, edits, attempt.between);
  const links = attendedLinks(linked, [...read.keys()], wordsBetween(output, stands), {
    ...{ targetTokens, attention },
  }).map(({ source, target, weight }) => ({
    source: original(read.get(source)!),
    target: placeOf(final(...target)),
    score: weight,
  }));
  for (const [start, { end, span }] of given) {
    const { start: from, end: to } = spans[span];
    links.push({ source: original([from, to]), target: placeOf(final(start, end)), score: 1 });
  }
  return links.sort((a, b) => a.target.start - b.target.start || a.source.start - b.source.start);
}

const placeOf = ([start, end]: readonly [number, number]): TextPlace => ({ start, end });

function attendedLinks(
  { attempt, output }: LinkedUnit,
  sourceSpans: readonly TextSpan[],
  targetSpans: readonly TextSpan[],
  { targetTokens, attention }: Pick<LinkedUnit, "targetTokens" | "attention">,
) {
  try {
    return alignSpans({
      source: { text: attempt.text, tokens: attempt.tokens, spans: sourceSpans },
      target: { text: output, tokens: targetTokens, spans: targetSpans },
      attention,
    });
  } catch (error) {
    if (error instanceof RangeError) return []; // attention that is none, of a model of the caller's
    throw error;
  }
}

/** The words of a text that are not within spans. */
function wordsBetween(
  text: string,
  spans: readonly Pick<KeptSpan, "start" | "end">[],
): TextSpan[] {
  const words: TextSpan[] = [];
  let done = 0;
  const add = (end: number) => {
    for (const [start, behind] of wordSpans(text.slice(done, end))) {
      words.push([done + start, done + behind]);
    }
  };
  for (const { start, end } of spans) {
    add(start);
    done = Math.max(done, end);
  }
  add(text.length);
  return words;
}

/** Where a model copied spans to; of equal ones the first to the first place. */
function copiedSpans(
  output: string,
  spans: readonly KeptSpan[],
): { start: number; end: number; span: number }[] {
  const found: { start: number; end: number; span: number }[] = [];
  const isFree = (start: number, end: number) =>
    found.every((other) => other.end <= start || end <= other.start);
  // The longest first: one may be a part of another.
  const order = [...spans.keys()].sort((a, b) => spans[b].output.length - spans[a].output.length);
  for (const span of order) {
    const text = spans[span].output;
    let start = output.indexOf(text);
    while (start >= 0 && !isFree(start, start + text.length)) {
      start = output.indexOf(text, start + 1);
    }
    if (start >= 0) found.push({ start, end: start + text.length, span });
  }
  return found;
}
