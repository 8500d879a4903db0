import { type Abbreviations, abbreviationsOf } from "./abbreviations.ts";

/** A piece of a text: either a sentence, or what stands between sentences. */
export interface TextSegment {
  /** The characters, exactly as they stand in the text. */
  readonly text: string;
  /**
   * True for a sentence, which begins and ends without white space; false for white space, line
   * breaks, list markers, and anything that has no letter and so nothing to translate.
   */
  readonly isSentence: boolean;
}

/** Line breaks of every system, and tabs: what stands on both sides never is one sentence. */
// deno-lint-ignore no-control-regex
const hardBreak = /[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+/g;
/** Bullets, `1.`, `2)`, `(a)`, `b)`, Markdown headings and quotation marks, at the start of a line. */
const listMarker = /^(?:(?:[-*+•‣◦▪·–—>]|#{1,6}|\(?\p{Nd}{1,3}[.)]|\(?\p{L}\))\s+)+/u;
/** Sentence ends after which no space is written. */
const spacelessEnd = /[。！？｡︒．।॥។៕]["'”’」』）)\]]*$/u;
/** What goes on behind direct speech in Chinese and Japanese: `她问`, `と`. */
const said = /^(?:と|\p{sc=Han}{1,3}[问問说說道喊叫答])/u;
const letter = /\p{L}/u;

/**
 * Splits a text into sentences and what stands between them. The pieces, concatenated, are the text.
 *
 * Rests on `Intl.Segmenter` (Unicode's sentence boundaries, UAX 29), and joins again what it cuts
 * after abbreviations, initials and ordinal numbers of the language. Every line break and tab ends a
 * sentence; list markers stand outside of sentences.
 *
 * @param text Any text, from a word to a document.
 * @param locale Language of the text as a BCP 47 tag. Default `"en"`.
 * @returns The pieces in order, none of them empty.
 *
 * @example
 * ```ts
 * import { splitSentences } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const segments = splitSentences("- Ask Dr. Smith.  He knows.\n", "en");
 * assertEquals(segments.map((segment) => segment.text), [
 *   "- ",
 *   "Ask Dr. Smith.",
 *   "  ",
 *   "He knows.",
 *   "\n",
 * ]);
 * ```
 */
export function splitSentences(text: string, locale = "en"): TextSegment[] {
  const language = languageOf(locale);
  const segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  const abbreviations = abbreviationsOf(language);
  const segments = new SegmentList();
  let start = 0;
  for (const match of text.matchAll(hardBreak)) {
    splitLine(text.slice(start, match.index), { segmenter, abbreviations, segments });
    segments.add(match[0], false);
    start = match.index + match[0].length;
  }
  splitLine(text.slice(start), { segmenter, abbreviations, segments });
  return segments.list;
}

/** Language of a tag without script and region; `en` when the tag is not one. */
function languageOf(locale: string): string {
  try {
    return new Intl.Locale(locale.replaceAll("_", "-")).language;
  } catch {
    return "en";
  }
}

/** Collects pieces; neighbours that are not sentences become one piece. */
class SegmentList {
  readonly list: TextSegment[] = [];

  add(text: string, isSentence: boolean): void {
    if (text === "") return;
    const last = this.list.at(-1);
    if (!isSentence && last !== undefined && !last.isSentence) {
      this.list[this.list.length - 1] = { text: last.text + text, isSentence };
    } else {
      this.list.push({ text, isSentence });
    }
  }

  /** Adds a sentence together with the white space around it. */
  addPadded(text: string): void {
    const sentence = text.trim();
    const start = text.length - text.trimStart().length;
    this.add(text.slice(0, start), false);
    this.add(sentence, letter.test(sentence));
    this.add(text.slice(start + sentence.length), false);
  }
}

interface LineContext {
  segmenter: Intl.Segmenter;
  abbreviations: Abbreviations;
  segments: SegmentList;
}

function splitLine(line: string, { segmenter, abbreviations, segments }: LineContext): void {
  const body = line.trimStart();
  segments.add(line.slice(0, line.length - body.length), false);
  const marker = markerOf(body, abbreviations);
  segments.add(marker, false);

  let sentence = "";
  for (const { segment: next } of segmenter.segment(body.slice(marker.length))) {
    // French has a space before the mark that ends a quotation.
    const [closing] = sentence === "" ? [""] : /^(?:[»›]\s+)?/u.exec(next)!;
    sentence += closing;
    const segment = next.slice(closing.length);
    if (sentence !== "" && endsSentence(sentence, segment, abbreviations)) {
      segments.addPadded(sentence);
      sentence = "";
    }
    sentence += segment;
  }
  segments.addPadded(sentence);
}

/** The list marker that a line begins with, or the empty string. */
function markerOf(line: string, abbreviations: Abbreviations): string {
  const marker = listMarker.exec(line)?.[0] ?? "";
  const isDate = abbreviations.ordinals && /^\d{1,2}\.\s+$/.test(marker) &&
    abbreviations.afterOrdinal.has(firstWord(line.slice(marker.length)));
  return isDate ? "" : marker;
}

/** Whether the boundary that Unicode's rules see between two pieces is one in this language. */
function endsSentence(before: string, after: string, abbreviations: Abbreviations): boolean {
  // Unicode's rules end a sentence at `?` and `!` without a space too, as within a web address.
  if (!/\s$/.test(before) && !spacelessEnd.test(before)) return false;
  if (/[”」』]$/u.test(before) && said.test(after)) return false;
  const tokens = before.slice(-80).trimEnd().split(/\s+/).slice(-4)
    // Without the marks before a word; a mark by itself, such as French `»`, stays.
    .map((token) => token.replace(/^[^\p{L}\p{N}§]+(?=[\p{L}\p{N}§])/u, ""));
  const last = tokens.at(-1)!;
  if (!last.endsWith(".")) {
    // Direct speech goes on behind its own question mark, `"Why?" asked Ann`, and so do names: `Yahoo! is`.
    const goesOn = /[!?…]["'“”‘’«»)\]]*$|^[»›]$/u.test(last) && /^\p{Ll}/u.test(after);
    return !(goesOn && /\p{Lu}/u.test(before));
  }

  // `z. B.` is looked up as `z.b.`, and its first half is an initial of one letter.
  let joined = "";
  for (const token of tokens.toReversed()) {
    if (joined !== "" && !/^\p{L}{1,3}\.$/u.test(token)) break;
    joined = token.toLowerCase() + joined;
    if (abbreviations.always.has(joined)) {
      const next = firstWord(after);
      const isNew = /^\P{L}*\p{Lu}/u.test(after) && abbreviations.starters.has(next);
      return isNew && (abbreviations.mayEnd?.has(joined) ?? false);
    }
  }
  // Its second half comes still: `50 a. C.`
  const half = /^\p{L}\.(?=\s)/u.exec(after)?.[0] ?? "";
  if (/^\p{L}\.$/u.test(last) && abbreviations.always.has((last + half).toLowerCase())) {
    return false;
  }
  if (/^\p{N}/u.test(after)) return !abbreviations.beforeNumber.has(last.toLowerCase());
  const next = firstWord(after);
  const isInitial = /^(?:\p{Lu}\.-?)+$/u.test(last) ||
    abbreviations.ordinals && /^\p{L}\.$/u.test(last);
  if (isInitial) return abbreviations.starters.has(next);
  if (abbreviations.ordinals && /^(?:\d{1,2}|[IVXL]+)\.$/.test(last)) {
    const previous = tokens.at(-2) ?? "";
    const isOrdinal = abbreviations.afterOrdinal.has(next) ||
      abbreviations.beforeOrdinal.has(previous.toLowerCase()) ||
      /^[IVXL]/.test(last) && /^\p{Lu}/u.test(previous);
    return !isOrdinal || abbreviations.starters.has(next);
  }
  return true;
}

function firstWord(text: string): string {
  return /\p{L}+/u.exec(text.slice(0, 80))?.[0].toLowerCase() ?? "";
}
