import { splitSentences, Translator } from "@heed/translation";
import { detectableLanguages, detectLanguage } from "@heed/translation/detect";
import { type Detection, detectionOf } from "../detection.ts";
import { attendedSentences } from "../v1/attended_sentences.ts";
import { DraftFeed } from "../v1/draft_feed.ts";
import type { SharedModel } from "../page/shared_models.ts";
import { keepFiles } from "./keep_files.ts";

/** What is to be translated, as the page also asks the server. */
export interface LocalRequest {
  readonly text: string;
  /** Tag of its language, or `auto`. */
  readonly source: string;
  readonly target: string;
  /** How many further translations are wanted. */
  readonly alternatives?: number;
}

/** Whom a translation tells of what happens. */
export interface LocalListener {
  readonly signal: AbortSignal;
  onEvent(event: string, data: unknown): void;
}

/** Where the files are, and on how many threads to compute. */
export interface LocalOptions {
  /** Folder that has a folder for each model. */
  readonly base: URL;
  /** Module of the engine's workers. */
  readonly workerUrl: URL;
  readonly threads: number;
  /** Told of the bytes of a model as they arrive. */
  onProgress(done: number, total: number): void;
}

/** Fewer beams would translate otherwise than the server. */
const usualBeams = 4;

/** Texts in, texts out, on models that run here; the answers are those of `/v1/translate`. */
export class LocalTranslations {
  readonly #models: readonly SharedModel[];
  readonly #options: LocalOptions;
  readonly #loading = new Map<SharedModel, Promise<Translator>>();

  /**
   * Offers models, none of them loaded.
   *
   * @param models The models.
   * @param options Where they are.
   */
  constructor(models: readonly SharedModel[], options: LocalOptions) {
    this.#models = models;
    this.#options = options;
  }

  /**
   * Loads the models for a pair and the way back, so that swapping works without a network.
   *
   * @returns What computes: SIMD instructions and threads.
   */
  async prepare(
    { source, target }: Pick<LocalRequest, "source" | "target">,
  ): Promise<{ simd?: string; threads?: number }> {
    const wanted = this.#models.filter(({ pairs }) =>
      pairs.some((pair) =>
        pair.target === target && (source === "auto" || pair.source === source) ||
        pair.source === target && (source === "auto" || pair.target === source)
      )
    );
    if (wanted.length === 0) {
      throw new Error(`Cannot translate ${source} to ${target} in the browser: no model here does`);
    }
    await detectableLanguages(); // so that it is there without a network, too
    const [{ device }] = await Promise.all(wanted.map((model) => this.#load(model)));
    const { simd, threads } = device ?? {};
    return { simd, threads };
  }

  /** Translates, with all that the model says. */
  async translate(
    request: LocalRequest,
    listener: LocalListener,
  ): Promise<Record<string, unknown>> {
    const { detected, source } = await this.#sourceOf(request);
    const { text, target, alternatives = 0 } = request;
    if (source === target) {
      return { translations: [{ text, source, detected, alternatives: [] }] };
    }
    const translator = await this.#translator(source, target);
    const [[best, ...others]] = await translator.translate([text], {
      from: source,
      to: target,
      numBeams: Math.max(usualBeams, alternatives + 1),
      numReturnSequences: alternatives + 1,
      attention: true,
      alignment: true,
      signal: listener.signal,
    });
    const different = new Set(others.map(({ translation }) => translation));
    different.delete(best.translation);
    return {
      translations: [{
        text: best.translation,
        source,
        detected,
        alternatives: [...different],
        score: best.score,
        confidence: best.confidence,
        alignment: best.alignment,
        sentences: attendedSentences(best) ?? [],
      }],
    };
  }

  /** Translates sentence by sentence: tells of what was detected, then of the pieces of the text, in order. */
  async stream(request: LocalRequest, listener: LocalListener): Promise<void> {
    const { detected, source } = await this.#sourceOf(request);
    const { text, target } = request;
    if (detected) listener.onEvent("detected", detected);
    if (source === target) return listener.onEvent("text", { text });
    const { signal } = listener;
    const translator = await this.#translator(source, target);
    const options = { from: source, to: target, numBeams: usualBeams, signal };
    const pieces = splitSentences(text, source);
    const results: Promise<string>[] = [], drafts = pieces.map(() => new DraftFeed());
    const begin = (number: number) => {
      const piece = pieces[number];
      if (piece === undefined) return;
      results[number] = piece.isSentence
        ? translator.translate([piece.text], {
          ...options,
          onDraft: ({ sentence, translation }) =>
            sentence === 0 && drafts[number].take(translation),
        }).then(([[{ translation }]]) => translation)
        : Promise.resolve(piece.text);
      results[number].catch(() => {}); // told when its turn comes
    };
    // As many at once as there are threads: more would share them, and all be late.
    const atOnce = translator.device?.threads ?? 1;
    for (let number = 0; number < atOnce; number++) begin(number);
    for (const number of pieces.keys()) {
      for await (const text of drafts[number].until(results[number])) {
        listener.onEvent("draft", { text });
      }
      listener.onEvent("text", { text: await results[number] });
      begin(number + atOnce);
    }
  }

  async #sourceOf({ text, source, target }: LocalRequest): Promise<
    { source: string; detected?: Detection }
  > {
    if (source !== "auto") return { source };
    const pairs = this.#models.flatMap(({ pairs }) => pairs);
    const codes = new Set(pairs.flatMap(({ source, target }) => [source, target]));
    const found = await detectLanguage(text, { offered: [...codes] });
    const [detected] = found.map(detectionOf);
    // A text without letters is nobody's language: it comes back as it is, from any.
    if (detected.confidence > 0) return { source: detected.language, detected };
    return { source: pairs.find((pair) => pair.target === target)?.source ?? target, detected };
  }

  #translator(source: string, target: string): Promise<Translator> {
    const model = this.#models.find(({ pairs }) =>
      pairs.some((pair) => pair.source === source && pair.target === target)
    );
    if (model) return this.#load(model);
    throw new Error(`Cannot translate ${source} to ${target} in the browser: no model here does`);
  }

  /** Goes on when who asked for it has gone: whoever is next will want it too. */
  #load(model: SharedModel): Promise<Translator> {
    const known = this.#loading.get(model);
    if (known) return known;
    const loading = this.#fetchAndLoad(model);
    loading.catch(() => this.#loading.delete(model));
    this.#loading.set(model, loading);
    return loading;
  }

  async #fetchAndLoad({ revision, files }: SharedModel): Promise<Translator> {
    const { base, workerUrl, threads, onProgress } = this.#options;
    const folder = new URL(`${revision}/`, base);
    await keepFiles(files, { folder, onProgress });
    return await Translator.load({
      name: revision,
      version: revision,
      base: folder,
      // With a list of its files none is asked for in vain. In a browser nobody looks at the digests.
      files: files.map((file) => ({ ...file, sha256: "0".repeat(64) })),
    }, { device: "wasm", workerUrl, threads });
  }
}
