/** A PostgreSQL server of a test's own. */
export interface PostgresServer extends AsyncDisposable {
  /** Address of a database in it. */
  readonly url: string;
  /** Starts it again after {@linkcode stop}. */
  start(): Promise<void>;
  /** Ends it at once, as a crash does. */
  stop(): Promise<void>;
}

/** Where PostgreSQL's programs may be, besides the PATH. */
const folders = [
  "",
  "/usr/local/bin/",
  ...[18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin/`),
];

function programs(): string | undefined {
  return folders.find((folder) => {
    try {
      const run = (name: string) =>
        new Deno.Command(`${folder}${name}`, {
          args: ["--version"],
          stderr: "null",
          stdout: "null",
        })
          .outputSync().success;
      return run("initdb") && run("pg_ctl");
    } catch {
      return false;
    }
  });
}

const found = programs();

/** Why there is no PostgreSQL for tests here; undefined where there is. */
export const noPostgres: string | undefined = found === undefined
  ? "no initdb and pg_ctl on the PATH: install PostgreSQL (Debian: postgresql)"
  : undefined;

if (noPostgres) console.warn(`Tests on PostgreSQL are ignored: ${noPostgres}`);

/**
 * Starts a PostgreSQL server with an empty database. It does not run as root: there it runs as `nobody`.
 *
 * @returns The server, which ends, and whose files go, with the `using` block.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await Deno.makeTempDir({ prefix: "heed_postgres_" });
  const data = `${folder}/data`;
  const isRoot = Deno.uid() === 0;
  if (isRoot) await run(["chown", "nobody", folder]);
  const asUser = (args: readonly string[]) =>
    run(isRoot ? ["setpriv", "--reuid=nobody", "--clear-groups", ...args] : args);
  const port = freePort();
  await asUser([`${found}initdb`, "-D", data, "-U", "heed", "-A", "trust", "-E", "UTF8", "-N"]);
  const options = `-p ${port} -k ${folder} -h 127.0.0.1`;
  const control = (...args: string[]) =>
    asUser([`${found}pg_ctl`, "-D", data, "-w", "-l", `${folder}/log`, ...args]);
  const start = () => control("-o", options, "start");
  const stop = () => control("-m", "immediate", "stop");
  await start();
  return {
    url: `postgres://heed@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop().catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function run([program, ...args]: readonly string[]): Promise<void> {
  // Not piped: the server that pg_ctl starts would hold the pipe open.
  const { success, code } = await new Deno.Command(program, {
    args,
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: it ended with ${code}`);
}
