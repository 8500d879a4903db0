import type { Glossary } from "./glossary/glossary.ts";
import { longSentencePieces, splitLongSentence } from "./long_sentences.ts";
import type { TranslationTokenizer } from "./model.ts";
import { placesAmong, takeOutMarks } from "./marks/marks.ts";
import {
  findForeignWords,
  findKeptSpans,
  hasUnknown,
  joinSpans,
  type KeptSpan,
} from "./protected/sentence_spans.ts";
import { splitSentences, type TextSegment } from "./sentences.ts";
import type { Piece, Unit } from "./unit.ts";

/** How {@linkcode planText} divides a text. */
export interface TextPlanOptions {
  readonly tokenizer: TranslationTokenizer;
  /** Most tokens of a unit, the end token counted. */
  readonly maxTokens: number;
  /** Language of the text. */
  readonly locale: string;
  /** What the model's sources begin with, `>>fr<<`. */
  readonly targetToken?: string;
  /** False: the text is one sentence, as it stands. */
  readonly splitSentences: boolean;
  /** What is not translated: false is nothing, and patterns are more than what is found by default. */
  readonly protect: boolean | readonly RegExp[];
  /** Terms whose translation is given. */
  readonly glossary?: Glossary;
}

const letter = /\p{L}/u;

/**
 * Divides a text into units that the model takes and what is kept between them (strings), in order. Done
 * as the pieces are taken, so that of a long text not all are in memory.
 */
export function* planText(text: string, options: TextPlanOptions): Generator<Piece> {
  const spans = findKeptSpans(text, options);
  for (const { segment, spans: own } of planSegments(text, spans, options)) {
    const pieces = segment.isSentence ? planSentence(segment.text, own, options) : [segment.text];
    for (const piece of pieces) if (piece !== "") yield piece;
  }
}

/** A sentence, or what stands between two, with the spans in it. */
interface SpannedSegment {
  readonly segment: TextSegment;
  /** Their places count from the beginning of the segment. */
  readonly spans: readonly KeptSpan[];
}

/** Divides a text into sentences, never within a span. */
function planSegments(
  text: string,
  spans: readonly KeptSpan[],
  options: TextPlanOptions,
): SpannedSegment[] {
  const segments = options.splitSentences
    ? joinCutSpans(splitSentences(text, options.locale), spans)
    : [{ text, isSentence: letter.test(text) }];
  let start = 0, next = 0;
  return segments.map((segment) => {
    const end = start + segment.text.length;
    const own: KeptSpan[] = [];
    for (; next < spans.length && spans[next].end <= end; next++) {
      const span = spans[next];
      own.push({ ...span, start: span.start - start, end: span.end - start });
    }
    start = end;
    return { segment, spans: own };
  });
}

/** Divides a text that has its spans already; what is to be translated has none of its own beside them. */
export function planRanges(
  text: string,
  spans: readonly KeptSpan[],
  options: TextPlanOptions,
): { start: number; end: number; spans: readonly KeptSpan[] }[] {
  const ranges: { start: number; end: number; spans: readonly KeptSpan[] }[] = [];
  let start = 0;
  for (const { segment, spans: own } of planSegments(text, spans, options)) {
    const pieces = segment.isSentence
      ? splitAround(segment.text, own, options)
      : [{ text: segment.text, spans: own }];
    for (const piece of pieces) {
      const end = start + piece.text.length;
      const first = start + piece.text.length - piece.text.trimStart().length;
      const last = start + piece.text.trimEnd().length;
      const hasTerms = piece.spans.some(({ term }) => term);
      if (segment.isSentence && (hasTerms || hasWords(piece.text, piece.spans))) {
        const shift = start - first;
        const moved = piece.spans.map((span) => ({
          ...span,
          start: span.start + shift,
          end: span.end + shift,
        }));
        ranges.push({ start: first, end: last, spans: moved });
      }
      start = end;
    }
  }
  return ranges;
}

/** Joins sentences again that were divided within a span. */
function joinCutSpans(
  segments: readonly TextSegment[],
  spans: readonly KeptSpan[],
): readonly TextSegment[] {
  if (spans.length === 0) return segments;
  const joined: TextSegment[] = [];
  let start = 0, next = 0;
  for (const segment of segments) {
    while (next < spans.length && spans[next].end <= start) next++;
    const isCut = next < spans.length && spans[next].start < start;
    if (isCut) {
      const last = joined.pop()!;
      const isSentence = last.isSentence || segment.isSentence;
      joined.push({ text: last.text + segment.text, isSentence });
    } else joined.push(segment);
    start += segment.text.length;
  }
  return joined;
}

/** Divides a sentence into units. */
function planSentence(
  sentence: string,
  spans: readonly KeptSpan[],
  options: TextPlanOptions,
): Iterable<Piece> {
  if (spans.length === 0) return planPlain(sentence, options);
  return splitAround(sentence, spans, options).flatMap((piece) => {
    const foreign = options.protect === false
      ? []
      : findForeign(piece.text, encodeSource(piece.text, options).ids, options);
    const own = foreign.length > 0
      ? joinSpans(piece.text, [...piece.spans, ...foreign])
      : piece.spans;
    return planSpanned(piece.text, own, options);
  });
}

