/** How one language is called in the different corners of the archive. */
export interface Language {
  /** Name in gettext and in the package descriptions, such as `pt_BR`. */
  readonly code: string;
  /** BCP 47 tag, such as `pt-BR`. */
  readonly locale: string;
  /** BCP 47 tag with a region in any case, such as `de-DE`. */
  readonly region: string;
  /** Names of its folders beside `LC_MESSAGES`, `man` pages and help, the usual one first. */
  readonly folders: readonly string[];
  /** Suffix of packages that hold this language alone, such as `pt-br`. */
  readonly packageSuffix: string;
}

const ROWS: readonly (readonly [code: string, region: string, ...otherFolders: string[]])[] = [
  ["de", "DE"],
  ["fr", "FR"],
  ["es", "ES"],
  ["it", "IT"],
  ["ru", "RU"],
  ["ja", "JP"],
  ["pt_BR", "BR", "pt-BR"],
  ["zh_CN", "CN", "zh-CN", "zh_Hans", "zh_Hans_CN", "zh-Hans"],
  ["zh_TW", "TW", "zh-TW", "zh_Hant", "zh_Hant_TW", "zh-Hant"],
];

/** Every language that can be asked for, by its code. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map(
  ROWS.map(([code, region, ...others]) => [code, {
    code,
    locale: code.replace("_", "-"),
    region: `${code.slice(0, 2)}-${region}`,
    folders: [code, ...(code.includes("_") ? [] : [`${code}_${region}`]), ...others],
    packageSuffix: code.toLowerCase().replace("_", "-"),
  }]),
);

/**
 * Looks up a language.
 *
 * @param name Code in either spelling, such as `pt_BR` or `pt-br`.
 * @returns The language.
 * @throws {RangeError} When there is no such language here.
 */
export function languageOf(name: string): Language {
  const wanted = name.toLowerCase().replace("-", "_");
  for (const language of LANGUAGES.values()) {
    if (language.code.toLowerCase() === wanted) return language;
  }
  const known = [...LANGUAGES.keys()].join(", ");
  throw new RangeError(`Cannot build a corpus for language ${name}: the languages are ${known}`);
}

/**
 * The folders of a language as the middle of a regular expression.
 *
 * @param language The language.
 * @returns Alternatives such as `de|de_DE`.
 */
export function folderPattern(language: Language): string {
  return language.folders.join("|");
}
