/**
 * The translation server: LibreTranslate's API on models that run in this process.
 *
 * Run it with `deno task serve`, or put {@linkcode createApp} into a server of your own.
 *
 * @module
 */
export { createApp } from "./app.ts";
export type { AppOptions, FailedRequest } from "./app.ts";
export { RequestError } from "./errors.ts";
export type { ErrorStatus } from "./errors.ts";
export type { Job, JobService, JobState, NewJob } from "./jobs/job.ts";
export { startKeeping } from "./keeping.ts";
export type { Keeping, KeepingOptions } from "./keeping.ts";
export { Models, servedModels } from "./models.ts";
export type { ServedModel } from "./models.ts";
export { defaultSettings } from "./settings.ts";
export type { ServerSettings } from "./settings.ts";
export type { RequestLogEntry } from "./request_log.ts";
export { servedTextModels } from "./text_models/served_text_models.ts";
export type {
  ServedEncoder,
  ServedTextModel,
  ServedWriter,
  TextModelOptions,
  WriterParts,
} from "./text_models/served_text_models.ts";
export { TextModels } from "./text_models/text_models.ts";
