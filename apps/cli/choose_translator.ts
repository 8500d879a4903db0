import type { PivotTranslator, Translator } from "@heed/translation";
import type { AutoTranslator, AutoTranslatorParts } from "@heed/translation/detect";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { chooseModel, chooseModels, type ModelChoice } from "./models.ts";

/**
 * What translates the texts of a command: one model, two by way of English, or with `--from auto` that of each text's
 * language.
 */
export type TextTranslator = Translator | PivotTranslator | AutoTranslator;

/** What decides on who translates, and how it is loaded. */
export interface TranslatorChoice extends ModelChoice {
  /** How models are loaded. */
  readonly load: Parameters<Host["loadTranslator"]>[1];
  /** Terms of each pair of languages of `--from auto`. */
  readonly glossaryOf?: AutoTranslatorParts["glossaryOf"];
  /** Whether the words' confidence is wanted. */
  readonly confidence?: boolean;
}

/**
 * Finds the model, or the models of `--from auto`, so that mistakes are noticed before anything is loaded.
 *
 * @param choice What the user asked for.
 * @param host Where models come from.
 * @returns Loads it; of `--from auto`, models are loaded when a text of their language comes.
 * @throws {UsageError} When `--from auto` is asked of a model that does not say what it translates.
 */
export async function chooseTranslator(
  choice: TranslatorChoice,
  host: Host,
): Promise<() => Promise<TextTranslator>> {
  const { load, confidence, glossaryOf, ...own } = choice;
  const open = async (model: Parameters<Host["loadTranslator"]>[0]) => {
    const translator = await host.loadTranslator(model, load);
    if (!confidence || translator.confidence !== undefined) return translator;
    translator.dispose();
    throw new Error(
      "Cannot tell doubtful words: the model has no calibration; fit one with " +
        "heed calibrate --model DIR --data FILE --write",
    );
  };
  if (own.from !== "auto") {
    const [model, second] = await chooseModels(own, host);
    if (second === undefined) return () => open(model);
    const { PivotTranslator } = await import("@heed/translation");
    return async () => new PivotTranslator(await open(model), await open(second));
  }
  const { AutoTranslator } = await import("@heed/translation/detect");
  const { readLanguages, shippedModels } = await import("@heed/translation");
  if (own.model === undefined) {
    const loading = async ({ source, target }: { source: string; target: string }) =>
      await open(await chooseModel({ ...own, from: source, to: target }, host));
    // Into a language that no shipped model writes: said now.
    if (own.to !== undefined) await chooseModel({ ...own, from: undefined }, host);
    return () =>
      Promise.resolve(new AutoTranslator({ languages: shippedModels, load: loading, glossaryOf }));
  }
  const model = await chooseModel({ ...own, from: undefined }, host);
  const languages = await readLanguages(model);
  if (languages.length === 0) {
    throw new UsageError(
      "Cannot choose by language: the model does not say what it translates; leave out --from",
    );
  }
  let loaded: Promise<Translator> | undefined;
  return () =>
    Promise.resolve(
      new AutoTranslator({ languages, load: () => loaded ??= open(model), glossaryOf }),
    );
}
