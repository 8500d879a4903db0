import { eld } from "eld/medium";

/** A language that a text may be in. */
export interface Detection {
  /** How sure that is, a whole number from 0 to 100. */
  readonly confidence: number;
  /** Tag of the language. */
  readonly language: string;
}

/** How near the best language on offer has to come to the best of all, where a text is short. */
const nearness = 0.93;
/** Most characters that are looked at: more change nothing, and take time. */
const enough = 2000;

/**
 * Detects the language of a text.
 *
 * A short text is often like several languages ("Hello world" is nearest to Norwegian): of those that come near the
 * best, one on offer goes first.
 *
 * @param text Text of any length.
 * @param offered Tags of the languages on offer.
 * @returns Languages, the likeliest first; at least one. A text without letters is `en` at 0.
 */
export function detectLanguage(text: string, offered: readonly string[]): Detection[] {
  const found = eld.detect(text.slice(0, enough));
  const scores = Object.entries(found.getScores() as Record<string, number>);
  if (scores.length === 0) return [{ confidence: 0, language: "en" }];
  const best = scores[0][1];
  const isOffered = (language: string) => offered.includes(language);
  const ranked = scores.map(([language, score]) => ({
    language,
    score,
    rank: score / best >= nearness && isOffered(language) ? score + 1 : score,
  })).sort((a, b) => b.rank - a.rank);
  return ranked.slice(0, 4).map(({ language, score }) => ({
    language,
    confidence: Math.round(100 * Math.min(1, score)),
  }));
}
