/**
 * Pre-training of encoders on masked words, and fine-tuning on labelled texts, tagged words, and questions with
 * answers: what `heed pretrain` and `heed finetune` do.
 *
 * @example
 * ```ts
 * import { type FinetuningConfig, prepareFinetuning } from "@heed/bert/training";
 * import { train } from "@heed/training";
 *
 * async function finetune(config: FinetuningConfig, test: string): Promise<number> {
 *   using run = await prepareFinetuning(config);
 *   await train(run.model, run);
 *   return (await run.measure([test])).figures.accuracy;
 * }
 * console.log(finetune.name);
 * ```
 *
 * @module
 */
export * from "./finetuning.ts";
export * from "./masking.ts";
export * from "./pretraining.ts";
export {
  type EncoderArchitecture,
  loadPretrainingConfig,
  parsePretrainingConfig,
  type PretrainingConfig,
  pretrainingProblems,
} from "./pretraining_config.ts";
export type { FinetuningReport, FinetuningTaskName, TaskColumns } from "./tasks.ts";
