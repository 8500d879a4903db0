/**
 * Published models: found by name on Hugging Face's hub or in a registry of Firefox's translation models, fetched
 * once into the cache, checked, and found there again without a network.
 *
 * ```ts
 * import { listModels, pullModel } from "@heed/checkpoint/hub";
 *
 * for (const { name, revisions, bytes } of await listModels()) console.log(name, revisions, bytes);
 *
 * // The first time, the files of Helsinki-NLP/opus-mt-en-fr come over the network.
 * export const folderOf = async (name: string) => (await pullModel(name)).directory;
 * ```
 *
 * @module
 */
export type { FirefoxName, HuggingFaceName, ModelName } from "./model_name.ts";
export { isModelName, parseModelName, suggestModelNames } from "./model_name.ts";
export type { HubOptions } from "./hub_options.ts";
export type { CachedModel, CacheOptions } from "./cached_models.ts";
export { findModel, listModels, removeModel } from "./cached_models.ts";
export type { PublishedFile, PublishedModel } from "./published_model.ts";
export type { PullOptions } from "./pull_model.ts";
export { describeModel, pullModel } from "./pull_model.ts";
export type { FoundModel, SearchOptions } from "./search_models.ts";
export { searchModels } from "./search_models.ts";
export type { FetchProgress } from "../resolve_model.ts";
