import { alignSpans, type SpanLink, type TextSpan } from "@heed/alignment";
import type { SentenceTranslation, Translation } from "@heed/translation";

/** A place of a text, in UTF-16 units. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** A place of the source and the place of the translation that comes from it. */
export interface PlaceLink {
  readonly source: Place;
  readonly target: Place;
}

/** Tokens and attention of the sentences of a translation. */
export type AttendedSentence = Pick<
  SentenceTranslation,
  "source" | "translation" | "sourceTokens" | "targetTokens" | "attention"
>;

/** The sentences of a translation, where attention was asked for; one sentence has its own in the translation. */
export function sentencesOf(translation: Translation): AttendedSentence[] | undefined {
  const { source, sourceTokens, targetTokens, attention, sentences } = translation;
  if (sentences) {
    return sentences.map(({ source, translation, sourceTokens, targetTokens, attention }) => ({
      source,
      translation,
      sourceTokens,
      targetTokens,
      attention,
    }));
  }
  if (!attention || !sourceTokens || !targetTokens) return undefined;
  return [{
    source,
    translation: translation.translation,
    sourceTokens,
    targetTokens,
    attention,
  }];
}

/**
 * Aligns a text and its translation, sentence by sentence.
 *
 * A sentence is looked for behind the one before it; one that stands otherwise in the text, as with tags within it, has
 * no links.
 *
 * @param source The text.
 * @param translation Its translation.
 * @param sentences Its sentences, in order.
 * @returns What belongs together, sorted by the place in the translation.
 */
export function alignTranslation(
  source: string,
  translation: string,
  sentences: readonly AttendedSentence[],
): PlaceLink[] {
  const links: PlaceLink[] = [];
  let fromSource = 0, fromTarget = 0;
  for (const sentence of sentences) {
    const inSource = source.indexOf(sentence.source, fromSource);
    const inTarget = translation.indexOf(sentence.translation, fromTarget);
    if (inSource >= 0) fromSource = inSource + sentence.source.length;
    if (inTarget >= 0) fromTarget = inTarget + sentence.translation.length;
    if (inSource < 0 || inTarget < 0) continue;
    for (const link of linksOf(sentence)) {
      links.push({ source: moved(link.source, inSource), target: moved(link.target, inTarget) });
    }
  }
  return links;
}

function moved([start, end]: TextSpan, by: number): Place {
  return { start: start + by, end: end + by };
}

function linksOf(
  { source, translation, sourceTokens, targetTokens, attention }: AttendedSentence,
): SpanLink[] {
  if (attention.length === 0) return []; // it stands as it was
  return alignSpans({
    source: { text: source, tokens: sourceTokens },
    target: { text: translation, tokens: targetTokens },
    attention: {
      weights: Float32Array.from(attention.flat()),
      targetLength: targetTokens.length,
      sourceLength: sourceTokens.length,
    },
  });
}
