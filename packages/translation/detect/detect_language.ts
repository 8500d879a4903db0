/** A language that a text may be in. */
export interface DetectedLanguage {
  /** Tag of the language, ISO 639-1. */
  readonly language: string;
  /** How much the text is like that language, from 0 to 1. */
  readonly confidence: number;
}

/** Options of {@linkcode detectLanguage}. */
export interface DetectOptions {
  /** Languages that are likelier than others, such as those that there are models for. */
  readonly offered?: readonly string[];
}

/** The n-grams of all languages take 170 MB of memory: they are loaded when a text is to be detected, once. */
let loading: Promise<typeof import("eld/medium")["eld"]> | undefined;
const loadDetector = () => loading ??= import("eld/medium").then(({ eld }) => eld);

/**
 * Names the languages that can be told from each other.
 *
 * @returns Their tags, ISO 639-1, in order.
 *
 * @example
 * ```ts
 * import { detectableLanguages } from "@heed/translation/detect";
 * import { assert } from "@std/assert";
 *
 * assert((await detectableLanguages()).includes("de"));
 * ```
 */
export async function detectableLanguages(): Promise<string[]> {
  const eld = await loadDetector();
  return Object.values(eld.info()["Languages"] as Record<string, string>).sort();
}

/** How near the best language on offer has to come to the best of all, where a text is short. */
const nearness = 0.93;
/** What English has ahead of others on offer: a short text is rather English. */
const englishBonus = 1.02;
/** Most characters that are looked at: more change nothing, and take time. */
const enough = 2000;
/** Most languages that are named. */
const mostNamed = 4;

/**
 * Detects the language of a text by its n-grams, which are loaded with the first text.
 *
 * A short text is often like several languages ("Hello world" is nearest to Norwegian): of those that come near the
 * best, one on offer goes first.
 *
 * @param text Text of any length, without markup.
 * @param options Which languages are on offer.
 * @returns Languages, the likeliest first; at least one. A text without letters is `en` at 0.
 *
 * @example
 * ```ts
 * import { detectLanguage } from "@heed/translation/detect";
 * import { assertEquals } from "@std/assert";
 *
 * const [best] = await detectLanguage("Guten Morgen, wie geht es dir?");
 * assertEquals(best.language, "de");
 * const [offered] = await detectLanguage("Hello world", { offered: ["de", "en"] });
 * assertEquals(offered.language, "en");
 * assertEquals(await detectLanguage("12:30"), [{ language: "en", confidence: 0 }]);
 * ```
 */
export async function detectLanguage(
  text: string,
  options: DetectOptions = {},
): Promise<DetectedLanguage[]> {
  const { offered = [] } = options;
  const eld = await loadDetector();
  const found = eld.detect(text.slice(0, enough));
  const scores = Object.entries(found.getScores() as Record<string, number>);
  if (scores.length === 0) return [byScript(text)];
  const best = scores[0][1];
  const isOffered = (language: string) => offered.includes(language);
  const ranked = scores.map(([language, score]) => ({
    language,
    score,
    rank: score / best < nearness || !isOffered(language)
      ? score
      : 1 + score * (language === "en" ? englishBonus : 1),
  })).sort((a, b) => b.rank - a.rank);
  return ranked.slice(0, mostNamed).map(({ language, score }) => ({
    language,
    confidence: Math.min(1, score),
  }));
}

/** What a text of a few letters may be, of which the library says nothing. */
function byScript(text: string): DetectedLanguage {
  if (/[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text)) return { language: "ja", confidence: 0.5 };
  if (/\p{sc=Hangul}/u.test(text)) return { language: "ko", confidence: 0.5 };
  if (/\p{sc=Han}/u.test(text)) return { language: "zh", confidence: 0.5 };
  return { language: "en", confidence: 0 };
}
