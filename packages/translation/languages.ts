import { showValue } from "@heed/checkpoint";
import { languageToken } from "@heed/tokenizer";

/** A pair of languages that a model translates between, as tags such as `en`. */
export interface LanguagePair {
  /** Language of the sources. */
  readonly source: string;
  /** Language of the translations. */
  readonly target: string;
  /** What a source begins with to ask for this target, `>>fr<<`, of a model that writes several languages. */
  readonly targetToken?: string;
}

/**
 * Says that a model does not translate between the languages asked for.
 *
 * @example
 * ```ts
 * import { LanguageError, selectLanguagePair } from "@heed/translation";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const offered = [{ source: "en", target: "de" }];
 * const error = assertThrows(() => selectLanguagePair(offered, { to: "fr" }), LanguageError);
 * assertEquals(error.offered, offered);
 * ```
 */
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
  return localeOf(tag)?.language ?? tag.trim().toLowerCase();
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag.trim().replaceAll("_", "-"));
  } catch {
    return undefined;
  }
}

/** Whether a tag does not name one language: `roa` (Romance languages), `mul` (many). */
function isFamily(tag: string): boolean {
  try {
    const names = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
    return names.of(normalizeLanguage(tag)) === undefined;
  } catch {
    return true;
  }
}

/**
 * Finds the pairs that a model's files name. Lists are written `es+es_AR+pt`; a model of several targets has a
 * token of the form `>>code<<` for each, which its sources begin with.
 *
 * @param names `source_lang` and `target_lang` of `tokenizer_config.json`.
 * @param codes Codes of the target tokens in the vocabulary, without `>>` and `<<`.
 * @returns Every source with every target.
 * @throws {RangeError} When there are more than 500 of either, or one is longer than any tag.
 *
 * @example
 * ```ts
 * import { modelLanguages } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(modelLanguages({ source: "en", target: "es+pt" }, ["es", "pt"]), [
 *   { source: "en", target: "es", targetToken: ">>es<<" },
 *   { source: "en", target: "pt", targetToken: ">>pt<<" },
 * ]);
 * ```
 */
export function modelLanguages(
  { source, target }: { source: string; target: string },
  codes: readonly string[],
): LanguagePair[] {
  const sources = source.split("+"), named = target.split("+");
  checkNames({ "source languages": sources, "target languages": named, "target tokens": codes });
  const chosen = codes.filter((code) => named.some((name) => fits(code, name)));
  const targets = chosen.length > 0
    ? chosen.map((code) => ({ target: code, targetToken: languageToken(code) }))
    : named.map((name) => ({ target: name }));
  return sources.flatMap((source) => targets.map((target) => ({ source, ...target })));
}

/** Each source is paired with each target, so that a damaged file of 10,000 of both would take all memory. */
const MOST_NAMED = 500;

/** Longest tag, in characters; those in use have up to 35 (RFC 5646, section 4.4.1). */
const MOST_TAG = 100;

function checkNames(lists: Readonly<Record<string, readonly string[]>>): void {
  for (const [what, names] of Object.entries(lists)) {
    const long = names.find(({ length }) => length > MOST_TAG);
    if (names.length <= MOST_NAMED && long === undefined) continue;
    throw new RangeError(
      `Cannot tell the languages of the model: ${
        long === undefined
          ? `it names ${names.length} ${what}, more than ${MOST_NAMED}`
          : `${showValue(long)} among its ${what} is longer than ${MOST_TAG} characters`
      }`,
    );
  }
}

/** Whether a language that is asked for may be one that is offered. A family is taken at its word. */
function fits(asked: string, offered: string): boolean {
  return isSame(asked, offered) || isFamily(offered); // names of languages take 10 ms to load
}

function isSame(asked: string, offered: string): boolean {
  return normalizeLanguage(asked) === normalizeLanguage(offered);
}

/**
 * Finds the pair that was asked for among those on offer.
 *
 * @param offered Pairs on offer, the default first.
 * @param asked Languages asked for; either may be left out.
 * @returns The pair with the tags asked for (`pt_br` is `pt-BR`); else, of those that fit, the first with the
 * shortest tags.
 * @throws {LanguageError} When none does; names what is on offer, and the language that was perhaps meant. Also
 * when the target is left out and the model has a token for each of several.
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
  const fitting = offered.filter(({ source, target, targetToken }) =>
    (from === undefined || fits(from, source)) &&
    (to === undefined || (targetToken === undefined ? fits : isSame)(to, target))
  );
  if (fitting.length === 0) throw noSuchPair(offered, asked);
  if (to === undefined && new Set(fitting.map((pair) => pair.targetToken)).size > 1) {
    throw new LanguageError(
      `Cannot choose the language of the translations: the model writes ${
        listed(new Set(fitting.map(({ target }) => target)))
      }; ask for one of them (to)`,
      offered,
    );
  }
  const distance = (tag: string, wanted: string | undefined) =>
    wanted === undefined || isEqual(tag, wanted) ? 0 : tag.length;
  const rank = ({ source, target }: Pair) => distance(source, from) + distance(target, to);
  return fitting.reduce((best, pair) => rank(pair) < rank(best) ? pair : best);
}

function isEqual(a: string, b: string): boolean {
  return a === b || localeOf(a) !== undefined && String(localeOf(a)) === String(localeOf(b));
}

function noSuchPair(
  offered: readonly LanguagePair[],
  { from, to }: { from?: string; to?: string },
): LanguageError {
  const wanted = [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(" ");
  const pairs = listed(offered.map(({ source, target }) => `${source} to ${target}`));
  const languages = [...new Set(offered.flatMap(({ source, target }) => [source, target]))];
  const meant = [from, to].flatMap((tag) => {
    const guess = tag === undefined ? undefined : guessLanguage(tag, languages);
    return guess === undefined || languages.includes(normalizeLanguage(tag!)) ? [] : [guess];
  });
  const hint = meant.length > 0 ? `; did you mean ${meant.join(" and ")}?` : "";
  return new LanguageError(
    `Cannot translate ${wanted}: ${
      pairs === "" ? "no model is on offer" : `on offer is ${pairs}`
    }${hint}`,
    offered,
  );
}

const MOST_LISTED = 12;

/** The first words of a list, and how many more there are. */
function listed(words: Iterable<string>): string {
  const all = [...words];
  const more = all.length - MOST_LISTED;
  return all.slice(0, MOST_LISTED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The language that a name such as `german`, `Deutsch` or a mistyped tag means. */
function guessLanguage(name: string, languages: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  return languages.find((language) =>
    [language, "en", "de", "fr", "es"].some((locale) => {
      const known = languageName(language, locale)?.toLowerCase();
      return known !== undefined &&
        (known === wanted || wanted.length > 3 && known.startsWith(wanted));
    })
  ) ?? languages.find((language) => wanted.length <= 3 && wanted.startsWith(language[0]));
}

/** What a locale calls a language; undefined where either is no tag. */
function languageName(language: string, locale: string): string | undefined {
  try {
    const tag = language.replaceAll("_", "-");
    return new Intl.DisplayNames(locale.replaceAll("_", "-"), { type: "language" }).of(tag);
  } catch {
    return undefined;
  }
}
