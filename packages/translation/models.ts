import { type ModelAssets, type ResolveModelOptions, showValue } from "@heed/checkpoint";
import { families, type ModelDirectory, type ModelSource, openModel } from "@heed/model";
import { type LanguagePair, selectLanguagePair } from "./languages.ts";
import { readLanguages } from "./load.ts";

/** A model that comes with Heed. */
export interface ShippedModel extends LanguagePair {
  /**
   * Loads the list of its files.
   *
   * @returns The list.
   */
  assets(): Promise<ModelAssets>;
}

/** The models that come with Heed, the default first. */
export const shippedModels: readonly ShippedModel[] = [
  {
    source: "en",
    target: "de",
    assets: async () => (await import("@heed/model-en-de")).assets,
  },
  {
    source: "de",
    target: "en",
    assets: async () => (await import("@heed/model-de-en")).assets,
  },
];

/** What decides on a model. */
export interface ModelChoice {
  /** A model of the caller's; a shipped one when left out. */
  readonly model?: ModelSource;
  /** Language of the texts. */
  readonly from?: string;
  /** Language to translate into. */
  readonly to?: string;
}

/**
 * Finds the model for the languages, and checks that it translates them, before it is loaded.
 *
 * @param choice The model, the languages, or neither.
 * @param options Cache, progress and signal, where a shipped model has to be fetched.
 * @returns The open directory.
 * @throws {LanguageError} When there is none; names the languages on offer.
 *
 * @example
 * ```ts
 * import { chooseModel } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals((await chooseModel({ from: "de" })).name, "de-en");
 * ```
 */
export async function chooseModel(
  { model, from, to }: ModelChoice,
  options: ResolveModelOptions = {},
): Promise<ModelDirectory> {
  if (model === undefined) {
    return await openModel(await selectLanguagePair(shippedModels, { from, to }).assets(), options);
  }
  const directory = await openModel(model, options);
  const languages = await readLanguages(directory);
  if (languages.length > 0) selectLanguagePair(languages, { from, to });
  return directory;
}

/**
 * Checks that a model, by its `config.json`, translates with attention to the source.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @throws {TypeError} When it does not; says what it is, and what to give instead.
 *
 * @example
 * ```ts
 * import { assertAttends } from "@heed/translation";
 * import { assets } from "@heed/model-en-de";
 *
 * await assertAttends(assets);
 * ```
 */
export async function assertAttends(model: ModelSource): Promise<void> {
  const directory = await openModel(model);
  if (!await directory.has("config.json")) return; // loading names every file that is missing
  const config = await directory.json("config.json");
  const { model_type: type } = config;
  const family = families().find(({ modelType, tasks }) =>
    modelType === type && tasks.includes("translation")
  );
  const problem = family
    ? family.noAttention?.(config)
    : `it is of type ${showValue(type)}, which does not translate and has no attention to a ` +
      "source; give a translation model";
  if (problem !== undefined) {
    throw new TypeError(`Cannot show attention of ${directory.name}: ${problem}`);
  }
}
