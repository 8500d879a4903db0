/** Terms and what each is translated as. */
export interface Glossary {
  /** Pairs of a source term and its translation. A term that is its own translation is not translated. */
  readonly terms: ReadonlyMap<string, string>;
  /**
   * Whether regular inflected forms of a term (`servers`, `Servern`) are translated as the term, which comes out as it
   * is given. By default they are left to the model.
   */
  readonly inflected?: boolean;
}

/**
 * Reads a glossary: a pair of terms a line, with a tab between them, or a comma where no line has a tab. In CSV, quotes
 * hold commas, and two quotes in them are one.
 *
 * @param text The content of a TSV or CSV file. Empty lines and those that begin with `#` are left out.
 * @returns The terms; of one that is given twice, the last.
 * @throws {SyntaxError} When a line has no pair; names it.
 *
 * @example
 * ```ts
 * import { readGlossary } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const { terms } = readGlossary("# ours\nfreezer\tTiefkühler\nice cream\tSpeiseeis\n");
 * assertEquals([...terms], [["freezer", "Tiefkühler"], ["ice cream", "Speiseeis"]]);
 * assertEquals([...readGlossary('"a, b",c').terms], [["a, b", "c"]]);
 * ```
 */
export function readGlossary(text: string): Glossary {
  const terms = new Map<string, string>();
  const hasTabs = text.includes("\t");
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|[\r\n]/);
  lines.forEach((line, i) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const fields = hasTabs ? line.split("\t") : fieldsOf(line);
    const [source = "", target = ""] = fields.map((field) => field.trim());
    if (source === "" || target === "") {
      throw new SyntaxError(
        `Cannot read line ${i + 1} of the glossary: it has no two terms; write source, ` +
          `${hasTabs ? "a tab" : "a comma"}, target`,
      );
    }
    terms.set(source, target);
  });
  return { terms };
}

/** The fields of a line of CSV. */
function fieldsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}
