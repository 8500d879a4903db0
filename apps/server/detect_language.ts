import { detectLanguage as detect } from "@heed/translation/detect";

/** A language that a text may be in. */
export interface Detection {
  /** How sure that is, a whole number from 0 to 100. */
  readonly confidence: number;
  /** Tag of the language. */
  readonly language: string;
}

/**
 * Detects the language of a text, and says how sure that is as LibreTranslate does.
 *
 * @param text Text of any length.
 * @param offered Tags of the languages on offer.
 * @returns Languages, the likeliest first; at least one. A text without letters is `en` at 0.
 */
export async function detectLanguage(
  text: string,
  offered: readonly string[],
): Promise<Detection[]> {
  return (await detect(text, { offered })).map(({ language, confidence }) => ({
    language,
    confidence: Math.round(100 * confidence),
  }));
}
