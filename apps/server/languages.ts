import { type LanguagePair, normalizeLanguage } from "@heed/translation";
import { RequestError } from "./errors.ts";

/** A language on offer. */
export interface OfferedLanguage {
  /** Its tag, such as `en`. */
  readonly code: string;
  /** Its name in English. */
  readonly name: string;
  /** Tags of the languages that it is translated into. */
  readonly targets: readonly string[];
}

/** What LibreTranslate's clients call languages that have other tags. */
const aliases: Readonly<Record<string, string>> = {
  pb: "pt-BR",
  zh: "zh-Hans",
  zt: "zh-Hant",
  nb: "no",
};

/** Languages as a server lists and finds them. */
export class Languages {
  /** All that is a source, by name. */
  readonly offered: readonly OfferedLanguage[];
  readonly #codes: readonly string[];

  /**
   * Lists languages.
   *
   * @param pairs What the models translate.
   */
  constructor(pairs: readonly LanguagePair[]) {
    const targets = Map.groupBy(pairs, ({ source }) => source);
    this.#codes = [...new Set(pairs.flatMap(({ source, target }) => [source, target]))];
    this.offered = this.#codes.map((code) => ({
      code,
      name: languageName(code),
      targets: [...new Set((targets.get(code) ?? []).map(({ target }) => target))].sort(),
    })).sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /**
   * Finds a language by what a client calls it, in any case.
   *
   * @throws {RequestError} 400 when it is not on offer.
   */
  find(code: string): OfferedLanguage {
    const wanted = code.trim().toLowerCase().replaceAll("_", "-");
    const names = [wanted, aliases[wanted]?.toLowerCase(), normalizeLanguage(wanted)];
    for (const name of names) {
      const found = this.offered.find((offered) => offered.code.toLowerCase() === name);
      if (found) return found;
    }
    const found = this.offered.find((offered) => normalizeLanguage(offered.code) === names[2]);
    if (found) return found;
    throw new RequestError(400, `${code.slice(0, 40)} is not supported`);
  }

  /**
   * Checks that one language is translated into another.
   *
   * @throws {RequestError} 400 when it is not.
   */
  check(source: OfferedLanguage, target: OfferedLanguage): void {
    if (source.targets.includes(target.code) || source.code === target.code) return;
    throw new RequestError(
      400,
      `${target.name} (${target.code}) is not available as a target language from ` +
        `${source.name} (${source.code})`,
    );
  }
}

/** What English calls a language; its tag where it has no name. */
export function languageName(code: string, locale = "en"): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
