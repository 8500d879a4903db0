import { findChoiceMessages } from "./choice_messages.ts";
import { findEmoji } from "./emoji.ts";
import { type ProtectedKind, protectedPatterns } from "./patterns.ts";

/** A part of a text that a translation must give back byte for byte. */
export interface ProtectedSpan {
  /** What it is. */
  readonly kind: ProtectedKind;
  /** The part itself, `text.slice(start, end)`. */
  readonly text: string;
  /** First UTF-16 code unit. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
}

/** Options of {@linkcode findProtectedSpans}. */
export interface ProtectedSpanOptions {
  /** Kinds to look for; all by default. */
  readonly kinds?: Iterable<ProtectedKind>;
}

/** Nothing is found in a text without one of these, which most sentences are. */
const hint =
  /[\d%$#{<&@/\\`_⟦\u2600-\u{1FFFF}]|\.\S|\(\)|:\/\/|mailto:|-\S|\p{Emoji_Presentation}|\uFE0F/u;

/**
 * Finds the parts of a text that are not to be translated: placeholders of printf, Python, ICU, i18next, Qt and
 * shells, code in backticks, addresses, e-mail, tags, entities, options, paths, identifiers, numbers of two digits and
 * more (with their unit), and emoji.
 *
 * Where spans overlap, the longest counts: `https://a.org/{id}` is one address. A number alone is of kind `number`,
 * which a caller may leave to the model, as languages write decimals differently.
 *
 * @param text Any text.
 * @param options Which kinds to look for.
 * @returns The spans in the order of the text; they do not overlap.
 * @example
 * ```ts
 * import { findProtectedSpans } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const spans = findProtectedSpans("Hi {name}, see https://example.org/faq (100 % free).");
 * assertEquals(spans.map(({ text }) => text), ["{name}", "https://example.org/faq", "100"]);
 * assertEquals(spans[0], { kind: "placeholder", text: "{name}", start: 3, end: 9 });
 * assertEquals(findProtectedSpans("100 % of %s", { kinds: ["placeholder"] })[0].text, "%s");
 * ```
 */
export function findProtectedSpans(
  text: string,
  options: ProtectedSpanOptions = {},
): ProtectedSpan[] {
  if (!hint.test(text)) return [];
  const kinds = options.kinds && new Set(options.kinds);
  const wanted = (kind: ProtectedKind) => kinds?.has(kind) ?? true;
  const candidates: ProtectedSpan[] = [];
  const add = (kind: ProtectedKind, { start, end }: { start: number; end: number }) =>
    candidates.push({ kind, text: text.slice(start, end), start, end });
  for (const { kind, pattern, refine } of protectedPatterns) {
    if (!wanted(kind)) continue;
    for (const { 0: match, index } of text.matchAll(pattern)) {
      const refined = refine?.(match, text, index) ?? match;
      const start = index + match.indexOf(refined);
      if (refined !== "") add(kind, { start, end: start + refined.length });
    }
  }
  if (wanted("placeholder")) {
    for (const range of findChoiceMessages(text)) add("placeholder", range);
  }
  if (wanted("emoji")) { for (const range of findEmoji(text)) add("emoji", range); }
  return longestFirst(candidates);
}

/** Chooses spans that do not overlap: longer ones before shorter ones, then earlier ones. */
function longestFirst(candidates: ProtectedSpan[]): ProtectedSpan[] {
  const length = ({ start, end }: ProtectedSpan) => end - start;
  // A stable sort: the order of the patterns decides between equals.
  const sorted = candidates.sort((a, b) => length(b) - length(a) || a.start - b.start);
  // Chosen spans in the order of the text, so that only the neighbours need a look.
  const chosen: ProtectedSpan[] = [];
  for (const span of sorted) {
    let low = 0, high = chosen.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (chosen[middle]!.start < span.start) low = middle + 1;
      else high = middle;
    }
    const before = chosen[low - 1], after = chosen[low];
    if ((before?.end ?? 0) <= span.start && span.end <= (after?.start ?? Infinity)) {
      chosen.splice(low, 0, span);
    }
  }
  return chosen;
}
