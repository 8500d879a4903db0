import type { ModelSource } from "@heed/model";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { type LanguagePair, selectLanguagePair } from "./languages.ts";
import type { LoadOptions } from "./load.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import { type AttentionOptions, type PairAttention, pairAttention } from "./pair_attention.ts";
import { slotIdsOf } from "./protected/slot_tokens.ts";
import { checkSourceTokens } from "./source_token.ts";
import { translateTexts } from "./translate_texts.ts";
import type { TranslateOptions, TranslateStreamOptions, Translation } from "./translation.ts";
import { translateWindows } from "./translate_windows.ts";
import type { TranslatorDevice, TranslatorParts } from "./translator_parts.ts";

/**
 * Text to text: sentences, paragraphs and documents, translated in batches and put together again
 * with the white space and the line breaks of the source.
 *
 * @example
 * ```ts
 * import { Translator } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * using translator = await Translator.load(assets, { device: "auto" });
 * const [[best], [second]] = await translator.translate(["Open it.\n\nThen close it.", "Open it."]);
 * assertEquals(best.translation.split("\n\n")[0], second.translation);
 * ```
 */
export class Translator {
  /** What the model translates, the default first; none when its files do not say. */
  readonly languages: readonly LanguagePair[];
  /** Where the model runs, and why there; undefined when its maker did not say. */
  readonly device: TranslatorDevice | undefined;
  /** What turns the model's probabilities into confidence; undefined when the model has no calibration. */
  readonly confidence: ConfidenceCalibration | undefined;
  readonly #model: TranslationModel;
  readonly #tokenizer: TranslationTokenizer;
  readonly #maxSentenceTokens: number;
  #slots: { readonly ids: readonly number[] | undefined } | undefined;

