import { readContent, writeContent } from "../store/contents.ts";
import type { Database, Queries, Row } from "../store/database.ts";
import type { Job, NewJob, Piece } from "./job.ts";
import { cutPieces } from "./pieces.ts";

const columns = `id, file_name AS "fileName", format, source, target, state, error,
  created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt",
  (SELECT coalesce(sum(total), 0)::int FROM heed.piece WHERE job = id) AS total,
  (SELECT coalesce(sum(done), 0)::int FROM heed.piece WHERE job = id) AS done`;

/** What a worker has to know of a piece. */
export interface BegunPiece extends Pick<Job, "format" | "source" | "target"> {
  readonly bytes: Uint8Array;
}

/** Jobs as they stand in the tables. Every step is whole or not at all. */
export class JobStore {
  readonly #database: Database;

  /** Finds the jobs of a database. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a new job and its pieces in a transaction. */
  async add(queries: Queries, { fileName, format, source, target, bytes }: NewJob): Promise<{
    id: string;
    pieces: Piece[];
  }> {
    const id = crypto.randomUUID();
    await queries.query(
      `INSERT INTO heed.job (id, file_name, format, source, target) VALUES ($1, $2, $3, $4, $5)`,
      [id, fileName, format, source, target],
    );
    const pieces: Piece[] = [];
    for (const [ordinal, { bytes: piece, total }] of cutPieces({ format, bytes }).entries()) {
      await queries.query("INSERT INTO heed.piece (job, ordinal, total) VALUES ($1, $2, $3)", [
        id,
        ordinal,
        total,
      ]);
      await writeContent(queries, { job: id, part: "source", piece: ordinal }, piece);
      pieces.push({ job: id, ordinal });
    }
    return { id, pieces };
  }

  /** How many jobs are not finished. */
  async unfinished(): Promise<number> {
    const [{ jobs }] = await this.#database.query<{ jobs: number }>(
      "SELECT count(*)::int AS jobs FROM heed.job WHERE finished_at IS NULL",
    );
    return jobs;
  }

  /** Finds a job; undefined when there is none. */
  async find(id: string): Promise<Job | undefined> {
    const [row] = await this.#database.query(`SELECT ${columns} FROM heed.job WHERE id = $1`, [id]);
    return row as unknown as Job | undefined;
  }

  /** Numbers of the pieces of a job, in order. */
  async ordinals(id: string): Promise<number[]> {
    const rows = await this.#database.query<{ ordinal: number }>(
      "SELECT ordinal FROM heed.piece WHERE job = $1 ORDER BY ordinal",
      [id],
    );
    return rows.map(({ ordinal }) => ordinal);
  }

  /** Reads a piece that is to be translated; undefined when nobody waits for it, or it is done. */
  async begin({ job, ordinal }: Piece): Promise<BegunPiece | undefined> {
    const [row] = await this.#database.query<Row & BegunPiece>(
      `UPDATE heed.job SET state = 'running', started_at = coalesce(started_at, now())
       WHERE id = $1 AND finished_at IS NULL AND EXISTS (
         SELECT FROM heed.piece WHERE job = $1 AND ordinal = $2 AND finished_at IS NULL
       ) RETURNING format, source, target`,
      [job, ordinal],
    );
    if (row === undefined) return undefined;
    const place = { job, part: "source", piece: ordinal } as const;
    return { ...row, bytes: await readContent(this.#database, place) };
  }

  /** Says how much of a piece is translated. */
  async progress({ job, ordinal }: Piece, done: number, total: number): Promise<void> {
    await this.#database.query(
      `UPDATE heed.piece SET done = $3, total = $4
       WHERE job = $1 AND ordinal = $2 AND finished_at IS NULL`,
      [job, ordinal, done, total],
    );
  }

  /** Whether somebody still waits for a piece. */
  async isWanted({ job, ordinal }: Piece): Promise<boolean> {
    const rows = await this.#database.query(
      `SELECT FROM heed.job JOIN heed.piece ON job = id
       WHERE id = $1 AND ordinal = $2 AND job.finished_at IS NULL AND piece.finished_at IS NULL`,
      [job, ordinal],
    );
    return rows.length > 0;
  }

  /**
   * Keeps what became of a piece, unless another worker has done so before; the last piece ends the job.
   *
   * @returns Whether it was kept.
   */
  async finish({ job, ordinal }: Piece, result: Uint8Array): Promise<boolean> {
    return await this.#database.transaction(async (queries) => {
      // Pieces of a job are finished one after another, so that one of them sees that it is the last.
      const open = await queries.query(
        "SELECT FROM heed.job WHERE id = $1 AND finished_at IS NULL FOR UPDATE",
        [job],
      );
      if (open.length === 0) return false;
      const finished = await queries.query(
        `UPDATE heed.piece SET finished_at = now(), done = total
         WHERE job = $1 AND ordinal = $2 AND finished_at IS NULL RETURNING 1`,
        [job, ordinal],
      );
      if (finished.length === 0) return false;
      await writeContent(queries, { job, part: "result", piece: ordinal }, result);
      await queries.query(
        `UPDATE heed.job SET state = 'done', finished_at = now() WHERE id = $1
         AND NOT EXISTS (SELECT FROM heed.piece WHERE job = $1 AND finished_at IS NULL)`,
        [job],
      );
      return true;
    }, { bytes: result.length });
  }

  /**
   * Ends a job without a result.
   *
   * @returns Whether it was still under way.
   */
  async end(
    id: string,
    { state, error }: { readonly state: "failed" | "cancelled"; readonly error?: string },
  ): Promise<boolean> {
    return await this.#database.transaction(async (queries) => {
      const ended = await queries.query(
        `UPDATE heed.job SET state = $2, error = $3, finished_at = now()
         WHERE id = $1 AND finished_at IS NULL RETURNING 1`,
        [id, state, error ?? null],
      );
      if (ended.length === 0) return false;
      await queries.query("DELETE FROM heed.content WHERE job = $1", [id]);
      return true;
    });
  }

  /** Forgets jobs that ended some hours ago, with their files. */
  async removeOld(hours: number): Promise<void> {
    await this.#database.query(
      "DELETE FROM heed.job WHERE finished_at < now() - make_interval(secs => $1::float8 * 3600)",
      [hours],
    );
  }
}
