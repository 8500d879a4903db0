import type { ModelDirectory } from "@heed/model";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";
import {
  hubNameOf,
  hubOptions,
  publishedModel,
  type PublishedModelOptions,
} from "./published_model.ts";
import { untilInterrupted } from "./until_interrupted.ts";

/** What decides on the model. */
export interface ModelChoice extends PublishedModelOptions {
  /** Model directory or the name of a published model; a shipped model when left out. */
  readonly model?: string;
  /** Language of the texts. */
  readonly from?: string;
  /** Language to translate into. */
  readonly to?: string;
}

/** Finds the model for the languages, and checks that it translates them, before it is loaded. */
export async function chooseModel(choice: ModelChoice, host: Host): Promise<ModelDirectory> {
  const { chooseModel } = await import("@heed/translation");
  const { model, from, to } = choice;
  const directory = model === undefined ? undefined : await locateModel(model, host, choice);
  try {
    const { signal } = host;
    return await untilInterrupted(chooseModel({ model: directory, from, to }, { signal }), signal);
  } catch (error) {
    if (model !== undefined || !(error instanceof Error) || error.name !== "LanguageError") {
      throw error;
    }
    throw await withSuggestions(error, { from, to });
  }
}

/**
 * Finds the model for the languages as {@linkcode chooseModel} does; where none goes from one to the other, the two that
 * go there by way of English, of those that are shipped or in the cache.
 */
export async function chooseModels(
  choice: ModelChoice,
  host: Host,
): Promise<readonly [ModelDirectory] | readonly [ModelDirectory, ModelDirectory]> {
  try {
    return [await chooseModel(choice, host)];
  } catch (error) {
    const halves = choice.model === undefined ? await findHalves(choice, host) : undefined;
    if (halves === undefined) throw error;
    return halves;
  }
}

/** The language that most models read or write. */
const BETWEEN = "en";

async function findHalves(
  { from, to }: Pick<ModelChoice, "from" | "to">,
  host: Host,
): Promise<readonly [ModelDirectory, ModelDirectory] | undefined> {
  if (from === undefined || to === undefined) return undefined;
  const first = await findPresent(from, BETWEEN, host);
  const second = first && await findPresent(BETWEEN, to, host);
  return first && second && [first, second];
}

/** A model that is here: a shipped one, or a published one in the cache. */
async function findPresent(
  source: string,
  target: string,
  host: Host,
): Promise<ModelDirectory | undefined> {
  const { normalizeLanguage, shippedModels } = await import("@heed/translation");
  const [from, to] = [source, target].map(normalizeLanguage);
  if (from === to) return undefined;
  if (shippedModels.some((model) => model.source === from && model.target === to)) {
    return await chooseModel({ from, to }, host);
  }
  const { findModel, suggestModelNames } = await import("@heed/checkpoint/hub");
  const { openModel } = await import("@heed/model");
  for (const name of suggestModelNames({ source: from, target: to })) {
    const found = await findModel(name, hubOptions(host));
    if (found !== undefined) return await openModel(found.directory);
  }
  return undefined;
}

/** Adds to an error that no shipped model will do which published ones may. */
async function withSuggestions(
  error: Error,
  { from, to }: Pick<ModelChoice, "from" | "to">,
): Promise<Error> {
  if (from === undefined || to === undefined) return error;
  const { suggestModelNames } = await import("@heed/checkpoint/hub");
  const names = suggestModelNames({ source: from, target: to });
  if (names.length === 0) return error;
  return new UsageError(
    `${error.message}; of published models try --model ${names.join(" or --model ")}`,
    { cause: error },
  );
}

/**
 * Finds the folder of a model: the one that is named, or that of a published model in the cache, which is fetched
 * where somebody agrees.
 */
export async function locateModel(
  model: string,
  host: Host,
  options: PublishedModelOptions = {},
): Promise<string> {
  if (/^(?:https?|file):/.test(model)) return model;
  try {
    if ((await Deno.stat(model)).isDirectory) return model;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const name = await hubNameOf(model);
    if (name !== undefined) return await publishedModel(name, host, options);
    throw new Error(`Cannot load a model from ${model}: there is no such folder`, { cause: error });
  }
  throw new UsageError(`Cannot load a model from ${model}: give the folder that holds config.json`);
}
