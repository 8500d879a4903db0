import type { Glossary } from "../glossary/glossary.ts";
import type { LanguagePair } from "../languages.ts";
import { LanguageError, normalizeLanguage } from "../languages.ts";
import { translateWindows } from "../translate_windows.ts";
import type { TranslateOptions, TranslateStreamOptions, Translation } from "../translation.ts";
import type { Translator } from "../translator.ts";
import { type DetectedLanguage, detectLanguage } from "./detect_language.ts";

/** What an {@linkcode AutoTranslator} is made of. */
export interface AutoTranslatorParts {
  /** Pairs of languages that there are models for. */
  readonly languages: readonly LanguagePair[];
  /**
   * Loads the translator of a pair, when the first text of its language comes; not twice at once. One translator may
   * serve several pairs. All of them are disposed of with the AutoTranslator.
   */
  load(pair: LanguagePair): Promise<Translator>;
  /** Terms of a pair; those of the options win. Left out, there are none but those. */
  glossaryOf?(pair: LanguagePair): Glossary | undefined;
}

/** A text, what language it is in, and what it became. */
export interface DetectedTranslation extends Translation {
  /** What its language was taken for. */
  readonly detected: DetectedLanguage;
}

/**
 * Translates texts each of which may be in another language, by the model of its language.
 *
 * A text that is in the target language already, or has no letters, comes back as it is. So does one that no model
 * translates: its translation says `untranslated`.
 *
 * @example
 * ```ts
 * import { AutoTranslator } from "@heed/translation/detect";
 * import { shippedModels, Translator } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * using translator = new AutoTranslator({
 *   languages: shippedModels,
 *   load: async ({ source }) =>
 *     await Translator.load(await shippedModels.find((model) => model.source === source)!.assets()),
 * });
 * const texts = ["The house is small.", "Das Haus ist klein."];
 * const [[english], [german]] = await translator.translate(texts, { to: "de" });
 * assertEquals([english.detected.language, german.detected.language], ["en", "de"]);
 * assertEquals(german.translation, "Das Haus ist klein.");
 * ```
 */
export class AutoTranslator {
  /** Pairs of languages that there are models for. */
  readonly languages: readonly LanguagePair[];
  readonly #load: AutoTranslatorParts["load"];
  readonly #glossaryOf: NonNullable<AutoTranslatorParts["glossaryOf"]>;
  readonly #translators = new Map<LanguagePair, Promise<Translator>>();

  /**
   * Puts it together; nothing is loaded yet.
   *
   * @param parts Languages, and how translators are loaded.
   */
  constructor({ languages, load, glossaryOf = () => undefined }: AutoTranslatorParts) {
    this.languages = languages;
    this.#load = load;
    this.#glossaryOf = glossaryOf;
  }

  /**
   * Translates texts; those of one language share batches.
   *
   * @param texts Texts of any length.
   * @param options As for `Translator.translate`; `from` is left to the texts.
   * @returns For each text its translations, best first.
   * @throws {LanguageError} When no model translates into `to`.
   */
  async translate(
    texts: readonly string[],
    options: TranslateOptions = {},
  ): Promise<DetectedTranslation[][]> {
    const { from: _, onDraft, ...rest } = options;
    const pairs = this.#pairsInto(options.to);
    const offered = [...new Set([...pairs.map(({ source }) => source), options.to ?? []].flat())]
      .map(normalizeLanguage);
    const isTarget = (language: string) =>
      options.to !== undefined && language === normalizeLanguage(options.to);
    const readable = options.format === "html" ? await readerOfHtml() : (text: string) => text;
    const detected = await Promise.all(
      texts.map(async (text) => (await detectLanguage(readable(text), { offered }))[0]),
    );
    const results = new Array<DetectedTranslation[]>(texts.length);
    for (const [language, numbers] of Map.groupBy(texts.keys(), (i) => detected[i].language)) {
      const pair = isTarget(language)
        ? undefined
        : pairs.find(({ source }) => normalizeLanguage(source) === language);
      const own = numbers.filter((i) => pair !== undefined && detected[i].confidence > 0);
      for (const i of numbers) {
        const isMissed = pair === undefined && !isTarget(language) && detected[i].confidence > 0;
        results[i] = [asItIs(texts[i], detected[i], isMissed)];
      }
      if (pair === undefined || own.length === 0) continue;
      const translator = await this.#translator(pair);
      const found = await translator.translate(own.map((i) => texts[i]), {
        ...rest,
        from: pair.source,
        to: pair.target,
        glossary: joined(this.#glossaryOf(pair), options.glossary),
        onDraft: onDraft && ((draft) => onDraft({ ...draft, text: own[draft.text] })),
      });
      own.forEach((i, k) => {
        results[i] = found[k].map((one) => ({ ...one, detected: detected[i] }));
      });
    }
    return results;
  }

  /**
   * Translates texts as they arrive, in order, as `Translator.translateStream` does.
   *
   * @param lines Texts; may be without end.
   * @param options As for `translate`, and how far to read ahead.
   * @returns For each text its translations, best first.
   * @throws {LanguageError} When no model translates into `to`.
   * @throws {RangeError} When an option is out of range.
   */
  async *translateStream(
    lines: AsyncIterable<string> | Iterable<string>,
    options: TranslateStreamOptions = {},
  ): AsyncGenerator<DetectedTranslation[]> {
    this.#pairsInto(options.to);
    yield* translateWindows(lines, options, (texts, options) => this.translate(texts, options));
  }

  /** Releases all models; disposing twice is allowed. */
  dispose(): void {
    for (const loading of this.#translators.values()) {
      loading.then((translator) => translator.dispose(), () => {});
    }
    this.#translators.clear();
  }

  /** Releases the models at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The pairs into a language, or into any. */
  #pairsInto(to: string | undefined): LanguagePair[] {
    const pairs = this.languages.filter(({ target }) =>
      to === undefined || normalizeLanguage(target) === normalizeLanguage(to)
    );
    if (pairs.length > 0) return pairs;
    const targets = [...new Set(this.languages.map(({ target }) => target))].join(", ");
    throw new LanguageError(
      `Cannot translate into ${to}: the models write ${targets}`,
      this.languages,
    );
  }

  async #translator(pair: LanguagePair): Promise<Translator> {
    let loading = this.#translators.get(pair);
    if (loading === undefined) {
      loading = this.#load(pair);
      this.#translators.set(pair, loading);
      // What could not be loaded is asked for again.
      loading.catch(() => this.#translators.delete(pair));
    }
    return await loading;
  }
}

/** Terms of both, the second before the first. */
function joined(own: Glossary | undefined, asked: Glossary | undefined): Glossary | undefined {
  if (own === undefined || asked === undefined) return asked ?? own;
  return { ...own, ...asked, terms: new Map([...own.terms, ...asked.terms]) };
}

function asItIs(
  text: string,
  detected: DetectedLanguage,
  isMissed: boolean,
): DetectedTranslation {
  const kept = { source: text, translation: text, score: 0, detected };
  return isMissed ? { ...kept, untranslated: true } : kept;
}

/** Text of HTML, without its tags. */
async function readerOfHtml(): Promise<(html: string) => string> {
  const { htmlTexts } = await import("../html/html_texts.ts");
  return (html) => htmlTexts(html).texts.join(" ");
}
