import { asStoreError, type Database, type Queries, type Row } from "./database.ts";

/** What is used of node-postgres, whose types are in another package. */
interface Pool {
  query(text: string, values?: readonly unknown[]): Promise<Result | Result[]>;
  connect(): Promise<Client>;
  on(event: "error", listener: (error: Error) => void): void;
  end(): Promise<void>;
}

interface Client extends Pick<Pool, "query" | "on"> {
  off(event: "error", listener: (error: Error) => void): void;
  release(error?: unknown): void;
}

interface Result {
  readonly rows: readonly Row[];
}

/**
 * Connects to a PostgreSQL server.
 *
 * @param url Where it is, `postgres://user:password@host:port/database`.
 * @param options `connections`: most at once.
 * @returns The database, which connects when it is first used, and again after a loss.
 */
export async function openPostgres(url: string, { connections = 8 } = {}): Promise<Database> {
  const { default: pg } = await import("pg");
  const pool: Pool = new (pg.Pool as unknown as new (options: unknown) => Pool)({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    application_name: "heed",
  });
  // An idle connection that the server closed: the next statement opens another.
  pool.on("error", () => {});
  const run = async (text: string, values?: readonly unknown[]): Promise<readonly Row[]> => {
    const result = await asStoreError(pool.query(text, values));
    return Array.isArray(result) ? result.flatMap(({ rows }) => rows ?? []) : result.rows ?? [];
  };
  return {
    isEmbedded: false,
    query: run as Queries["query"],
    script: (text) => run(text),
    transaction: (work) => transaction(() => asStoreError(pool.connect()), work),
    close: () => pool.end(),
  };
}

async function transaction<T>(
  connect: () => Promise<Client>,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  const client = await connect();
  const query = async (text: string, values?: readonly unknown[]) =>
    (await asStoreError(client.query(text, values)) as Result).rows;
  // A connection that is lost fails its statement, and says so a second time, which would end the process.
  const ignore = () => {};
  client.on("error", ignore);
  let failure: unknown;
  try {
    await query("BEGIN");
    const result = await work({ query: query as Queries["query"] });
    await query("COMMIT");
    return result;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    // A connection whose transaction failed is closed, which also takes its statements back.
    client.release(failure ?? undefined);
    if (failure === undefined) client.off("error", ignore);
  }
}
