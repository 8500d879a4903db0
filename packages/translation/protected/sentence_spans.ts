import { findTerms, type GlossaryMatch } from "../glossary/find_terms.ts";
import type { Glossary } from "../glossary/glossary.ts";
import type { TranslationTokenizer } from "../model.ts";
import { hasUnit, type ProtectedKind } from "./patterns.ts";
import { findProtectedSpans } from "./protected_spans.ts";

/** A part of a sentence that the model does not translate, and what stands for it in the translation. */
export interface KeptSpan {
  /** First UTF-16 code unit. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
  /** What the translation has in its place; of a protected span, the span. */
  readonly output: string;
  /** The term of a glossary that it is. */
  readonly term?: GlossaryMatch;
  /** Whether it is in a script that the vocabulary does not have. */
  readonly isForeign?: boolean;
  /** Whether it is no part of the sentence's grammar, as an emoji is not. */
  readonly isPicture?: boolean;
}

/** How {@linkcode findKeptSpans} looks. */
export interface KeptSpanOptions {
  /** False: nothing is protected. Patterns: what they match is, too. */
  readonly protect: boolean | readonly RegExp[];
  /** Terms whose translation is given. */
  readonly glossary?: Glossary;
  /** Language of the text. */
  readonly locale?: string;
}

/**
 * Kinds that a model is not trusted with. Bare numbers it writes as its language does: 1,234.5 is 1.234,5 in German.
 */
const kinds: readonly ProtectedKind[] = [
  ...["placeholder", "code", "address", "email", "tag", "entity", "option", "path"] as const,
  ...["identifier", "number", "emoji"] as const,
];

/** What joins spans to one, such as the slash of `%d/%d`, and the unit of `%ds`. */
const joint = /^[^\p{L}\p{N}\s]{0,3}$/u;
const unitBehind = /^\p{L}{1,2}(?![\p{L}\p{N}])/u;

/**
 * Finds what a text protects: what {@linkcode findProtectedSpans} finds except for numbers without a unit, and what
 * the caller's patterns match. Spans that touch are one.
 *
 * @param text Any text.
 * @param options What the caller protects.
 * @returns The spans in order, without overlap.
 */
export function findKeptSpans(
  text: string,
  { protect, glossary, locale }: KeptSpanOptions,
): KeptSpan[] {
  const spans = findProtected(text, protect);
  if (glossary === undefined) return spans;
  let next = 0;
  const free: KeptSpan[] = [];
  for (const term of findTerms(text, glossary, locale)) {
    const { start, end, target: output } = term;
    while (next < spans.length && spans[next].end <= start) next++;
    const isFree = !(next < spans.length && spans[next].start < end);
    if (isFree) free.push({ start, end, output, term });
  }
  return [...spans, ...free].sort((a, b) => a.start - b.start);
}

function findProtected(text: string, protect: KeptSpanOptions["protect"]): KeptSpan[] {
  if (protect === false) return [];
  const spans: KeptSpan[] = findProtectedSpans(text, { kinds }).filter((span) =>
    span.kind !== "number" || hasUnit(span.text)
  ).map(({ kind, start, end }) => ({
    start,
    end,
    output: "",
    isPicture: kind === "emoji" || undefined,
  }));
  for (const pattern of protect === true ? [] : protect) {
    const flags = pattern.flags.replace("y", "").replace("g", "") + "g";
    for (const { 0: match, index } of text.matchAll(new RegExp(pattern.source, flags))) {
      if (match !== "") spans.push({ start: index, end: index + match.length, output: "" });
    }
  }
  return spans.length === 0 ? spans : joinSpans(text, spans);
}

/** Joins spans that overlap or touch, or that only punctuation separates; extends them over units: `{n}px`. */
export function joinSpans(text: string, spans: readonly KeptSpan[]): KeptSpan[] {
  const joined: KeptSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    const overlaps = last !== undefined && span.start < last.end;
    const touches = last !== undefined && !last.term && !span.term &&
      last.isPicture === span.isPicture &&
      joint.test(text.slice(last.end, span.start));
    if (!overlaps && !touches) joined.push(span);
    else {
      const end = Math.max(last!.end, span.end);
      joined[joined.length - 1] = {
        start: last!.start,
        end,
        output: "",
        isPicture: last!.isPicture && span.isPicture,
        isForeign: last!.isForeign || span.isForeign,
      };
    }
  }
  return joined.map((span, i) => {
    const { start, end, isPicture, isForeign } = span;
    if (span.term) return span;
    const behind = isPicture ? null : unitBehind.exec(text.slice(end, end + 3));
    const most = joined[i + 1]?.start ?? text.length;
    const whole = Math.min(most, end + (behind?.[0].length ?? 0));
    return { start, end: whole, output: text.slice(start, whole), isPicture, isForeign };
  });
}

/** A token that stands for a part of a character, or for what the vocabulary does not have. */
const isUnknownToken = (token: string | undefined) =>
  token === "<unk>" || token === "[UNK]" || /^<0x[0-9A-F]{2}>$/.test(token ?? "");

/** Whether a vocabulary lacks some of the characters that ids stand for. */
export function hasUnknown(ids: readonly number[], tokenizer: TranslationTokenizer): boolean {
  return ids.some((id) => isUnknownToken(tokenizer.idToToken(id)));
}

/** Runs of words: letters, marks and digits, and the spaces between them. */
const words = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * Finds the words of which the vocabulary lacks most letters, such as those of another script. Neighbours are one span.
 *
 * @param text A sentence.
 * @param tokenizer The model's.
 * @returns The spans in order.
 */
export function findForeignWords(text: string, tokenizer: TranslationTokenizer): KeptSpan[] {
  const known = new Map<string, boolean>();
  const isKnown = (letter: string) => {
    if (!known.has(letter)) known.set(letter, !hasUnknown(tokenizer.encode(letter).ids, tokenizer));
    return known.get(letter)!;
  };
  const spans: KeptSpan[] = [];
  for (const { 0: word, index: start } of text.matchAll(words)) {
    const letters = word.match(/\p{L}/gu) ?? [];
    // A letter with an accent that is missing is no other script.
    const unknown = letters.filter((letter) =>
      !/\p{Script=Latin}/u.test(letter) && !isKnown(letter)
    );
    if (2 * unknown.length <= letters.length || letters.length === 0) continue;
    const end = start + word.length;
    const last = spans.at(-1);
    const isNext = last !== undefined &&
      /^[^\p{L}\p{N}.!?]{0,2}$/u.test(text.slice(last.end, start));
    if (isNext) spans.pop();
    const first = isNext ? last.start : start;
    spans.push({ start: first, end, output: text.slice(first, end), isForeign: true });
  }
  return spans;
}
