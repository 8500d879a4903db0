import type { Queries } from "./database.ts";

/** A key of a client, of which only the hash is kept. */
export interface ApiKey {
  /** What it is called. */
  readonly name: string;
  /** When it was made. */
  readonly createdAt: Date;
}

/** How long what was read is believed, in milliseconds: so long a removed key may still work. */
const freshness = 5000;

/**
 * Keys that let clients in.
 *
 * @example
 * ```ts
 * import { ApiKeys } from "@heed/server/store";
 * import { assertEquals } from "@std/assert";
 *
 * const empty = { query: () => Promise.resolve([]) }; // a store has a table of them
 * const keys = new ApiKeys(empty);
 * assertEquals([await keys.areNeeded(), await keys.has("guessed")], [false, false]);
 * ```
 */
export class ApiKeys {
  readonly #queries: Queries;
  #known: { readonly hashes: Promise<ReadonlySet<string>>; readonly at: number } | undefined;

  /**
   * Finds keys in a store.
   *
   * @param queries Where they are.
   */
  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /**
   * Makes a key.
   *
   * @param name What it is called; each name is used once.
   * @returns The key, which cannot be read again.
   * @throws {Error} When there is a key of that name.
   */
  async add(name: string): Promise<string> {
    const key = crypto.getRandomValues(new Uint8Array(24)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
    const rows = await this.#queries.query(
      "INSERT INTO heed.api_key (hash, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name",
      [await sha256(key), name],
    );
    if (rows.length === 0) throw new Error(`Cannot add the key ${name}: there is one of that name`);
    this.#known = undefined;
    return key;
  }

  /** Lists the keys by name. */
  async list(): Promise<readonly ApiKey[]> {
    return await this.#queries.query<ApiKey & Record<string, unknown>>(
      'SELECT name, created_at AS "createdAt" FROM heed.api_key ORDER BY name',
    );
  }

  /**
   * Takes a key away; servers that run believe it for another 5 seconds.
   *
   * @param name What it is called.
   * @returns Whether there was one.
   */
  async remove(name: string): Promise<boolean> {
    const rows = await this.#queries.query(
      "DELETE FROM heed.api_key WHERE name = $1 RETURNING name",
      [name],
    );
    this.#known = undefined;
    return rows.length > 0;
  }

  /** Says whether there are any: then clients have to give one. */
  async areNeeded(): Promise<boolean> {
    return (await this.#hashes()).size > 0;
  }

  /** Says whether a client gave one of them. */
  async has(key: string): Promise<boolean> {
    return (await this.#hashes()).has((await sha256(key)).toHex());
  }

  #hashes(): Promise<ReadonlySet<string>> {
    const known = this.#known;
    if (known && performance.now() - known.at < freshness) return known.hashes;
    // While the store is away, what was last read holds.
    const hashes = this.#queries.query<{ hash: Uint8Array }>("SELECT hash FROM heed.api_key").then(
      (rows) => new Set(rows.map(({ hash }) => new Uint8Array(hash).toHex())),
      (error) => known?.hashes ?? Promise.reject(error),
    );
    hashes.catch(() => this.#known = undefined);
    this.#known = { hashes, at: performance.now() };
    return hashes;
  }
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
