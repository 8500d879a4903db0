import type { DetectedLanguage } from "@heed/translation/detect";

/** A language that a text may be in. */
export interface Detection {
  /** How sure that is, a whole number from 0 to 100, as LibreTranslate has it. */
  readonly confidence: number;
  /** Tag of the language. */
  readonly language: string;
}

/** What was detected, as clients are told of it. */
export function detectionOf({ language, confidence }: DetectedLanguage): Detection {
  return { language, confidence: Math.round(100 * confidence) };
}
