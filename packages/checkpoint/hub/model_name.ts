/** A model of Hugging Face's hub, or of one in its shape. */
export interface HuggingFaceName {
  /** Which kind of name it is. */
  readonly kind: "huggingface";
  /** The name as the hub knows it, such as `Helsinki-NLP/opus-mt-en-fr`. */
  readonly id: string;
  /** Its folder in the cache: one name, whatever the system. */
  readonly folder: string;
}

/** A model of Firefox Translations. */
export interface FirefoxName {
  /** Which kind of name it is. */
  readonly kind: "firefox";
  /** The name, such as `firefox:en-de`. */
  readonly id: string;
  /** Its folder in the cache. */
  readonly folder: string;
  /** Language that it reads, such as `en`. */
  readonly source: string;
  /** Language that it writes, such as `zh-hant`. */
  readonly target: string;
}

/** A name that the hub knows. */
export type ModelName = HuggingFaceName | FirefoxName;

/** A language with a script or a region, of four letters or two capital ones. */
const LANGUAGE = "([A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{4}|[A-Z]{2}))?)";
const FIREFOX = new RegExp(`^firefox:${LANGUAGE}-${LANGUAGE}$`);
/** Letters and digits with `.`, `_` and `-` between them. */
const PART = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;
/** Files of these names are devices under Windows, whatever the ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Reads the name of a published model. Only what can be a folder's name on every system is one, so that no name
 * leads out of the cache.
 *
 * @param text `OWNER/NAME` or `NAME` of Hugging Face, or `firefox:SOURCE-TARGET`.
 * @returns The name in its parts.
 * @throws {RangeError} When it is none.
 * @example
 * ```ts
 * import { parseModelName } from "@heed/checkpoint/hub";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseModelName("Helsinki-NLP/opus-mt-en-fr").kind, "huggingface");
 * assertEquals(parseModelName("firefox:en-de").folder, "firefox/en-de");
 * assertThrows(() => parseModelName("../secrets"), RangeError, "OWNER/NAME");
 * ```
 */
export function parseModelName(text: string): ModelName {
  const pair = FIREFOX.exec(text);
  if (pair !== null) {
    const [source, target] = pair.slice(1).map((tag) => tag.toLowerCase().replace("_", "-"));
    return {
      kind: "firefox",
      id: `firefox:${source}-${target}`,
      folder: `firefox/${source}-${target}`,
      source: source!,
      target: target!,
    };
  }
  const parts = text.split("/");
  const isName = parts.length <= 2 &&
    parts.every((part) => PART.test(part) && !/\.\.|--|\.git$/.test(part) && !DEVICE.test(part));
  if (!isName) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(text)} as the name of a published model: give OWNER/NAME of ` +
        "letters, digits and . _ -, such as Helsinki-NLP/opus-mt-en-fr, or firefox:SOURCE-TARGET",
    );
  }
  // No name holds "--", so that two names never share a folder.
  return { kind: "huggingface", id: text, folder: `huggingface/${parts.join("--")}` };
}

/**
 * Tells whether a text that might also be a path looks like the name of a published model: `firefox:en-de`, or one
 * slash between two names.
 *
 * @param text What a user gave.
 * @returns True when it can be one.
 * @example
 * ```ts
 * import { isModelName } from "@heed/checkpoint/hub";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isModelName("Helsinki-NLP/opus-mt-en-fr"), true);
 * assertEquals(isModelName("./models/mine"), false);
 * ```
 */
export function isModelName(text: string): boolean {
  if (!text.includes("/") && !text.startsWith("firefox:")) return false;
  try {
    parseModelName(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Names published models that may translate between two languages. Nobody is asked whether they exist.
 *
 * @param pair The languages, by their tags.
 * @returns Names for {@linkcode parseModelName}; none where a tag is not one.
 * @example
 * ```ts
 * import { suggestModelNames } from "@heed/checkpoint/hub";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(suggestModelNames({ source: "en", target: "fr" }), [
 *   "Helsinki-NLP/opus-mt-en-fr",
 *   "firefox:en-fr",
 * ]);
 * ```
 */
export function suggestModelNames(
  { source, target }: { source: string; target: string },
): string[] {
  const languages = [source, target].map((tag) => tag.split(/[-_]/)[0]!.toLowerCase());
  const isPair = languages[0] !== languages[1] &&
    [source, target].every((tag) => new RegExp(`^${LANGUAGE}$`).test(tag));
  if (!isPair) return [];
  return [`Helsinki-NLP/opus-mt-${languages.join("-")}`, `firefox:${languages.join("-")}`];
}
