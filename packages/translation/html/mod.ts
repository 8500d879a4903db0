/**
 * The texts of HTML, for those who do more with them than to translate: `Translator` translates whole documents with
 * the option `format: "html"`.
 *
 * @example
 * ```ts
 * import { htmlTexts } from "@heed/translation/html";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(htmlTexts("<p>Open the <b>file</b>.</p>").texts, ["Open the", "file"]);
 * ```
 *
 * @module
 */
export { htmlTexts } from "./html_texts.ts";
export type { HtmlTexts } from "./html_texts.ts";
