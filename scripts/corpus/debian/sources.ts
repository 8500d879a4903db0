import type { Source } from "./source.ts";
import { catalogs } from "./sources/catalogs.ts";
import { debconf } from "./sources/debconf.ts";
import { descriptions } from "./sources/descriptions.ts";
import { gnomeHelp, kdeHelp } from "./sources/desktop_help.ts";
import { dingSentences, dingTerms } from "./sources/ding.ts";
import { manPages } from "./sources/man_pages.ts";
import { manuals } from "./sources/manuals.ts";
import { officeHelp } from "./sources/office_help.ts";

/** Every source, best known texts first: of equal pairs the first source's stays. */
export const SOURCES: readonly Source[] = [
  manuals,
  officeHelp,
  gnomeHelp,
  kdeHelp,
  debconf,
  descriptions,
  dingSentences,
  dingTerms,
  manPages,
  catalogs,
];

/**
 * Chooses sources by name.
 *
 * @param names Names with commas between; `all` for every one that has the language.
 * @param code Language.
 * @returns The sources, in the order of {@linkcode SOURCES}.
 * @throws {RangeError} When a name is unknown, or a source lacks the language.
 */
export function chooseSources(names: string, code: string): Source[] {
  const available = SOURCES.filter(({ languages }) => languages?.includes(code) ?? true);
  if (names === "all") return available;
  const wanted = new Set(names.split(",").map((name) => name.trim()));
  for (const name of wanted) {
    if (available.some((source) => source.name === name)) continue;
    const list = available.map((source) => source.name).join(", ");
    throw new RangeError(`Cannot read source ${name} for ${code}: the sources are ${list}`);
  }
  return available.filter(({ name }) => wanted.has(name));
}
