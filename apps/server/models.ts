import type { ModelSource } from "@heed/model";
import type { LoadOptions, TranslationModel } from "@heed/translation";
import {
  chooseModel,
  type LanguagePair,
  PivotTranslator,
  readLanguages,
  shippedModels,
  Translator,
  type TranslatorParts,
  translatorParts,
} from "@heed/translation";
import { type PivotPair, pivotPairs } from "./pivot_pairs.ts";
import { ModelQueue } from "./queue/model_queue.ts";

/** A model that the server has. */
export interface ServedModel {
  /** What it translates. */
  readonly pairs: readonly LanguagePair[];
  /** Loads it. */
  load(): Promise<TranslatorParts>;
  /** Finds what it is loaded from, which browsers may be given; not there for a model without files. */
  source?(): Promise<ModelSource>;
}

/** A model under way, and who asks it. */
interface Loaded {
  readonly parts: TranslatorParts;
  readonly queue: ModelQueue;
}

/**
 * The models of a server, each loaded when it is first asked.
 *
 * @example
 * ```ts
 * import { Models, servedModels } from "@heed/server";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * using models = new Models(await servedModels([]));
 * assertEquals(models.load.loaded, 0); // none before somebody asks
 * const pair = { source: "en", target: "tlh" };
 * await assertRejects(() => models.translator(pair, "a client"), RangeError, "no model does");
 * ```
 */
export class Models {
  /** All that they translate, by way of English too. */
  readonly pairs: readonly LanguagePair[];
  /** The models, the first of several for a pair before the others. */
  readonly served: readonly ServedModel[];
  readonly #loading = new Map<ServedModel, Promise<Loaded>>();
  readonly #pivots: readonly PivotPair[];
  readonly #queues = new Set<ModelQueue>();
  readonly #maxWaiting: number;

  /**
   * Offers models.
   *
   * @param served The models; the first of several for a pair is taken.
   * @param options `maxWaiting`: most sentences that wait for one model.
   */
  constructor(served: readonly ServedModel[], { maxWaiting = 4096 } = {}) {
    this.served = served;
    this.#maxWaiting = maxWaiting;
    const pairs = served.flatMap(({ pairs }) => pairs);
    this.#pivots = pivotPairs(pairs);
    this.pairs = [...pairs, ...this.#pivots];
  }

  /** Sentences that wait, and batches under way, of all models. */
  get load(): { readonly waiting: number; readonly running: number; readonly loaded: number } {
    const queues = [...this.#queues];
    return {
      waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
      running: queues.reduce((sum, { running }) => sum + running, 0),
      loaded: queues.length,
    };
  }

  /**
   * Finds the translator for a pair, as one client sees it: of one model, or of two where none does it alone.
   *
   * @param pair Tags of two languages on offer.
   * @param client Who asks; clients take turns.
   * @returns The translator; it does not have to be disposed.
   * @throws {RangeError} When no model translates the pair.
   */
  async translator(
    { source, target }: { readonly source: string; readonly target: string },
    client: string,
  ): Promise<Translator | PivotTranslator> {
    const pivot = this.#pivots.find((pair) => pair.source === source && pair.target === target);
    if (!pivot) return await this.#direct({ source, target }, client);
    const [first, second] = await Promise.all(
      pivot.halves.map((half) => this.#direct(half, client)),
    );
    return new PivotTranslator(first, second);
  }

  async #direct({ source, target }: LanguagePair, client: string): Promise<Translator> {
    const served = this.served.find(({ pairs }) =>
      pairs.some((pair) => pair.source === source && pair.target === target)
    );
    if (!served) throw new RangeError(`Cannot translate ${source} to ${target}: no model does`);
    const { parts, queue } = await this.#load(served);
    return new Translator({ ...parts, model: queue.forClient(client) });
  }

  /** Releases all models. */
  dispose(): void {
    for (const queue of this.#queues) queue.dispose();
    this.#loading.clear();
    this.#queues.clear();
  }

  /** Releases all models at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #load(served: ServedModel): Promise<Loaded> {
    const known = this.#loading.get(served);
    if (known) return known;
    const loading = served.load().then((parts) => {
      const queue = new ModelQueue(parts.model as TranslationModel, {
        maxWaiting: this.#maxWaiting,
      });
      this.#queues.add(queue);
      return { parts, queue };
    });
    // A model that could not be loaded is tried again with the next request.
    loading.catch(() => this.#loading.delete(served));
    this.#loading.set(served, loading);
    return loading;
  }
}

/**
 * Finds the models that a server is to have.
 *
 * @param directories Model directories; the models that come with Heed where there are none.
 * @param options How they are loaded; by default they leave this thread free, so that it answers meanwhile.
 * @returns The models, none of them loaded.
 * @throws {Error} When a directory is no translation model, or does not say its languages.
 *
 * @example
 * ```ts
 * import { servedModels } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * const [first] = await servedModels([]);
 * assertEquals(first.pairs, [{ source: "en", target: "de" }]);
 * ```
 */
export async function servedModels(
  directories: readonly string[],
  options: LoadOptions = {},
): Promise<ServedModel[]> {
  const loading = { keepCallerFree: true, ...options };
  if (directories.length === 0) {
    return shippedModels.map(({ source, target, assets }) => ({
      pairs: [{ source, target }],
      load: async () => await translatorParts(await assets(), loading),
      source: assets,
    }));
  }
  return await Promise.all(directories.map(async (path) => {
    const directory = await chooseModel({ model: path });
    const pairs = await readLanguages(directory);
    if (pairs.length === 0) {
      throw new Error(
        `Cannot serve ${path}: tokenizer_config.json does not say its languages; ` +
          "add source_lang and target_lang",
      );
    }
    return {
      pairs,
      load: () => translatorParts(directory, loading),
      source: () => Promise.resolve(directory),
    };
  }));
}
