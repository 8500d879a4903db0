/** Terms and what each is translated as. */
export interface Glossary {
  /** Pairs of a source term and its translation. */
  readonly terms: ReadonlyMap<string, string>;
}

/** A place of a text where a term of a glossary stands. */
export interface GlossaryMatch {
  /** First UTF-16 code unit. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
  /** The term as the glossary has it. */
  readonly term: string;
  /** The term as the text writes it. */
  readonly source: string;
  /** What it becomes, with the capitals of the text. */
  readonly target: string;
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

/**
 * Finds the terms of a glossary in a text: whole words, in any capitals, the longest first. A term that has a capital
 * within it, such as `iPhone` or `US`, is found only as it is written.
 *
 * @param text Any text.
 * @param glossary Terms.
 * @returns The places in order, without overlap.
 */
export function findTerms(text: string, { terms }: Glossary): GlossaryMatch[] {
  if (terms.size === 0) return [];
  const byForm = new Map<string, [string, string]>();
  for (const [source, target] of terms) byForm.set(source.toLowerCase(), [source, target]);
  const forms = [...byForm.keys()].sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replace(/\s+/g, "\\s+"));
  const letter = String.raw`[\p{L}\p{M}\p{N}_]`;
  const pattern = new RegExp(`(?<!${letter})(?:${forms.join("|")})(?!${letter})`, "giu");
  const found: GlossaryMatch[] = [];
  for (const { 0: written, index: start } of text.matchAll(pattern)) {
    const term = byForm.get(written.toLowerCase().replace(/\s+/g, " "));
    if (term === undefined) continue;
    const [source, target] = term;
    const isFixed = /.\p{Lu}/u.test(source);
    const isLoud = isCapitals(written) && !isCapitals(source);
    if (isFixed && written.replace(/\s+/g, " ") !== source && !isLoud) continue;
    found.push({
      ...{ start, end: start + written.length, term: source, source: written },
      target: inCaseOf(written, { source, target }),
    });
  }
  return found;
}

const isCapitals = (text: string) => /\p{Lu}.*\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);

/** A translation with the capitals that a text gives the term. */
function inCaseOf(
  written: string,
  { source, target }: { source: string; target: string },
): string {
  if (isCapitals(written) && !isCapitals(source)) return target.toUpperCase();
  const [first] = written;
  const isRaised = first !== source[0] && /\p{Lu}/u.test(first);
  return isRaised ? target[0].toUpperCase() + target.slice(1) : target;
}
