import type { KeptSpan } from "../protected/sentence_spans.ts";

/** What was taken out of a sentence, and goes back to the words that it belongs to. */
export interface Mark {
  /** Where it begins in the sentence without marks, in UTF-16 units. */
  readonly start: number;
  /** Where it ends; that is `start` for what has no words inside. */
  readonly end: number;
  /** What is written before the words inside. */
  readonly open: string;
  /** What is written behind them. */
  readonly close: string;
  /** Marks inside, in order. */
  readonly inside: readonly Mark[];
}

/** Takes pictures out of a sentence, each with the white space before it. */
export function takeOutMarks(
  sentence: string,
  spans: readonly KeptSpan[],
): { text: string; spans: KeptSpan[]; marks: Mark[] } {
  const marks: Mark[] = [];
  const words: KeptSpan[] = [];
  let text = "", done = 0;
  for (const span of spans) {
    const before = sentence.slice(done, span.start);
    if (span.isPicture) {
      const kept = before.trimEnd();
      text += kept;
      const open = before.slice(kept.length) + span.output;
      marks.push({ ...{ start: text.length, end: text.length, open, close: "", inside: [] } });
    } else {
      text += before;
      words.push({ ...span, start: text.length, end: text.length + span.end - span.start });
      text += sentence.slice(span.start, span.end);
    }
    done = span.end;
  }
  return { text: text + sentence.slice(done), spans: words, marks };
}

/**
 * Says where parts of a sentence are in what {@linkcode takeOutMarks} took its marks out of.
 *
 * @param marks The marks, in order.
 * @returns Gives the place of a part.
 */
export function placesAmong(
  marks: readonly Mark[],
): (start: number, end: number) => readonly [start: number, end: number] {
  const lengthOf = (isBefore: (mark: Mark) => boolean) =>
    marks.reduce((sum, mark) => isBefore(mark) ? sum + mark.open.length : sum, 0);
  return (start, end) => [
    start + lengthOf((mark) => mark.start <= start),
    end + lengthOf((mark) => mark.start < end),
  ];
}
