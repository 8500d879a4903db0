import {
  type Glossary,
  PivotTranslator,
  type Translation,
  type TranslationDraft,
} from "@heed/translation";
import { detectLanguage } from "@heed/translation/detect";
import { htmlTexts } from "@heed/translation/html";
import { type Detection, detectionOf } from "./detection.ts";
import { RequestError } from "./errors.ts";
import { languageName, Languages, type OfferedLanguage } from "./languages.ts";
import type { Models } from "./models.ts";
import type { TranslationCache } from "./store/translation_cache.ts";

/** What is to be translated. */
export interface TranslationRequest {
  /** The texts, each of any length. */
  readonly texts: readonly string[];
  /** Code of their language, or `auto`. */
  readonly source: string;
  /** Code of the language to translate into. */
  readonly target: string;
  /** How many further translations of each text are wanted. */
  readonly alternatives: number;
  /** Who asks. */
  readonly client: string;
  /** Ends the translating. */
  readonly signal: AbortSignal;
  /** What the texts are; `text` when left out. */
  readonly format?: "text" | "html";
  /** Whether tokens and attention are wanted. */
  readonly attention?: boolean;
  /** Whether it is wanted which words belong together. */
  readonly alignment?: boolean;
  /** Whether the words and how sure the model is of each are wanted. */
  readonly words?: boolean;
  /** Whether nothing but texts is wanted, as a model gives them by itself: they may come from the cache. */
  readonly textsOnly?: boolean;
  /** Terms whose translation is given. */
  readonly glossary?: Glossary;
  /** What comes out as it is; see `TranslateOptions` of `@heed/translation`. */
  readonly protect?: boolean | readonly RegExp[];
  /** Whether texts are split into sentences; true when left out. */
  readonly splitSentences?: boolean;
  /** Gets what is certain of a translation while the rest of it is searched for. */
  readonly onDraft?: (draft: TranslationDraft) => void;
}

/** A text and what it became. */
export interface TranslatedText {
  /** The translation. */
  readonly text: string;
  /** Further translations, the better first, all different. */
  readonly alternatives: readonly string[];
  /** What was detected, where that was asked for. */
  readonly detected: Detection | undefined;
  /** The language that it was translated from. */
  readonly source: string;
  /** All that the model said; undefined where there was nothing to translate. */
  readonly translation: Translation | undefined;
  /** The translation and its alternatives with what the model says of each, the best first, all different. */
  readonly ranked: readonly Translation[];
}

/** Most beams of a search: more alternatives than that are not looked for. */
const mostBeams = 12;
const usualBeams = 4;

/** Texts in, texts out, in whatever languages the models have. */
export class TranslationService {
  /** The languages on offer. */
  readonly languages: Languages;
  /** The models. */
  readonly models: Models;
  readonly #cache: TranslationCache | undefined;
  readonly #fingerprints = new Map<string, Promise<string>>();

  /**
   * Makes the service.
   *
   * @param models The models, which stay the caller's.
   * @param cache Translations that are known.
   */
  constructor(models: Models, cache?: TranslationCache) {
    this.models = models;
    this.#cache = cache;
    this.languages = new Languages(models.pairs);
  }

  /** Detects the language of a text among all, those on offer first where it is a near thing. */
  async detect(text: string): Promise<Detection[]> {
    const offered = this.languages.offered.map(({ code }) => code);
    return (await detectLanguage(text, { offered })).map(detectionOf);
  }

