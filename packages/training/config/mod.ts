/**
 * What a family of models makes the configuration file of its training from: the trainer's parts as schemas,
 * a check that names every wrong key and value at once, and the reading of files.
 *
 * @example
 * ```ts
 * import { count, modelRunShape, parseConfig } from "@heed/training/config";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const schema = z.strictObject({ classes: count, optimizer: modelRunShape.optimizer });
 * assertEquals(parseConfig(schema, { classes: 2 }).config?.optimizer.name, "adam");
 * ```
 *
 * @module
 */
export * from "./config_error.ts";
export * from "./load_config.ts";
export * from "./model_run.ts";
export * from "./parse_config.ts";
export { count, natural, path, rate } from "./run_schema.ts";
