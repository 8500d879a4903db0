/**
 * Training of any model: text from files larger than memory, as sentence pairs, texts with labels, tagged words
 * or running text; batches under a token budget, Adam with schedules, checkpoints from which a run goes on bit
 * by bit, early stopping, averaging, a log.
 *
 * @example
 * ```ts
 * import { bucketBatches, indexRows } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = await indexRows(["data:,good%09yes%0Avery bad%09no%0A"], {
 *   columns: { text: 0, label: 1 },
 * });
 * const batches = bucketBatches(rows, {
 *   encode: ({ text, label }) => ({
 *     inputIds: text.split(" ").map((word) => word.length),
 *     labels: ["no", "yes"].indexOf(label),
 *   }),
 *   sides: [{ name: "text", length: ({ inputIds }) => inputIds.length, most: 16 }],
 *   tokens: 64,
 *   epochs: 1,
 * });
 * for await (const { batch } of batches({})) {
 *   assertEquals(batch, { inputIds: [[4], [4, 3]], labels: [1, 0] });
 * }
 * ```
 *
 * @module
 */
export * from "./data/batch_source.ts";
export * from "./data/bucket_batches.ts";
export type { CellFormat } from "./data/cells.ts";
export type { BatchPosition, OrderOptions, RecordPlace } from "./data/chunks.ts";
export * from "./data/documents.ts";
export * from "./data/map_batches.ts";
export * from "./data/open_blocks.ts";
export * from "./data/packed_batches.ts";
export * from "./data/parallel_text.ts";
export * from "./data/rows.ts";
export { shuffle } from "./data/shuffle.ts";
export * from "./data/tagged_words.ts";
export {
  type IndexOptions,
  indexText,
  type IndexTextOptions,
  type RecordFormat,
  type TextBlock,
  type TextData,
  type TextSides,
  type Unusable,
} from "./data/text_data.ts";
export * from "./data/token_batches.ts";
export type { CheckpointEntry } from "./checkpoints.ts";
export { assertNoRun, checkpointDirectory, listCheckpoints } from "./checkpoints.ts";
export * from "./early_stopping.ts";
export * from "./optimizer.ts";
export * from "./prepare_run.ts";
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
export { workerDevice, workersProblem } from "./worker_device.ts";
