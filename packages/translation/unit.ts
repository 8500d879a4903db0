import type { GlossaryMatch } from "./glossary/find_terms.ts";
import type { Mark } from "./marks/marks.ts";
import type { KeptSpan } from "./protected/sentence_spans.ts";

/** A piece of text that goes through the model by itself. */
export interface Unit {
  /** The piece, without white space around it and without marks. */
  readonly text: string;
  /** Source ids, the end token last. */
  readonly ids: number[];
  /** Source tokens, the end token last. */
  readonly tokens: string[];
  /** The piece as it stands in the text, where it is written in another way or marks were taken out. */
  readonly original?: string;
  /** What of `text` is not translated; none when left out. */
  readonly spans?: readonly KeptSpan[];
  /** Makes of translated text what stands in the document, as HTML has `&lt;` for `<`. */
  readonly escape?: (text: string) => string;
  /** Where a part of `text` is in `original`, the two being different. */
  readonly place?: (start: number, end: number) => readonly [start: number, end: number];
  /** What was taken out of `text`, and goes back to where the words around it have come. */
  readonly marks?: readonly Mark[];
  /** Of a part of a unit: where it begins in the original of that. */
  readonly at?: number;
}

/** A term of a glossary that stands by itself, and needs no model. */
export interface GivenTerm {
  readonly term: GlossaryMatch;
  /** The term as the text has it. */
  readonly source: string;
  /** Its translation. */
  readonly text: string;
  /** Of a part of a unit: where it begins in the original of that. */
  readonly at?: number;
}

/** What a text is divided into: what is kept, terms, and what the model translates. In order, they are the text. */
export type Piece = string | GivenTerm | Unit;

/** Whether a piece goes through the model. */
export function isUnit(piece: Piece): piece is Unit {
  return typeof piece !== "string" && !("term" in piece);
}

/** Where a part of a unit's text is in its original. */
export function placeInOriginal(
  { place }: Unit,
  start: number,
  end: number,
): readonly [start: number, end: number] {
  return place?.(start, end) ?? [start, end];
}

/** What a part of a unit's text is in its original. */
export function originalOf(unit: Unit, start: number, end: number): string {
  const { text, original = text } = unit;
  return start < end ? original.slice(...placeInOriginal(unit, start, end)) : "";
}
