/** A pair of languages that a model translates between, as tags such as `en`. */
export interface LanguagePair {
  /** Language of the sources. */
  readonly source: string;
  /** Language of the translations. */
  readonly target: string;
}

/** Says that a model does not translate between the languages asked for. */
export class LanguageError extends RangeError {
  /** Kind of the error. */
  override readonly name = "LanguageError";
  /** What there is instead. */
  readonly offered: readonly LanguagePair[];

  /**
   * Makes the error.
   *
   * @param message What cannot be done, and what can.
   * @param offered What there is instead.
   */
  constructor(message: string, offered: readonly LanguagePair[]) {
    super(message);
    this.offered = offered;
  }
}

/**
 * Brings a language tag to its shortest form: `eng`, `en-US` and `en_US` are `en`.
 *
 * @param tag A BCP 47 tag.
 * @returns The language, without script and region; the tag itself in lower case when it is not one.
 *
 * @example
 * ```ts
 * import { normalizeLanguage } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normalizeLanguage("deu"), "de");
 * assertEquals(normalizeLanguage("en_US"), "en");
 * ```
 */
export function normalizeLanguage(tag: string): string {
  try {
    return new Intl.Locale(tag.trim().replaceAll("_", "-")).language;
  } catch {
    return tag.trim().toLowerCase();
  }
}

/**
 * Finds the pair that was asked for among those on offer.
 *
 * @param offered Pairs on offer, the default first.
 * @param asked Languages asked for; either may be left out.
 * @returns The first pair that fits.
 * @throws {LanguageError} When none does; names what is on offer, and the language that was perhaps meant.
 *
 * @example
 * ```ts
 * import { selectLanguagePair } from "@heed/translation";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const offered = [{ source: "en", target: "de" }, { source: "de", target: "en" }];
 * assertEquals(selectLanguagePair(offered, { from: "de" }), { source: "de", target: "en" });
 * assertThrows(() => selectLanguagePair(offered, { to: "german" }), RangeError, "did you mean de?");
 * ```
 */
export function selectLanguagePair<Pair extends LanguagePair>(
  offered: readonly Pair[],
  asked: { from?: string; to?: string },
): Pair {
  const { from, to } = asked;
  const pair = offered.find(({ source, target }) =>
    (from === undefined || normalizeLanguage(from) === normalizeLanguage(source)) &&
    (to === undefined || normalizeLanguage(to) === normalizeLanguage(target))
  );
  if (pair !== undefined) return pair;

  const wanted = [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(" ");
  const pairs = offered.map(({ source, target }) => `${source} to ${target}`).join(", ");
  const languages = [...new Set(offered.flatMap(({ source, target }) => [source, target]))];
  const meant = [from, to].flatMap((tag) => {
    const guess = tag === undefined ? undefined : guessLanguage(tag, languages);
    return guess === undefined || languages.includes(normalizeLanguage(tag!)) ? [] : [guess];
  });
  const hint = meant.length > 0 ? `; did you mean ${meant.join(" and ")}?` : "";
  throw new LanguageError(
    `Cannot translate ${wanted}: ${
      pairs === "" ? "no model is on offer" : `on offer is ${pairs}`
    }${hint}`,
    offered,
  );
}

/** The language that a name such as `german`, `Deutsch` or a mistyped tag means. */
function guessLanguage(name: string, languages: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  return languages.find((language) =>
    [language, "en", "de", "fr", "es"].some((locale) => {
      const known = new Intl.DisplayNames(locale, { type: "language" }).of(language)?.toLowerCase();
      return known !== undefined &&
        (known === wanted || wanted.length > 3 && known.startsWith(wanted));
    })
  ) ?? languages.find((language) => wanted.length <= 3 && wanted.startsWith(language[0]));
}
