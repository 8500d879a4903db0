import { asStoreError, type Database, type Queries, type Row, StoreError } from "./database.ts";

/**
 * Opens a PostgreSQL that runs in this process.
 *
 * @param folder Where it keeps its files; undefined for one in memory.
 * @returns The database, which no other process can open until it is closed or this process ends.
 * @throws {Error} When another process has it open.
 */
export async function openPglite(folder?: string): Promise<Database> {
  const { PGlite } = await import("@electric-sql/pglite");
  const lock = folder === undefined ? undefined : await lockFolder(folder);
  const path = folder === undefined ? undefined : await preparedFolder(folder, PGlite.create);
  const lite = await PGlite.create(path === undefined ? {} : { dataDir: path });
  return {
    isEmbedded: true,
    query:
      (async (text: string, values?: readonly unknown[]) =>
        (await asStoreError(lite.query(text, values as unknown[]))).rows) as Queries["query"],
    script: (text) => asStoreError(script(lite, text)),
    async transaction(work, { bytes = 0 } = {}) {
      if (bytes > 0) await checkRoom(folder, bytes);
      let failure: unknown;
      const done = lite.transaction(async (client) => {
        const query = async (text: string, values?: readonly unknown[]) =>
          (await asStoreError(client.query(text, values as unknown[]))).rows;
        try {
          return await work({ query: query as Queries["query"] });
        } catch (error) {
          failure = error;
          throw error;
        }
      });
      return await done.catch((error) => {
        if (failure !== undefined) throw failure; // an error of the work is the work's
        return asStoreError(Promise.reject(error));
      }) as Awaited<ReturnType<typeof work>>;
    },
    async close() {
      await lite.close();
      lock?.close();
    },
  };
}

/** Bytes that are left free: PostgreSQL in this process does not outlive a disk that is full. */
const reserve = 64 << 20;

/** Refuses what would fill the disk: it is written twice, in the log and in the table. */
async function checkRoom(folder: string | undefined, bytes: number): Promise<void> {
  const permission = { name: "sys", kind: "statfs" } as unknown as Deno.SysPermissionDescriptor;
  if (folder === undefined || Deno.permissions.querySync(permission).state !== "granted") return;
  const { statfs } = await import("node:fs/promises");
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= 3 * bytes + reserve) return;
  throw new StoreError({ code: "53100", message: "No space left on device" });
}

/** What is used of PGlite. */
interface Lite {
  exec(text: string): Promise<readonly { readonly rows?: readonly unknown[] }[]>;
  close(): Promise<void>;
}

/** pg-boss begins transactions in its scripts: one that failed must not hold up the only connection. */
async function script(lite: Lite, text: string): Promise<readonly Row[]> {
  try {
    const results = await lite.exec(text);
    return results.flatMap(({ rows }) => rows ?? []) as Row[];
  } catch (error) {
    await lite.exec("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Takes a lock that ends with the process, however it ends. */
async function lockFolder(folder: string): Promise<Deno.FsFile> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(`${folder}/lock`, { create: true, write: true });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new Error(
    `Cannot open the store in ${folder}: another process has it open; stop that one, ` +
      "choose another folder, or give several processes a PostgreSQL by DATABASE_URL",
  );
}

/** The folder of the data, which is made aside: a process that is killed meanwhile leaves none that is half made. */
async function preparedFolder(
  folder: string,
  create: (path: string) => Promise<Lite>,
): Promise<string> {
  const path = `${folder}/data`;
  try {
    await Deno.stat(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const aside = `${folder}/new`;
  await Deno.remove(aside, { recursive: true }).catch(() => {});
  const lite = await create(aside);
  await lite.close();
  await Deno.rename(aside, path);
  return path;
}
