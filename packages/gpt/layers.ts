/**
 * The pure functions beneath {@linkcode GptModel}; importing this module loads tfjs.
 *
 * @module
 */
export * from "./forward.ts";
export * from "./language_loss.ts";
export { type BorrowedWeights, type GptGenerateOptions, GptModel, type GptParts } from "./model.ts";
export * from "./prompt_state.ts";
export { type GptState, stepDecoder } from "./step_decoder.ts";
export * from "./trainable.ts";
export { type GptWorkersOptions, startGptWorkers } from "./training_workers.ts";
export * from "./weights.ts";
