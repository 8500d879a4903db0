/**
 * Glossaries in TBX. An entry of its own, as it loads a parser of XML; TSV and CSV are read by `readGlossary` of
 * `@heed/translation`.
 *
 * @example
 * ```ts
 * import { readTbx } from "@heed/translation/glossary";
 * import { assertEquals } from "@std/assert";
 *
 * const { terms } = readTbx(
 *   `<martif type="TBX"><text><body><termEntry>
 *     <langSet xml:lang="en-US"><tig><term>cart</term></tig></langSet>
 *     <langSet xml:lang="de-DE"><tig><term>Warenkorb</term></tig></langSet>
 *   </termEntry></body></text></martif>`,
 *   { from: "en", to: "de" },
 * );
 * assertEquals(terms.get("cart"), "Warenkorb");
 * ```
 *
 * @module
 */
export { readTbx, readTbxLanguages } from "./tbx.ts";
export type { TbxFile, TbxLanguages } from "./tbx.ts";
