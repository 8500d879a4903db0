/**
 * Trains a model that translates from a configuration file: the configuration, the tokenizer, the data, and
 * what is measured. `heed train` of the command line is this, and `train` of `@heed/training`.
 *
 * @example
 * ```ts
 * import { loadTrainingConfig, prepareTraining } from "@heed/seq2seq/training";
 * import { train } from "@heed/training";
 *
 * async function trainFrom(path: string): Promise<void> {
 *   using run = await prepareTraining(await loadTrainingConfig(path));
 *   const { model } = await train(run.model, run);
 *   console.log(`The model is in ${model}`);
 * }
 * if (Deno.args.length > 0) await trainFrom(Deno.args[0]);
 * ```
 *
 * @module
 */
export * from "./config.ts";
export { TrainingConfigError } from "./config_error.ts";
export { type EvaluationParts, translationEvaluation } from "./evaluation.ts";
export { type PrepareOptions, prepareTraining, type TrainingRun } from "./prepare.ts";
export { runConfigOf } from "./run_config.ts";
export { prepareTokenizer, type TokenizerOrigin } from "./tokenizer.ts";
