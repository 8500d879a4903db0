import type { CrossAttention } from "@heed/model";
import { chooseLinks } from "./_choose_links.ts";
import { mergeGroups } from "./_merge_groups.ts";
import { checkAttention } from "./attention_record.ts";
import { tokenOffsets } from "./token_offsets.ts";
import type { ExtractOptions } from "./word_alignment.ts";
import { type TextSpan, wordSpans } from "./word_spans.ts";
import { isSpecialToken } from "./words.ts";

/** A text and how a model sees it. */
export interface TokenizedText {
  /** The text. */
  readonly text: string;
  /** Its tokens as the tokenizer has them, the end token and other special ones among them. */
  readonly tokens: readonly string[];
  /** Where the tokens are, if the tokenizer says it. Default {@linkcode tokenOffsets}. */
  readonly offsets?: readonly TextSpan[];
  /** The places that links connect, such as words between tags. Default {@linkcode wordSpans}. */
  readonly spans?: readonly TextSpan[];
}

/** A text, its translation, and what one attends to of the other. */
export interface AttendedPair {
  /** The text that was translated. */
  readonly source: TokenizedText;
  /** Its translation. */
  readonly target: TokenizedText;
  /** Attention of the target's tokens over the source's. */
  readonly attention: CrossAttention;
}

/** A place of the target and the place of the source that it comes from. */
export interface SpanLink {
  /** Place in the source. */
  readonly source: TextSpan;
  /** Place in the target. */
  readonly target: TextSpan;
  /** How much of its attention the place of the target gives to that of the source, from 0 to 1. */
  readonly weight: number;
}

/**
 * Aligns the words of a text and its translation by attention: what belongs together, as places in both texts.
 *
 * @param pair Texts, tokens and the matrix of attention.
 * @param options How links are chosen; by default each word of the target has one, with what it attends to most.
 * @returns Links sorted by target, then source. Words that no token stands for have none.
 * @throws {RangeError} When the numbers of tokens, offsets and weights do not agree, when a row is no distribution, or
 * when the threshold is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { alignSpans } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const source = { text: "The door.", tokens: ["▁The", "▁door", ".", "</s>"] };
 * const target = { text: "Die Haustür.", tokens: ["▁Die", "▁Haus", "tür", ".", "</s>"] };
 * // deno-fmt-ignore
 * const weights = Float32Array.of(
 *   0.9, 0.1, 0, 0,
 *   0.1, 0.8, 0, 0.1,
 *   0, 0.9, 0, 0.1,
 *   0, 0, 0.8, 0.2,
 *   0, 0, 0.1, 0.9,
 * );
 * const links = alignSpans({
 *   source,
 *   target,
 *   attention: { weights, targetLength: 5, sourceLength: 4 },
 * });
 * const [, door] = links;
 * assertEquals([source.text.slice(...door.source), target.text.slice(...door.target)], [
 *   "door",
 *   "Haustür",
 * ]);
 * assertEquals(links.length, 3);
 * ```
 */
export function alignSpans(
  { source, target, attention: { weights, targetLength, sourceLength } }: AttendedPair,
  options: ExtractOptions = {},
): SpanLink[] {
  checkLength("source", source, sourceLength);
  checkLength("target", target, targetLength);
  checkAttention({
    kind: "cross",
    layer: 0,
    head: "mean",
    queryTokens: target.tokens,
    keyTokens: source.tokens,
    weights,
  });
  const [from, to] = [source, target].map(wordsOf);
  const merged = mergeGroups(weights, {
    queries: to.map(({ group }) => group),
    keys: from.map(({ group }) => group),
    columns: sourceLength,
  });
  const links = chooseLinks({
    weights: merged,
    columns: from.length,
    targets: Array.from(to.keys()),
    sources: Array.from(from.keys()),
  }, options);
  return links.map((link) => ({
    source: from[link.source].span,
    target: to[link.target].span,
    weight: Math.min(1, merged[link.target * from.length + link.source]),
  }));
}

function checkLength(
  side: "source" | "target",
  { tokens, offsets }: TokenizedText,
  length: number,
): void {
  if (tokens.length === length && (offsets === undefined || offsets.length === length)) return;
  throw new RangeError(
    `Cannot align a ${side} of ${tokens.length} tokens` +
      (offsets === undefined ? "" : ` and ${offsets.length} offsets`) +
      ` by attention of ${length}: give those that the model saw, the end token among them`,
  );
}

/** The words that have tokens, with their tokens. */
function wordsOf({ text, tokens, ...given }: TokenizedText): { span: TextSpan; group: number[] }[] {
  const { offsets = tokenOffsets(text, tokens), spans = wordSpans(text) } = given;
  const words = spans.map((span) => ({ span, group: [] as number[] }));
  tokens.forEach((token, index) => {
    if (isSpecialToken(token)) return;
    const [first, end] = offsets[index];
    // A token of no characters, or of white space, belongs to the word that it stands before.
    const start = text.slice(first, end).trim() === "" ? end : first;
    for (const { span, group } of words) {
      const touches = start < span[1] && (start === end ? span[0] <= start : span[0] < end);
      if (touches) group.push(index);
    }
  });
  return words.filter(({ group }) => group.length > 0);
}
