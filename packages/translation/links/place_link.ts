/** A place in a text, in UTF-16 units. */
export interface TextPlace {
  /** First unit. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
}

/** A place of a translation and the place of the source that it comes from. */
export interface PlaceLink {
  /** A word of the source, or something that is not translated. */
  readonly source: TextPlace;
  /** What came of it. */
  readonly target: TextPlace;
  /** How much of its attention the word of the translation has there, from 0 to 1; 1 of what was put in its place. */
  readonly score: number;
}

/** A term of a glossary, and where it was used. */
export interface UsedTerm {
  /** The term as the glossary has it. */
  readonly term: string;
  /** Where the text has it. */
  readonly source: TextPlace;
  /** Where the translation has its translation. */
  readonly target: TextPlace;
}

/** A place, moved. */
export function movePlace({ start, end }: TextPlace, by: number): TextPlace {
  return { start: start + by, end: end + by };
}
