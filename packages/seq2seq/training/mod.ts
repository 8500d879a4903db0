/**
 * Trains a model that translates from a configuration file: the configuration, the tokenizer, the data, and
 * what is measured. `heed train` of the command line is this, and `train` of `@heed/training`.
 *
 * @example
 * ```ts
 * import { loadTokenizer } from "@heed/model";
 * import { loadTrainingConfig, prepareTraining } from "@heed/seq2seq/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const path = `${directory}/config.json`;
 * await Deno.writeTextFile(`${directory}/pairs.tsv`, "red house\trotes Haus\nblue\tblau\n".repeat(9));
 * await Deno.writeTextFile(path, `{
 *   "model": "rnnsearch",
 *   "architecture": { "embeddingSize": 8, "encoderHiddenSize": 8, "decoderHiddenSize": 8 },
 *   "data": { "train": ["pairs.tsv"], "sourceLanguage": "en", "targetLanguage": "de" },
 *   "tokenizer": { "type": "unigram", "vocabSize": 18 },
 *   "steps": 3,
 *   "device": "wasm",
 *   "output": "run"
 * }`);
 * using run = await prepareTraining(await loadTrainingConfig(path));
 * const { model } = await train(run.model, run);
 * const { tokenizer } = await loadTokenizer(model!);
 * assertEquals(tokenizer.vocabSize, 18);
 * await Deno.remove(directory, { recursive: true });
 * ```
 *
 * @module
 */
export * from "./config.ts";
export { TrainingConfigError } from "@heed/training/config";
export { type EvaluationParts, translationEvaluation } from "./evaluation.ts";
export { prepareTraining, type TrainingRun } from "./prepare.ts";
export { runConfigOf } from "./run_config.ts";
export { prepareTokenizer, type TokenizerOrigin } from "./tokenizer.ts";
