import { findProtectedSpans, slotTokens } from "@heed/translation";
import { type Draws, drawsOf } from "./draw.ts";
import type { Pair } from "./pair.ts";

/** How often a pair teaches to copy. */
export interface SlotShares {
  /** Share of the pairs in which protected spans become slots. */
  readonly share: number;
  /** Share of the other pairs in which one word that stands alike on both sides does, or two. */
  readonly wordShare: number;
  /** Most slots of a pair. */
  readonly tokens: number;
}

/** A pair with slots, and what they stand for. */
export interface SlottedPair extends Pair {
  /** What the first slot stands for, the second, and so on. */
  readonly spans: readonly string[];
}

/**
 * Teaches a model to copy: spans that stand alike on both sides, once on each, become `⟦1⟧`, `⟦2⟧` ... in the order of
 * the source.
 *
 * @param pair The pair; one that has slots already stays as it is.
 * @param shares How often.
 * @param drawn What is drawn for the pair.
 * @returns The pair with its slots; `spans` is empty where nothing changed.
 */
export function putSlots(
  pair: Pair,
  shares: SlotShares,
  drawn: Draws = drawsOf(pair),
): SlottedPair {
  const { source, target } = pair;
  if (slotTokens.some((slot) => source.includes(slot) || target.includes(slot))) {
    return { ...pair, spans: [] };
  }
  let spans: string[] = [];
  if (drawn("slots") < shares.share) {
    spans = findProtectedSpans(source).map(({ text }) => text).filter(standsAlike(pair));
  }
  if (spans.length === 0 && drawn("words") < shares.wordShare) {
    const words = source.match(/(?<![\p{L}\p{N}_])\p{L}{3,}(?![\p{L}\p{N}_])/gu) ?? [];
    spans = words.filter(standsAlike(pair))
      .map((word) => ({ word, rank: drawn(`word ${word}`) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, drawn("two words") < 1 / 3 ? 2 : 1)
      .map(({ word }) => word);
  }
  spans = apart(target, spans).slice(0, shares.tokens)
    .sort((a, b) => source.indexOf(a) - source.indexOf(b));
  return { ...pair, source: put(source, spans), target: put(target, spans), spans };
}

/**
 * Puts back what slots stand for.
 *
 * @param text A side of a pair with slots.
 * @param spans What they stand for.
 * @returns The text as it was.
 */
export function takeSlots(text: string, spans: readonly string[]): string {
  return spans.reduce((done, span, i) => done.replace(slotTokens[i], () => span), text);
}

/** Whether a span is once on each side, and not as a part of a longer word or number of the target. */
function standsAlike({ source, target }: Pair): (span: string) => boolean {
  const once = (text: string, span: string) => text.split(span).length === 2;
  return (span) => {
    if (!once(source, span) || !once(target, span)) return false;
    const [before, after] = target.split(span);
    const cutsBefore = /^[\p{L}\p{N}_]/u.test(span) && /[\p{L}\p{N}_]$/u.test(before);
    const cutsAfter = /[\p{L}\p{N}_]$/u.test(span) && /^[\p{L}\p{N}_]/u.test(after);
    return !cutsBefore && !cutsAfter;
  };
}

/** Leaves out spans that share characters with an earlier one of the target: they never do in the source. */
function apart(target: string, spans: readonly string[]): string[] {
  const taken: { start: number; end: number }[] = [];
  return spans.filter((span) => {
    const start = target.indexOf(span), end = start + span.length;
    if (taken.some((other) => start < other.end && other.start < end)) return false;
    taken.push({ start, end });
    return true;
  });
}

function put(text: string, spans: readonly string[]): string {
  return spans.reduce((done, span, i) => done.replace(span, () => slotTokens[i]), text);
}
