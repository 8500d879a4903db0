import type { Database } from "./database.ts";

/** What made the tables, in order; what stands here is never changed, only added to. */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE heed.api_key (
      hash bytea PRIMARY KEY,
      name text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now()
    )`,
    `CREATE TABLE heed.suggestion (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      text text NOT NULL,
      suggestion text NOT NULL,
      source text NOT NULL,
      target text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`,
    `CREATE TABLE heed.translation (
      key bytea PRIMARY KEY,
      translation text NOT NULL,
      used_at timestamptz NOT NULL DEFAULT now()
    )`,
    `CREATE INDEX translation_used_at ON heed.translation (used_at)`,
    `CREATE TABLE heed.job (
      id uuid PRIMARY KEY,
      file_name text NOT NULL,
      format text NOT NULL,
      source text NOT NULL,
      target text NOT NULL,
      state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      error text,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz
    )`,
    `CREATE INDEX job_finished_at ON heed.job (finished_at)`,
    `CREATE TABLE heed.piece (
      job uuid NOT NULL REFERENCES heed.job ON DELETE CASCADE,
      ordinal int NOT NULL,
      total int NOT NULL,
      done int NOT NULL DEFAULT 0,
      finished_at timestamptz,
      PRIMARY KEY (job, ordinal)
    )`,
    // A row is a piece of a file, at most 256 KiB: the key lets a result be written only once.
    `CREATE TABLE heed.content (
      job uuid NOT NULL REFERENCES heed.job ON DELETE CASCADE,
      part text NOT NULL CHECK (part IN ('source', 'result')),
      piece int NOT NULL,
      chunk int NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (job, part, piece, chunk)
    )`,
  ],
];

/** A number that only migrations lock: processes that start together take turns. */
const lockNumber = 0x48656564;

/**
 * Makes the tables, or brings them up to date.
 *
 * @param database The database.
 * @throws {Error} When a later version of the server has made them.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.query("SELECT pg_advisory_xact_lock($1)", [lockNumber]);
    await queries.query("CREATE SCHEMA IF NOT EXISTS heed");
    await queries.query(
      `CREATE TABLE IF NOT EXISTS heed.migration (
        version int PRIMARY KEY,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`,
    );
    const [{ version }] = await queries.query<{ version: number }>(
      "SELECT coalesce(max(version), 0) AS version FROM heed.migration",
    );
    if (version > migrations.length) {
      throw new Error(
        `Cannot use the store: it is of version ${version}, this server knows ` +
          `${migrations.length}; run a newer server`,
      );
    }
    for (const [i, statements] of migrations.entries()) {
      if (i < version) continue;
      for (const statement of statements) await queries.query(statement);
      await queries.query("INSERT INTO heed.migration (version) VALUES ($1)", [i + 1]);
    }
  });
}
