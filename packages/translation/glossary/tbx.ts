import { Parser } from "htmlparser2";
import { normalizeLanguage } from "../languages.ts";
import type { Glossary } from "./glossary.ts";

/** Which languages of a TBX file are wanted. */
export interface TbxLanguages {
  /** Language of the texts. */
  readonly from: string;
  /** Language of the translations. */
  readonly to: string;
}

/** A term of a concept. */
interface TbxTerm {
  readonly language: string;
  text: string;
  /** What the file says of its standing, such as `preferredTerm-admn-sts`. */
  status: string;
}

const concepts = new Set(["termentry", "conceptentry"]);
const languages = new Set(["langset", "langsec"]);
const sections = new Set(["tig", "ntig", "termsec"]);

/**
 * Reads a glossary in TBX (ISO 30042), of version 2 or 3: of each concept all terms in one language, with the preferred
 * one, else the first, in the other. Terms that are deprecated are no translation. A document type is not read.
 *
 * @param xml The content of the file.
 * @param options The languages; `en` also takes `en-US`.
 * @returns The terms.
 * @throws {SyntaxError} When it is no TBX, or no concept has both languages; names those that there are.
 *
 * @example
 * ```ts
 * import { readTbx } from "@heed/translation/glossary";
 * import { assertEquals } from "@std/assert";
 *
 * const { terms } = readTbx(
 *   `<tbx><text><body><conceptEntry>
 *     <langSec xml:lang="en"><termSec><term>freezer</term></termSec></langSec>
 *     <langSec xml:lang="de"><termSec><term>Tiefkühler</term></termSec></langSec>
 *   </conceptEntry></body></text></tbx>`,
 *   { from: "en", to: "de" },
 * );
 * assertEquals([...terms], [["freezer", "Tiefkühler"]]);
 * ```
 */
export function readTbx(xml: string, { from, to }: TbxLanguages): Glossary {
  const { languages, glossary } = readTbxLanguages(xml);
  const found = glossary({ from, to });
  if (found) return found;
  const [source, target] = [from, to].map(normalizeLanguage);
  throw new SyntaxError(
    `Cannot read terms from ${source} to ${target} in the glossary: it has ` +
      (languages.length === 0 ? "no terms" : languages.join(", ")),
  );
}

/** A TBX file of several languages. */
export interface TbxFile {
  /** The languages that have terms, in order. */
  readonly languages: readonly string[];
  /** Terms of two languages; undefined where no concept has both. */
  glossary(languages: TbxLanguages): Glossary | undefined;
}

/**
 * Reads a glossary in TBX once, for texts of several languages.
 *
 * @param xml The content of the file.
 * @returns Its languages, and the terms of any two.
 * @throws {SyntaxError} When it is no TBX.
 *
 * @example
 * ```ts
 * import { readTbxLanguages } from "@heed/translation/glossary";
 * import { assertEquals } from "@std/assert";
 *
 * const { languages, glossary } = readTbxLanguages(
 *   `<tbx><text><body><conceptEntry>
 *     <langSec xml:lang="en"><termSec><term>freezer</term></termSec></langSec>
 *     <langSec xml:lang="de"><termSec><term>Tiefkühler</term></termSec></langSec>
 *   </conceptEntry></body></text></tbx>`,
 * );
 * assertEquals(languages, ["de", "en"]);
 * assertEquals(glossary({ from: "de", to: "en" })?.terms.get("Tiefkühler"), "freezer");
 * assertEquals(glossary({ from: "fr", to: "en" }), undefined);
 * ```
 */
export function readTbxLanguages(xml: string): TbxFile {
  const concepts = conceptsOf(xml);
  const seen = new Set(concepts.flat().map(({ language }) => language));
  return {
    languages: [...seen].sort(),
    glossary({ from, to }) {
      const [source, target] = [from, to].map(normalizeLanguage);
      const terms = new Map<string, string>();
      for (const concept of concepts) {
        const written = (language: string) => concept.filter((term) => term.language === language);
        const allowed = written(target)
          .filter(({ status }) => !/deprecated|superseded/i.test(status));
        const best = allowed.find(({ status }) => /preferred/i.test(status)) ?? allowed[0];
        if (best) { for (const { text } of written(source)) terms.set(text, best.text); }
      }
      return terms.size > 0 ? { terms } : undefined;
    },
  };
}

function conceptsOf(xml: string): TbxTerm[][] {
  const found: TbxTerm[][] = [];
  let root: string | undefined, language = "", term: TbxTerm | undefined, last: TbxTerm | undefined;
  /** Whether text is a part of the term, or of a note about its standing. */
  let reads: "term" | "status" | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      root ??= name;
      if (concepts.has(name)) found.push([]);
      else if (languages.has(name)) {
        language = normalizeLanguage(attributes["xml:lang"] ?? attributes["lang"] ?? "");
      } else if (sections.has(name)) last = undefined;
      else if (name === "term") {
        term = { language, text: "", status: "" };
        reads = "term";
      } else if (name === "termnote" && /administrativeStatus/i.test(attributes["type"] ?? "")) {
        reads = "status";
      }
    },
    ontext(text) {
      if (reads === "term") term!.text += text;
      else if (reads === "status" && last) last.status += text;
    },
    onclosetag(name) {
      if (name === "termnote") reads = undefined;
      if (name !== "term" || term === undefined) return;
      term.text = term.text.replace(/\s+/g, " ").trim();
      if (term.text !== "" && term.language !== "") found.at(-1)?.push(term);
      [last, term, reads] = [term, undefined, undefined];
    },
  }, { xmlMode: true, lowerCaseTags: true, decodeEntities: true });
  parser.write(xml.replace(/^\ufeff/, ""));
  parser.end();
  if (root === "tbx" || root === "martif") return found;
  throw new SyntaxError(
    "Cannot read the glossary: it is no TBX, which begins with <tbx> or <martif>",
  );
}
