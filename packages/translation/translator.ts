import type { ModelSource } from "@heed/model";
import type { EngineDType } from "@heed/engine";
import { TranslationAssembly } from "./assemble_translation.ts";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { wordFinder } from "./confidence/translated_words.ts";
import type { Attempt } from "./finish/attempts.ts";
import { type AttendedIds, type FinishOptions, finishUnits } from "./finish/finish_units.ts";
import type { ReadDocument } from "./html/translate_attributes.ts";
import { type LanguagePair, selectLanguagePair } from "./languages.ts";
import type { LoadOptions } from "./load.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import { type AttentionOptions, type PairAttention, pairAttention } from "./pair_attention.ts";
import { slotTokens } from "./protected/slot_tokens.ts";
import { attendPairs, searchUnits } from "./search_batches.ts";
import { generateOptions } from "./search_options.ts";
import { checkSourceTokens } from "./source_token.ts";
import { planText } from "./text_plan.ts";
import type { TranslateOptions, TranslateStreamOptions, Translation } from "./translation.ts";
import { translateWindows } from "./translate_windows.ts";
import { isUnit, type Piece, type Unit } from "./unit.ts";

/** What a {@linkcode Translator} is made of. */
export interface TranslatorParts {
  /** The model. The translator owns it and disposes it. */
  readonly model: TranslationModel;
  /** The model's tokenizer. */
  readonly tokenizer: TranslationTokenizer;
  /** What the model translates, the default first; none when its files do not say. */
  readonly languages?: readonly LanguagePair[];
  /** Where the model runs, by what, and why there. */
  readonly device?: TranslatorDevice;
  /** Tokens of a sentence above which it is split; never above the model's limit, which is the default. */
  readonly maxSentenceTokens?: number;
  /** What turns the model's probabilities into confidence; without it translations have none. */
  readonly confidence?: ConfidenceCalibration;
}

/** Where a translator's model runs, and by what. */
export interface TranslatorDevice {
  /** `webgpu`, `wasm` or `cpu`; another word where the model is the caller's own. */
  readonly name: string;
  /** Why there, in one line for a person. */
  readonly reason: string;
  /** What computes: the engine of `@heed/engine`, or tfjs. */
  readonly engine?: "engine" | "tfjs";
  /** What the engine keeps the weights in. */
  readonly dtype?: EngineDType;
  /** Which SIMD instructions the engine uses. */
  readonly simd?: string;
  /** On how many threads the engine computes. */
  readonly threads?: number;
  /** Whether a shortlist limits what a sentence may become. */
  readonly shortlist?: boolean;
}

/** Units that are in memory at once; so many share batches well. */
const mostUnits = 2048;

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
  #slots: boolean | undefined;

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
    if (options.mnemonics !== undefined && options.format !== "html") {
      const { translateMnemonics } = await import("./mnemonics/translate_mnemonics.ts");
      return await translateMnemonics(
        texts,
        options,
        (plain, own) => this.translate(plain, own),
      );
    }
    const pair = this.checkLanguages(options);
    if (pair?.targetToken === undefined) checkSourceTokens(texts, this.#tokenizer);
    generateOptions(options); // checks them, before there is anything for each sequence
    const ranks = options.numReturnSequences ?? 1;
    const reading = {
      tokenizer: this.#tokenizer,
      maxTokens: this.#maxSentenceTokens,
      locale: options.from ?? pair?.source ?? "en",
      targetToken: pair?.targetToken,
    };
    const { splitSentences = true, protect = true, glossary } = options;
    // What reads HTML is loaded where there is some.
    const plan = options.format === "html"
      ? (await import("./html/plan_html.ts")).planHtml
      : planText;
    const read = options.format === "html"
      ? await this.#readHtml(texts, options)
      : texts.map((text) => ({ text }));
    const model = this.#model;
    const attends = Boolean(options.attention || options.alignment);
    const finishing = {
      ...reading,
      target: pair?.target ?? options.to,
      hasSlots: this.#hasSlots(),
      ranks,
      // Who cuts translations short wants them so.
      isChecked: options.maxNewTokens === undefined,
      protectsSpans: protect !== false,
      attends,
      links: options.alignment ?? false,
      search: (attempts: readonly Attempt[], how: Parameters<FinishOptions["search"]>[1]) =>
        searchUnits(attempts, { model, options, ...how }),
      attend: (pairs: readonly AttendedIds[]) =>
        attendPairs(pairs, { model, options, mayFail: !attends }),
    };
    const findWords = options.words ? wordFinder(pair?.target ?? options.to) : undefined;
    const parts = { tokenizer: this.#tokenizer, confidence: this.confidence, options, findWords };
    const assemblies = read.map((document, i) =>
      Array.from(
        { length: ranks },
        (_, rank) => new TranslationAssembly(texts[i], { ...parts, ...document, rank }),
      )
    );
    // Pieces of texts, and the units among them, that are not translated yet: never more than some.
    let pieces: { text: number; piece: Piece }[] = [];
    let units: Unit[] = [];
    const translatePieces = async () => {
      const piecesOf = await finishUnits(units, finishing);
      for (const { text, piece } of pieces) {
        for (const [rank, assembly] of assemblies[text].entries()) {
          if (isUnit(piece)) assembly.add(piece, piecesOf(piece, rank));
          else assembly.keep(piece);
        }
      }
      [pieces, units] = [[], []];
    };
    for (const [number, { text }] of read.entries()) {
      for (const piece of plan(text, { ...reading, splitSentences, protect, glossary })) {
        pieces.push({ text: number, piece });
        if (isUnit(piece) && units.push(piece) === mostUnits) await translatePieces();
      }
    }
    await translatePieces();
    return assemblies.map((ranks) => ranks.map((assembly) => assembly.finish()));
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

  /** HTML with its attributes translated. */
  async #readHtml(
    documents: readonly string[],
    { attention: _, alignment: _alignment, words: _words, numReturnSequences: _ranks, ...options }:
      TranslateOptions,
  ): Promise<ReadDocument[]> {
    const { translateAttributes } = await import("./html/translate_attributes.ts");
    return await translateAttributes(documents, async (texts) => {
      const results = await this.translate(texts, { ...options, format: "text" });
      return results.map(([{ translation }]) => translation);
    });
  }

  /** Whether the model was taught to copy slot tokens: its vocabulary has the first of them. */
  #hasSlots(): boolean {
    this.#slots ??= this.#tokenizer.encode(slotTokens[0]).tokens.some((token) =>
      token.replace("▁", "") === slotTokens[0]
    );
    return this.#slots;
  }
}