  /**
   * Puts a translator together; `Translator.load` does it from a model's files.
   *
   * @param parts Model, tokenizer, and what is known about them.
   */
  constructor(
    { model, tokenizer, languages = [], device, maxSentenceTokens, confidence }: TranslatorParts,
  ) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.languages = languages;
    this.device = device;
    this.confidence = confidence;
    this.#maxSentenceTokens = Math.min(maxSentenceTokens ?? Infinity, model.maxSourceTokens);
  }

  /**
   * Loads a translator.
   *
   * @param model Directory in Hugging Face's MarianMT layout (path, URL, or open), or a model package's assets.
   * @param options Device, numbers of the weights, threads.
   * @returns The translator, to be disposed by the caller.
   * @throws {Error} When files are missing or wrong, or the device cannot be had.
   */
  static async load(
    model: ModelSource,
    options: LoadOptions = {},
  ): Promise<Translator> {
    const { loadTranslatorParts } = await import("./load.ts");
    return new Translator(await loadTranslatorParts(model, options));
  }

  /**
   * Translates texts. The sentences of all of them share batches.
   *
   * @param texts Texts of any length, each a word or a document.
   * @param options Search, batches, and whether attention is returned.
   * @returns For each text its translations, best first `[texts][numReturnSequences]`. The k-th translation of a
   * text of several sentences is made of the k-th best of each sentence.
   * @throws {LanguageError} When the model does not translate between the languages asked for.
   * @throws {RangeError} When an option is out of range.
   * @throws {TypeError} When mnemonics are asked for in HTML, whose `&` begins an entity.
   *
   * @example
   * ```ts
   * import { Translator } from "@heed/translation";
   * import { assertEquals } from "@std/assert";
   *
   * // A model that gives back what it gets, at full confidence.
   * const ids = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);
   * const translator = new Translator({
   *   model: {
   *     maxSourceTokens: 100,
   *     maxTargetTokens: 100,
   *     generate: (batch) =>
   *       Promise.resolve(
   *         batch.map((ids) => [{ ids, logProb: 0, score: 0, finished: true, tokenLogProbs: [] }]),
   *       ),
   *     crossAttention: () => Promise.reject(new Error("none")),
   *     dispose: () => {},
   *   },
   *   tokenizer: {
   *     encode: (text) => ({ ids: ids(text), tokens: [...text] }),
   *     decode: (ids) => String.fromCodePoint(...ids),
   *     idToToken: (id) => String.fromCodePoint(id),
   *   },
   * });
   * const [[best]] = await translator.translate(["One.  Two.\n\n- Three.\n"]);
   * assertEquals(best.translation, "One.  Two.\n\n- Three.\n");
   * ```
   */
  async translate(
    texts: readonly string[],
    options: TranslateOptions = {},
  ): Promise<Translation[][]> {
    if (options.mnemonics !== undefined && options.format === "html") {
      throw new TypeError(
        `Cannot ${options.mnemonics} mnemonics in HTML: its & begins an entity; give labels as text`,
      );
    }
    if (options.mnemonics !== undefined) {
      const { translateMnemonics } = await import("./mnemonics/translate_mnemonics.ts");
      return await translateMnemonics(
        texts,
        options,
        (plain, own) => this.translate(plain, own),
      );
    }
    const pair = this.checkLanguages(options);
    if (pair?.targetToken === undefined) checkSourceTokens(texts, this.#tokenizer);
    return await translateTexts(texts, options, {
      model: this.#model,
      tokenizer: this.#tokenizer,
      maxSentenceTokens: this.#maxSentenceTokens,
      confidence: this.confidence,
      slotIds: this.#slotIds(),
      pair,
      translate: (texts, own) => this.translate(texts, own),
    });
  }

  /**
   * Translates texts as they arrive, in order. Never holds more than a window of them, and waits for a full
   * window only while texts keep coming.
   *
   * @param lines Texts, such as the lines of a file; may be without end.
   * @param options As for `translate`, and how far to read ahead.
   * @returns For each text its translations, best first `[numReturnSequences]`.
   * @throws {LanguageError} When the model does not translate between the languages asked for.
   * @throws {RangeError} When an option is out of range.
   */
  async *translateStream(
    lines: AsyncIterable<string> | Iterable<string>,
    options: TranslateStreamOptions = {},
  ): AsyncGenerator<Translation[]> {
    this.checkLanguages(options);
    yield* translateWindows(
      lines,
      options,
      (texts, options) => this.translate(texts, options),
    );
  }

  /**
   * Shows all attention between a text and its translation. The text is one sentence, as it stands.
   *
   * @param source A text of at most as many tokens as the model takes.
   * @param options `target`: the translation to look at, by default the model's own; how to search for that.
   * @returns Tokens of both sides, and the attention of every layer and head.
   * @throws {LanguageError} When the model does not translate between the languages asked for.
   * @throws {RangeError} When a text is empty or too long, or an option is out of range.
   * @throws {TypeError} When the model has no attention.
   *
   * @example
   * ```ts
   * import { Translator } from "@heed/translation";
   * import { assets } from "@heed/model-en-de";
   * import { assertEquals } from "@std/assert";
   *
   * using translator = await Translator.load(assets, { device: "wasm" });
   * const { cross, targetTokens } = await translator.attention("Open the file.", {
   *   target: "Öffnen Sie die Datei.",
   * });
   * assertEquals(cross.queries, targetTokens.length);
   * ```
   */
  async attention(source: string, options: AttentionOptions = {}): Promise<PairAttention> {
    const { targetToken } = this.checkLanguages(options) ?? {};
    if (targetToken === undefined) checkSourceTokens([source], this.#tokenizer);
    const parts = { model: this.#model, tokenizer: this.#tokenizer, targetToken };
    return await pairAttention(source, options, parts);
  }

  /**
   * Checks that the model translates between two languages. A model that does not say is taken at its word.
   *
   * @param asked Languages asked for; either may be left out, the target only where there is no choice.
   * @returns The pair; undefined when the model does not say.
   * @throws {LanguageError} When it does not; names what it offers.
   */
  checkLanguages({ from, to }: { from?: string; to?: string }): LanguagePair | undefined {
    return this.languages.length > 0 ? selectLanguagePair(this.languages, { from, to }) : undefined;
  }

  /** Releases the model; disposing twice is allowed. */
  dispose(): void {
    this.#model.dispose();
  }

  /** Releases the model at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** See {@linkcode slotIdsOf}. */
  #slotIds(): readonly number[] | undefined {
    this.#slots ??= { ids: slotIdsOf(this.#tokenizer) };
    return this.#slots.ids;
  }
}
