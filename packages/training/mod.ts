/**
 * @module
 */
export * from "./batch_source.ts";
export * from "./batches.ts";
export * from "./config.ts";
export * from "./early_stopping.ts";
export * from "./parallel_text.ts";
export * from "./schedule.ts";
export * from "./shuffle.ts";
export * from "./text_index.ts";
