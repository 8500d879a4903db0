/**
 * Training: sentence pairs from files larger than memory, batches under a token budget, Adam with
 * schedules, checkpoints from which a run goes on bit by bit, early stopping, averaging, a log.
 *
 * @example
 * ```ts
 * import { indexParallelText, tokenBatches } from "@heed/training";
 *
 * const text = await indexParallelText(["data:,a cat%09eine Katze%0Aa dog%09ein Hund%0A"]);
 * const ids = (words: string) => words.split(" ").map((word) => word.length);
 * const batches = tokenBatches(text, {
 *   encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
 *   tokens: 64,
 *   maxSourceTokens: 16,
 *   maxTargetTokens: 16,
 *   epochs: 1,
 * });
 * for await (const { batch, position } of batches({})) {
 *   console.log(batch.inputIds, batch.labels, position);
 * }
 * ```
 *
 * @module
 */
export type {
  BatchSource,
  BatchStart,
  EpochSummary,
  SkippedLine,
  TrainingBatch,
} from "./batch_source.ts";
export type {
  BatchPosition,
  EncodedPair,
  RecordPlace,
  TokenBatch,
  TokenBatchOptions,
} from "./batches.ts";
export { tokenBatches } from "./batches.ts";
export type { CheckpointEntry } from "./checkpoints.ts";
export { checkpointDirectory, listCheckpoints } from "./checkpoints.ts";
export * from "./early_stopping.ts";
export * from "./optimizer.ts";
export * from "./parallel_text.ts";
export { serveTraining, type TrainingWorkerScope } from "./parallel/serve_training.ts";
export { sharingProblem } from "./parallel/exchange.ts";
export {
  type BatchColumns,
  splitBatch,
  type SplitOptions,
  splitTokenBatch,
} from "./parallel/split_batch.ts";
export { TrainingWorkers, type TrainingWorkersOptions } from "./parallel/training_workers.ts";
export type { TrainingProgress } from "./progress.ts";
export * from "./run_config.ts";
export * from "./schedule.ts";
export { shuffle } from "./shuffle.ts";
export type { ParallelFile, ParallelText, ParallelTextOptions, TextBlock } from "./text_index.ts";
export { indexParallelText } from "./text_index.ts";
export type { ReplicaModule, WorkerSetup } from "./replica_module.ts";
export {
  startTrainingWorkers,
  type StartTrainingWorkersOptions,
} from "./start_training_workers.ts";
export type { StepAt, Steps } from "./steps.ts";
export * from "./trainable_model.ts";
export * from "./train_options.ts";
export { train } from "./trainer.ts";
export * from "./training_log.ts";
export { type StepResult, trainingStep, type TrainingStepOptions } from "./training_step.ts";
export * from "./validation_loss.ts";
export type { PlainWeight } from "./weights_file.ts";
export { assignWeights, averageCheckpoints, restoreVariables } from "./weights_file.ts";
