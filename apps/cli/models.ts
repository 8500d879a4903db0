import type { ModelAssets } from "@heed/checkpoint";
import type { LanguagePair } from "@heed/translation";
import { UsageError } from "./failure.ts";

/** A model that comes with Heed. */
export interface ShippedModel extends LanguagePair {
  /** Loads the list of its files. */
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

/** What decides on the model. */
export interface ModelChoice {
  /** Model directory; a shipped model when left out. */
  readonly model?: string;
  /** Language of the texts. */
  readonly from?: string;
  /** Language to translate into. */
  readonly to?: string;
}

/** Finds the model for the languages, and checks that it translates them, before it is loaded. */
export async function chooseModel(
  { model, from, to }: ModelChoice,
): Promise<string | ModelAssets> {
  const { readLanguages, selectLanguagePair } = await import("@heed/translation");
  if (model === undefined) return await selectLanguagePair(shippedModels, { from, to }).assets();
  await checkDirectory(model);
  const languages = await readLanguages(model);
  if (languages.length > 0) selectLanguagePair(languages, { from, to });
  return model;
}

/** Checks that a model directory is one, where that can be said without fetching anything. */
export async function checkDirectory(path: string): Promise<void> {
  if (/^(?:https?|file):/.test(path)) return;
  try {
    if ((await Deno.stat(path)).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot load a model from ${path}: there is no such folder`, { cause: error });
  }
  throw new UsageError(`Cannot load a model from ${path}: give the folder that holds config.json`);
}
