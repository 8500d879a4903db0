import type { Queries } from "./database.ts";

/** A better translation that somebody proposed. */
export interface Suggestion {
  /** What was translated. */
  readonly text: string;
  /** What it should have become. */
  readonly suggestion: string;
  /** Tag of its language. */
  readonly source: string;
  /** Tag of the language that it was translated into. */
  readonly target: string;
}

/**
 * Better translations that people proposed.
 *
 * @example
 * ```ts
 * import { Suggestions } from "@heed/server/store";
 * import { assertEquals } from "@std/assert";
 *
 * const kept: unknown[] = []; // a store has a table of them
 * const suggestions = new Suggestions({
 *   query: (_, values = []) => Promise.resolve((kept.push(...values), [])),
 * });
 * await suggestions.add({ text: "Hello", suggestion: "Hallo", source: "en", target: "de" });
 * assertEquals(kept, ["Hello", "Hallo", "en", "de"]);
 * ```
 */
export class Suggestions {
  readonly #queries: Queries;

  /**
   * Finds suggestions in a store.
   *
   * @param queries Where they are.
   */
  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /** Keeps a suggestion. */
  async add({ text, suggestion, source, target }: Suggestion): Promise<void> {
    await this.#queries.query(
      "INSERT INTO heed.suggestion (text, suggestion, source, target) VALUES ($1, $2, $3, $4)",
      [text, suggestion, source, target],
    );
  }

  /** Lists them, the oldest first. */
  async list(): Promise<readonly Suggestion[]> {
    return await this.#queries.query<Suggestion & Record<string, unknown>>(
      "SELECT text, suggestion, source, target FROM heed.suggestion ORDER BY id",
    );
  }
}