/** Words that the vocabulary lacks; looked for only in a text whose ids say that there are some. */
export function findForeign(
  text: string,
  ids: readonly number[],
  options: TextPlanOptions,
): KeptSpan[] {
  return hasUnknown(ids, options.tokenizer) ? findForeignWords(text, options.tokenizer) : [];
}

/** Divides a sentence without spans, in which there may be words that the vocabulary lacks. */
function* planPlain(sentence: string, options: TextPlanOptions): Generator<Piece> {
  const { maxTokens, protect } = options;
  const countTokens = (piece: string) => encodeSource(piece, options).ids.length;
  for (const piece of longSentencePieces(sentence, { maxTokens, countTokens })) {
    const body = piece.trim();
    const start = piece.length - piece.trimStart().length;
    yield piece.slice(0, start);
    if (body !== "") {
      const encoded = encodeSource(body, options);
      const foreign = protect === false ? [] : findForeign(body, encoded.ids, options);
      if (foreign.length > 0) yield* planSpanned(body, foreign, options);
      else yield { text: body, ...encoded };
    }
    yield piece.slice(start + body.length);
  }
}

/** Splits a sentence that is longer than the model takes, never within a span; one counts as a short word. */
function splitAround(
  sentence: string,
  spans: readonly KeptSpan[],
  options: TextPlanOptions,
): { text: string; spans: KeptSpan[] }[] {
  const stand = absentCharacter(sentence);
  let short = "", done = 0;
  for (const { start, end } of spans) {
    short += sentence.slice(done, start) + stand;
    done = end;
  }
  short += sentence.slice(done);
  const pieces = splitLongSentence(short, {
    maxTokens: options.maxTokens,
    countTokens: (piece) => encodeSource(piece.replaceAll(stand, "X11"), options).ids.length,
  });
  let next = 0;
  return pieces.map((piece) => {
    const own: KeptSpan[] = [];
    let text = "";
    for (const character of piece) {
      if (character !== stand) text += character;
      else {
        const { start, end, ...span } = spans[next++];
        const whole = sentence.slice(start, end);
        own.push({ ...span, start: text.length, end: text.length + whole.length });
        text += whole;
      }
    }
    return { text, spans: own };
  });
}

/** A character for private use that a text does not have. */
function absentCharacter(text: string): string {
  let code = 0xe000;
  while (text.includes(String.fromCodePoint(code))) code++;
  return String.fromCodePoint(code);
}

/** Makes units of a piece with spans: pictures at its edges stay outside, those within become marks. */
function planSpanned(
  piece: string,
  spans: readonly KeptSpan[],
  options: TextPlanOptions,
): Piece[] {
  let [start, end] = [0, piece.length];
  let own = [...spans];
  for (;;) {
    start += piece.slice(start, end).length - piece.slice(start, end).trimStart().length;
    if (own[0]?.isPicture && own[0].start === start) start = own.shift()!.end;
    else break;
  }
  for (;;) {
    end = start + piece.slice(start, end).trimEnd().length;
    if (own.at(-1)?.isPicture && own.at(-1)!.end === end) end = own.pop()!.start;
    else break;
  }
  own = own.map((span) => ({ ...span, start: span.start - start, end: span.end - start }));
  const body = piece.slice(start, end);
  const edges = [piece.slice(0, start), piece.slice(end)];
  if (!hasWords(body, own)) return withTerms(piece, spans);
  const { text, spans: words, marks } = takeOutMarks(body, own);
  const unit: Unit = {
    text,
    ...encodeSource(text, options),
    marks: marks.length > 0 ? marks : undefined,
    original: marks.length > 0 ? body : undefined,
    place: marks.length > 0 ? placesAmong(marks) : undefined,
    spans: words.length > 0 ? words : undefined,
  };
  return [edges[0], unit, edges[1]];
}

/** A piece that has no words but those of its spans: with its terms translated, or as it is. */
function withTerms(piece: string, spans: readonly KeptSpan[]): Piece[] {
  // Without ids: nothing is asked of the model, which cannot read it.
  if (spans.some(({ isForeign }) => isForeign)) return [{ text: piece, ids: [], tokens: [] }];
  const pieces: Piece[] = [];
  let done = 0;
  for (const { start, end, output, term } of spans) {
    if (term === undefined) continue;
    pieces.push(piece.slice(done, start), { term, source: piece.slice(start, end), text: output });
    done = end;
  }
  return [...pieces, piece.slice(done)];
}

/** Whether there is a letter outside of the spans. */
function hasWords(text: string, spans: readonly KeptSpan[]): boolean {
  let done = 0;
  for (const { start, end } of spans) {
    if (letter.test(text.slice(done, start))) return true;
    done = end;
  }
  return letter.test(text.slice(done)) || spans.length === 0;
}

/** Tokenizes a source for a model that, where it writes several languages, is asked for one by a token. */
export function encodeSource(
  text: string,
  { tokenizer, targetToken }: Pick<TextPlanOptions, "tokenizer" | "targetToken">,
): { ids: number[]; tokens: string[] } {
  // A soft hyphen says where a word may be broken: it changes nothing of what the word is.
  const plain = text.includes("\u00ad") ? text.replaceAll("\u00ad", "") : text;
  return tokenizer.encode(targetToken === undefined ? plain : `${targetToken} ${plain}`);
}
