import { ApiKeys } from "./api_keys.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";
import { openPglite } from "./pglite_database.ts";
import { openPostgres } from "./postgres_database.ts";
import { Suggestions } from "./suggestions.ts";
import { TranslationCache } from "./translation_cache.ts";

/** Where a store is. */
export interface StoreLocation {
  /** Address of a PostgreSQL server, `postgres://...`. */
  readonly url?: string;
  /** Folder of one that runs in this process; neither: one in memory, which ends with the process. */
  readonly folder?: string;
  /** How many translations are kept, to be given again. Default 0. */
  readonly cached?: number;
}

/** What a server keeps: keys, suggestions, translations and jobs. */
export interface Store {
  /** The tables. */
  readonly database: Database;
  /** Keys that let clients in. */
  readonly keys: ApiKeys;
  /** Better translations that people proposed. */
  readonly suggestions: Suggestions;
  /** Translations that are known; undefined where none are kept. */
  readonly cache: TranslationCache | undefined;
  /** Writes everything and lets go. */
  close(): Promise<void>;
}

/**
 * Opens what a server keeps, and makes its tables where they are missing.
 *
 * @param location Where it is.
 * @returns The store; close it.
 * @throws {StoreError} When the database cannot be reached.
 *
 * @example
 * ```ts
 * import { openStore } from "@heed/server/store";
 * import { assertEquals } from "@std/assert";
 *
 * const store = await openStore({}); // in memory
 * const key = await store.keys.add("a client");
 * assertEquals(await store.keys.has(key), true);
 * assertEquals((await store.keys.list()).map(({ name }) => name), ["a client"]);
 * await store.close();
 * ```
 */
export async function openStore(
  { url, folder, cached = 0 }: StoreLocation,
): Promise<Store> {
  const database = url === undefined ? await openPglite(folder) : await openPostgres(url);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    keys: new ApiKeys(database),
    cache: cached > 0 ? new TranslationCache(database, cached) : undefined,
    suggestions: new Suggestions(database),
    close: () => database.close(),
  };
}
