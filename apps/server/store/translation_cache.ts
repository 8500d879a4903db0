import type { Translation } from "@heed/translation";
import type { Queries } from "./database.ts";

/** How texts are translated that are not in the cache. */
export interface CacheMiss {
  /** What the translation depends on besides the text: model, languages, format. */
  readonly scope: string;
  /** Translates texts, one or more hypotheses each. */
  translate(texts: readonly string[]): Promise<Translation[][]>;
}

/**
 * Translations that were kept, the newest of them.
 *
 * @example
 * ```ts
 * import type { TranslationCache } from "@heed/server/store";
 * import { openStore } from "@heed/server/store";
 * import { assertEquals } from "@std/assert";
 *
 * const store = await openStore({ cached: 1000 }); // in memory
 * const cache: TranslationCache = store.cache!;
 * const [[found]] = await cache.through(["Hello"], {
 *   scope: "a model, en de",
 *   translate: () => Promise.resolve([[{ source: "Hello", translation: "Hallo", score: -0.1 }]]),
 * });
 * assertEquals(found.translation, "Hallo");
 * await store.close();
 * ```
 */
export class TranslationCache {
  readonly #queries: Queries;
  readonly #most: number;
  #kept = 0;

  /**
   * Finds translations in a store.
   *
   * @param queries Where they are.
   * @param most How many are kept; then the oldest go.
   */
  constructor(queries: Queries, most: number) {
    this.#queries = queries;
    this.#most = most;
  }

  /**
   * Translates texts, those that are known from memory: without scores, and with one hypothesis.
   *
   * A store that is away makes it slower, and nothing else.
   */
  async through(
    texts: readonly string[],
    { scope, translate }: CacheMiss,
  ): Promise<Translation[][]> {
    const keys = await Promise.all(texts.map((text) => keyOf(scope, text)));
    const known = await this.#find(keys).catch(() => new Map<string, string>());
    const missing = [...texts.keys()].filter((i) => !known.has(keys[i]));
    const found = missing.length > 0 ? await translate(missing.map((i) => texts[i])) : [];
    const results = texts.map((text, i): Translation[] => {
      const translation = known.get(keys[i]);
      return translation === undefined ? [] : [{ source: text, translation, score: 0 }];
    });
    missing.forEach((i, at) => results[i] = found[at]);
    this.#keep(missing.map((i, at) => [keys[i], found[at][0].translation])).catch(() => {});
    return results;
  }

  async #find(keys: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.#queries.query<{ key: string; translation: string }>(
      `SELECT encode(key, 'hex') AS key, translation FROM heed.translation
       WHERE key IN (SELECT decode(given, 'hex') FROM unnest($1::text[]) AS given)`,
      [keys],
    );
    return new Map(rows.map(({ key, translation }) => [key, translation]));
  }

  async #keep(entries: readonly (readonly [string, string])[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#queries.query(
      `INSERT INTO heed.translation (key, translation)
       SELECT decode(key, 'hex'), translation FROM unnest($1::text[], $2::text[]) AS given (key, translation)
       ON CONFLICT DO NOTHING`,
      [entries.map(([key]) => key), entries.map(([, translation]) => translation)],
    );
    this.#kept += entries.length;
    if (this.#kept < this.#most / 10) return; // a tenth too many may stand until then
    this.#kept = 0;
    await this.#queries.query(
      `DELETE FROM heed.translation WHERE key IN
       (SELECT key FROM heed.translation ORDER BY used_at DESC, key OFFSET $1)`,
      [this.#most],
    );
  }
}

async function keyOf(scope: string, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([scope, text]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
