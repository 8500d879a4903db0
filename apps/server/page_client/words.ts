import { wordsOf } from "./word_choices.ts";

/** A sentence and its attention, as `/v1/translate` gives it; without tokens where a person chose another one. */
export interface SentenceAttention {
  readonly source: string;
  readonly translation: string;
  readonly sourceTokens: readonly string[];
  readonly targetTokens: readonly string[];
  /** `[target][source]` */
  readonly attention: readonly (readonly number[])[];
}

/** A place in a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A translation, its sentences, and which places belong together, as `/v1/translate` gives them. */
export interface LinkedTranslation {
  readonly text: string;
  readonly sentences?: readonly SentenceAttention[];
  readonly alignment?: readonly { readonly source: Place; readonly target: Place }[];
}

/** A word of a translation, and the places of the source that it comes from. */
export interface LinkedWord extends Place {
  readonly sources: readonly Place[];
  /** Number of its sentence. */
  readonly sentence: number;
  /** Where its sentence begins in the translation. */
  readonly sentenceStart: number;
}

/** Finds the words of a translation, in order, and where each comes from. */
export function linkWords(translation: LinkedTranslation): LinkedWord[] {
  const { sentences = [], alignment = [] } = translation;
  const starts = startsOf(translation);
  return sentences.flatMap((sentence, number) => {
    const sentenceStart = starts[number];
    if (sentenceStart === undefined) return [];
    const words = wordsOf(sentence.translation).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
    return words.map((word) => {
      const start = sentenceStart + word.start, end = sentenceStart + word.end;
      const links = alignment.filter(({ target }) => target.end > start && target.start < end);
      const sources = links.map(({ source }) => source).sort((a, b) => a.start - b.start);
      return { start, end, sentence: number, sentenceStart, sources };
    });
  });
}

/**
 * Puts another sentence into a translation. Where its words come from is not known.
 *
 * @param translation The translation.
 * @param number Which of its sentences.
 * @param sentence What stands there from now on.
 * @returns The translation with it.
 */
export function replaceSentence(
  translation: LinkedTranslation,
  number: number,
  sentence: string,
): LinkedTranslation {
  const { text, sentences = [], alignment = [] } = translation;
  const start = startsOf(translation)[number];
  if (start === undefined) return translation;
  const end = start + sentences[number].translation.length;
  const by = start + sentence.length - end;
  const other = { ...sentences[number], translation: sentence, sourceTokens: [], targetTokens: [] };
  return {
    text: text.slice(0, start) + sentence + text.slice(end),
    sentences: sentences.with(number, other),
    alignment: alignment.filter(({ target }) => target.end <= start || target.start >= end)
      .map((link) => link.target.end <= start ? link : { ...link, target: moved(link.target, by) }),
  };
}

function moved({ start, end }: Place, by: number): Place {
  return { start: start + by, end: end + by };
}

/** Where the sentences begin in the translation; undefined of what does not stand there. */
function startsOf({ text, sentences = [] }: LinkedTranslation): (number | undefined)[] {
  let from = 0;
  return sentences.map(({ translation }) => {
    const start = text.indexOf(translation, from);
    if (start < 0) return undefined;
    from = start + translation.length;
    return start;
  });
}
