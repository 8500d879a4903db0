/**
 * Pre-training of encoders on masked words, and fine-tuning on labelled texts, tagged words, and questions with
 * answers: what `heed pretrain` and `heed finetune` do.
 *
 * @example
 * ```ts
 * import { loadPretrainingConfig, preparePretraining } from "@heed/bert/training";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${directory}/text.txt`, "the cat drinks milk\nthe dog eats meat\n".repeat(9));
 * const config = {
 *   data: { train: ["text.txt"] },
 *   tokenizer: { vocabSize: 40 },
 *   architecture: { hiddenSize: 8, numHiddenLayers: 1, numHeads: 2, maxPositionEmbeddings: 16 },
 *   batch: { length: 12, rows: 4 },
 *   steps: 2,
 *   output: "run",
 *   device: "wasm",
 * };
 * await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
 * using run = await preparePretraining(await loadPretrainingConfig(`${directory}/config.json`));
 * assertEquals((await train(run.model, run)).reason, "finished");
 * await Deno.remove(directory, { recursive: true });
 * ```
 *
 * @module
 */
export * from "./finetuning.ts";
export type { FinetuningConfig } from "./finetuning_config.ts";
export * from "./masking.ts";
export * from "./pretraining.ts";
export * from "./sentence_pairs.ts";
export {
  type EncoderArchitecture,
  loadPretrainingConfig,
  parsePretrainingConfig,
  type PretrainingConfig,
  pretrainingProblems,
} from "./pretraining_config.ts";
export type { FinetuningReport, FinetuningTaskName, TaskColumns } from "./tasks.ts";
