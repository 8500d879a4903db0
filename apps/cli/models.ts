import type { ModelDirectory } from "@heed/model";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { untilInterrupted } from "./until_interrupted.ts";

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
  choice: ModelChoice,
  { signal }: Pick<Host, "signal">,
): Promise<ModelDirectory> {
  const { chooseModel } = await import("@heed/translation");
  if (choice.model !== undefined) await checkDirectory(choice.model);
  return await untilInterrupted(chooseModel(choice, { signal }), signal);
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
