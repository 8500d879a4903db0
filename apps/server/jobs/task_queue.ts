import type { ConstructorOptions, PgBoss } from "pg-boss";
import { type Database, type Queries, type Row, StoreError } from "../store/database.ts";
import type { Piece } from "./job.ts";

/** Pieces that wait for a worker. */
const pieces = "heed-piece";
/** Pieces that were begun again and again: the workers died of them. */
const abandoned = "heed-abandoned";

/** A number that only the making of the queues locks. */
const lockNumber = 0x48656565;

/** How often a piece is begun at most, restarts of workers counted. */
const mostTries = 30;

/** Does the work of a piece. */
export type PieceHandler = (
  piece: Piece,
  attempt: { readonly tries: number; readonly signal: AbortSignal },
) => Promise<void>;

/** Who does which piece when: pg-boss in the same database. */
export class TaskQueue {
  readonly #boss: PgBoss;
  readonly #stopping = new AbortController();

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  /**
   * Starts the queue, and makes its tables where they are missing.
   *
   * @param database Where it is kept.
   * @param options `onError`: told of what went wrong behind the scenes, such as a database that is away.
   */
  static async start(
    database: Database,
    { onError = () => {} }: { readonly onError?: (error: unknown) => void } = {},
  ): Promise<TaskQueue> {
    const { PgBoss } = await import("pg-boss");
    const boss = new PgBoss({
      db: bossDatabase(database),
      backend: database.isEmbedded ? "pglite" : "postgres",
      schedule: false,
      registerInstance: false,
      // How soon it is noticed that a worker is gone, after the 10 seconds that it may be silent.
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
    });
    boss.on("error", onError);
    await inTurn(database, () => makeQueues(boss));
    return new TaskQueue(boss);
  }

  /** Adds pieces, in the transaction that makes them. */
  async add(queries: Queries, added: readonly Piece[]): Promise<void> {
    const db = {
      executeSql: async (text: string, values?: unknown[]) =>
        rowsOf(await queries.query(text, values)),
    };
    await this.#boss.insert(pieces, added.map((data) => ({ data })), { db });
  }

  /**
   * Works pieces off, one or more at a time.
   *
   * @param handler Does the work; a piece whose handler throws is given out again.
   * @param options `atOnce`: pieces at a time; `onAbandoned`: told of a piece that was begun too often.
   */
  async work(
    handler: PieceHandler,
    { atOnce, onAbandoned }: {
      readonly atOnce: number;
      readonly onAbandoned: (piece: Piece) => Promise<unknown>;
    },
  ): Promise<void> {
    const options = { pollingIntervalSeconds: 0.5, localConcurrency: atOnce };
    await this.#boss.work<Piece>(pieces, options, async ([task]) => {
      const signal = AbortSignal.any([task.signal, this.#stopping.signal]);
      await handler(task.data, { tries: task.retryCount, signal });
    });
    await this.#boss.work<Piece>(abandoned, { pollingIntervalSeconds: 2 }, async ([task]) => {
      await onAbandoned(task.data);
    });
  }

  /** Gives back what is under way, so that another worker takes it up at once. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The worker is shutting down"));
    await this.#boss.stop({ close: false, timeout: 3000 });
  }
}

/** The last start of this process on each database. */
const turns = new WeakMap<Database, Promise<void>>();

/**
 * Queues that start together on an empty database take turns: two that make the same schema fail. Those of this process
 * wait for each other here, so that they do not hold all connections; those of others by a lock of the database.
 */
async function inTurn(database: Database, start: () => Promise<void>): Promise<void> {
  const locked = () =>
    database.isEmbedded ? start() : database.transaction(async (queries) => {
      await queries.query("SELECT pg_advisory_xact_lock($1)", [lockNumber]);
      await start();
    });
  const own = (turns.get(database) ?? Promise.resolve()).catch(() => {}).then(locked);
  turns.set(database, own);
  await own;
}

/** Makes the tables and the queues where they are missing. */
async function makeQueues(boss: PgBoss): Promise<void> {
  await boss.start();
  await boss.createQueue(abandoned, { retryLimit: mostTries, retryDelay: 1 });
  await boss.createQueue(pieces, {
    deadLetter: abandoned,
    heartbeatSeconds: 10,
    expireInSeconds: 6 * 3600,
    retryLimit: mostTries,
    retryDelay: 1,
    deleteAfterSeconds: 3600,
  });
  // Reads of the queue what `add` has to know, which may not ask from within a transaction.
  await boss.insert(pieces, []);
}

/** The database as pg-boss sees it, which looks at the errors of the driver. */
function bossDatabase(database: Database): NonNullable<ConstructorOptions["db"]> {
  return {
    async executeSql(text, values) {
      try {
        return rowsOf(
          await (values?.length ? database.query(text, values) : database.script(text)),
        );
      } catch (error) {
        throw error instanceof StoreError ? error.cause : error;
      }
    },
  };
}

function rowsOf(rows: readonly Row[]): { rows: Row[] } {
  return { rows: rows as Row[] };
}
