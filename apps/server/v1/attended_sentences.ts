import type { SentenceTranslation, Translation } from "@heed/translation";

/** Tokens and attention of a sentence, as clients are given them. */
export type AttendedSentence = Pick<
  SentenceTranslation,
  "source" | "translation" | "sourceTokens" | "targetTokens" | "attention"
>;

/** The sentences of a translation, where attention was asked for; one sentence has its own in the translation. */
export function attendedSentences(translation: Translation): AttendedSentence[] | undefined {
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
