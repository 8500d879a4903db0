/**
 * Languages of texts: which one a text is in, and translators that go by it. With the first text it loads n-grams
 * of 60 languages (3 MB, 170 MB in memory), which is why it is an entry of its own.
 *
 * @example
 * ```ts
 * import { detectLanguage } from "@heed/translation/detect";
 * import { assertEquals } from "@std/assert";
 *
 * const [best] = await detectLanguage("¿Dónde está la estación?");
 * assertEquals(best.language, "es");
 * ```
 *
 * @module
 */
export { AutoTranslator } from "./auto_translator.ts";
export type { AutoTranslatorParts, DetectedTranslation } from "./auto_translator.ts";
export { detectableLanguages, detectLanguage } from "./detect_language.ts";
export type { DetectedLanguage, DetectOptions } from "./detect_language.ts";