  /**
   * Translates texts; those of one language share batches.
   *
   * @throws {RequestError} 400 when a language is not on offer, or something that only one model can do is wanted of two.
   */
  async translate(request: TranslationRequest): Promise<TranslatedText[]> {
    const target = this.languages.find(request.target);
    const sources = await Promise.all(request.texts.map((text) => this.#sourceOf(text, request)));
    for (const { language } of sources) this.languages.check(language, target);
    const results = new Array<TranslatedText>(request.texts.length);
    const groups = Map.groupBy(sources.keys(), (i) => sources[i].language.code);
    await Promise.all([...groups].map(async ([source, items]) => {
      const texts = items.map((i) => request.texts[i]);
      const ranked = await this.#translate(texts, { source, target, request });
      items.forEach((item, i) => {
        results[item] = { source, detected: sources[item].detected, ...resultOf(ranked[i]) };
      });
    }));
    return results;
  }

  async #translate(
    texts: readonly string[],
    { source, target, request }: {
      source: string;
      target: OfferedLanguage;
      request: TranslationRequest;
    },
  ): Promise<Translation[][]> {
    if (source === target.code) {
      const alignment = request.alignment ? [] : undefined;
      return texts.map((text) => [{ source: text, translation: text, score: 0, alignment }]);
    }
    const translator = await this.models.translator(
      { source, target: target.code },
      request.client,
    );
    if (translator instanceof PivotTranslator) checkPivot(request, { source, target });
    const wanted = Math.min(mostBeams, request.alternatives + 1);
    const translate = (texts: readonly string[]) =>
      translator.translate(texts, {
        from: source,
        to: target.code,
        numBeams: Math.max(usualBeams, wanted),
        numReturnSequences: wanted,
        format: request.format,
        attention: request.attention,
        alignment: request.alignment,
        words: request.words,
        glossary: request.glossary,
        protect: request.protect,
        splitSentences: request.splitSentences,
        onDraft: request.onDraft,
        signal: request.signal,
      });
    if (!this.#cache || !request.textsOnly || wanted > 1) return await translate(texts);
    const model = await this.#fingerprint({ from: source, to: target.code }, translator);
    const scope = [model, source, target.code, request.format ?? "text"].join(" ");
    return await this.#cache.through(texts, { scope, translate });
  }

  /** What tells a model from any other: how it translates a sentence, and how sure it is of it. */
  #fingerprint(
    { from, to }: { from: string; to: string },
    translator: Awaited<ReturnType<Models["translator"]>>,
  ): Promise<string> {
    const pair = `${from}-${to}`;
    const known = this.#fingerprints.get(pair);
    if (known) return known;
    const found = translator.translate(["The quick brown fox jumps over 13 lazy dogs."], {
      from,
      to,
      numBeams: usualBeams,
      numReturnSequences: usualBeams,
    }).then(([ranked]) =>
      JSON.stringify(ranked.map(({ translation, score }) => [translation, score]))
    );
    found.catch(() => this.#fingerprints.delete(pair));
    this.#fingerprints.set(pair, found);
    return found;
  }

  async #sourceOf(
    text: string,
    { source, format }: Pick<TranslationRequest, "source" | "format">,
  ): Promise<{ language: OfferedLanguage; detected: Detection | undefined }> {
    if (source.trim().toLowerCase() !== "auto") {
      return { language: this.languages.find(source), detected: undefined };
    }
    // The language of HTML is that of all its texts together.
    const [detected] = await this.detect(
      format === "html" ? htmlTexts(text).texts.join("\n") : text,
    );
    // A text without letters is nobody's language: it comes back as it is, from any.
    if (detected.confidence === 0) return { language: this.languages.offered[0], detected };
    try {
      return { language: this.languages.find(detected.language), detected };
    } catch (cause) {
      const message = `${detected.language} is not supported`;
      throw new RequestError(400, message, { cause });
    }
  }
}

/** Attention and glossaries do not go through two models. */
function checkPivot(
  { attention, glossary }: TranslationRequest,
  { source, target }: { source: string; target: OfferedLanguage },
): void {
  if (!attention && glossary === undefined) return;
  const what = attention ? "Attention is" : "A glossary is";
  throw new RequestError(
    400,
    `${what} not available from ${languageName(source)} (${source}) to ${target.name} ` +
      `(${target.code}): two models translate it, by way of English`,
  );
}

function resultOf(
  hypotheses: readonly Translation[],
): Pick<TranslatedText, "text" | "alternatives" | "translation" | "ranked"> {
  // The k-th best of several sentences may be the same as another.
  const texts = new Map<string, Translation>();
  for (const found of hypotheses) {
    if (!texts.has(found.translation)) texts.set(found.translation, found);
  }
  const [text, ...alternatives] = texts.keys();
  return { text, alternatives, translation: hypotheses[0], ranked: [...texts.values()] };
}
