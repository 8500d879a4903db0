import {
  LanguageError,
  type LanguagePair,
  normalizeLanguage,
  selectLanguagePair,
} from "../languages.ts";
import { translateWindows } from "../translate_windows.ts";
import type { TranslateOptions, TranslateStreamOptions, Translation } from "../translation.ts";
import type { Translator } from "../translator.ts";
import { joinLinks } from "./join_links.ts";

/**
 * Two translators one after the other: from French to German by way of English. Sentences of all texts share batches in
 * each of them; HTML, placeholders and white space go through both.
 *
 * @example
 * ```ts
 * import { PivotTranslator, Translator } from "@heed/translation";
 * import { assets as enDe } from "@heed/model-en-de";
 * import { assets as deEn } from "@heed/model-de-en";
 * import { assertEquals } from "@std/assert";
 *
 * const first = await Translator.load(enDe, { device: "wasm", threads: 1 });
 * const second = await Translator.load(deEn, { device: "wasm", threads: 1 });
 * using translator = new PivotTranslator(first, second);
 * assertEquals(translator.languages, [{ source: "en", target: "en" }]);
 * const [[{ translation }]] = await translator.translate(["Open the file."], { numBeams: 1 });
 * assertEquals(translation.endsWith("."), true);
 * ```
 */
export class PivotTranslator {
  /** What both translate together, the default first; none when the files of one do not say. */
  readonly languages: readonly LanguagePair[];
  /** Two models have no common calibration. */
  readonly confidence: undefined;
  readonly #first: Translator;
  readonly #second: Translator;
  /** The pairs of both for each pair of {@linkcode PivotTranslator.languages}. */
  readonly #ways: readonly Way[];

  /**
   * Puts two translators together, which it owns from now on.
   *
   * @param first Reads the texts.
   * @param second Reads what the first one writes.
   * @throws {LanguageError} When the second one does not read any language that the first one writes.
   */
  constructor(first: Translator, second: Translator) {
    this.#first = first;
    this.#second = second;
    this.#ways = waysOf(first.languages, second.languages);
    const isKnown = first.languages.length > 0 && second.languages.length > 0;
    if (isKnown && this.#ways.length === 0) {
      const names = (pairs: readonly LanguagePair[], side: "source" | "target") =>
        [...new Set(pairs.map((pair) => pair[side]))].join(", ");
      throw new LanguageError(
        `Cannot translate by way of a third language: the first model writes ${
          names(first.languages, "target")
        }, the second reads ${names(second.languages, "source")}`,
        [],
      );
    }
    this.languages = this.#ways.map(({ source, target }) => ({ source, target }));
  }

  /**
   * Translates texts.
   *
   * @param texts Texts of any length, each a word or a document.
   * @param options As for {@linkcode Translator.translate}; several translations are those of the second translator.
   * @returns For each text its translations, best first. The score is the sum of both scores, and links go from end to
   * end.
   * @throws {LanguageError} When the two do not translate between the languages asked for.
   * @throws {TypeError} When attention or a glossary is asked for, which do not go through two models.
   */
  async translate(
    texts: readonly string[],
    options: TranslateOptions = {},
  ): Promise<Translation[][]> {
    refuse(options);
    const way = this.#select(options);
    const { from, to, numReturnSequences: _ranks, words: _words, onDraft: _drafts, ...rest } =
      options;
    const between = await this.#first.translate(texts, {
      ...rest,
      from: way?.source ?? from,
      to: way?.between.to,
    });
    const halves = between.map(([best]) => best);
    const results = await this.#second.translate(halves.map(({ translation }) => translation), {
      ...options,
      from: way?.between.from,
      to: way?.target ?? to,
    });
    return results.map((ranked, i) => ranked.map((last) => joined(halves[i], last)));
  }

  /**
   * Translates texts as they arrive, as {@linkcode Translator.translateStream} does.
   *
   * @param lines Texts, such as the lines of a file; may be without end.
   * @param options As for `translate`, and how far to read ahead.
   * @returns For each text its translations, best first.
   */
  async *translateStream(
    lines: AsyncIterable<string> | Iterable<string>,
    options: TranslateStreamOptions = {},
  ): AsyncGenerator<Translation[]> {
    refuse(options);
    this.#select(options);
    yield* translateWindows(lines, options, (texts, own) => this.translate(texts, own));
  }

  #select(asked: { from?: string; to?: string }): Way | undefined {
    return this.#ways.length > 0 ? selectLanguagePair(this.#ways, asked) : undefined;
  }

  /** Releases both models; disposing twice is allowed. */
  dispose(): void {
    this.#first.dispose();
    this.#second.dispose();
  }

  /** Releases both models at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A pair, and what the language between is called by both. */
interface Way extends LanguagePair {
  readonly between: { readonly to: string; readonly from: string };
}

function waysOf(first: readonly LanguagePair[], second: readonly LanguagePair[]): Way[] {
  return first.flatMap(({ source, target: to }) =>
    second
      .filter((pair) => normalizeLanguage(pair.source) === normalizeLanguage(to))
      .map(({ source: from, target, targetToken }) => ({
        source,
        target,
        targetToken,
        between: { to, from },
      }))
  );
}

function refuse({ attention, glossary }: TranslateOptions): void {
  if (!attention && glossary === undefined) return;
  throw new TypeError(
    attention
      ? "Cannot show attention through two models: ask for the alignment, or translate in two steps"
      : "Cannot use a glossary through two models: translate in two steps, the second with it",
  );
}

function joined(first: Translation, last: Translation): Translation {
  const { source, score, untranslated, alignment } = first;
  let result: Translation = { ...last, source, score: score + last.score };
  if (untranslated) result = { ...result, untranslated };
  if (alignment && last.alignment) {
    result = { ...result, alignment: joinLinks(alignment, last.alignment) };
  }
  return result;
}
