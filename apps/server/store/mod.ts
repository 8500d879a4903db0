/**
 * What a translation server keeps: keys of clients, suggestions and jobs, in a PostgreSQL that runs in the process
 * or on a server.
 *
 * @module
 */
export { ApiKeys } from "./api_keys.ts";
export type { ApiKey } from "./api_keys.ts";
export { StoreError } from "./database.ts";
export type { Database, Queries, Row } from "./database.ts";
export { openStore } from "./store.ts";
export type { Store, StoreLocation } from "./store.ts";
export { Suggestions } from "./suggestions.ts";
export type { Suggestion } from "./suggestions.ts";
export type { CacheMiss, TranslationCache } from "./translation_cache.ts";
