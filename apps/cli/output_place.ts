import { fileError } from "./file_error.ts";

/** What of a file is used to write. */
export type OutputFile = Pick<
  Deno.FsFile,
  "write" | "truncate" | "syncData" | "close" | "tryLock" | "stat"
>;

/** Opens files. */
export type OpenOutputFile = (path: string, options: Deno.OpenOptions) => Promise<OutputFile>;

/** Where the bytes of an output go. */
export interface Place {
  /** The file, which no other process writes. */
  readonly file: OutputFile;
  /** Its path. */
  readonly writes: string;
  /** File whose place it takes at the end; undefined when it is written in place. */
  readonly replaces?: string;
  /** Whether it is written in place and may hold what must not go before there is a whole content. */
  readonly isKept: boolean;
  /** Whether it goes again when nothing is written. */
  readonly isNew: boolean;
}

/**
 * Opens `FILE.part` beside the file, so that a rename is one step. Devices and pipes are written in
 * place, and so is a file in whose folder nothing else may be written: `--allow-write=FILE` permits that
 * file only.
 */
export async function openPlace(path: string, open: OpenOutputFile): Promise<Place> {
  const target = await Deno.realPath(path).catch(() => path); // a link stays one, and what it names is replaced
  let older: Deno.FileInfo | undefined, isNew = false;
  try {
    older = await Deno.stat(target);
  } catch (error) {
    isNew = error instanceof Deno.errors.NotFound; // whatever else is wrong shows when it is opened
  }
  if (older !== undefined && !older.isFile) {
    const file = await openFor(path, { path, open });
    return { file, writes: path, isKept: false, isNew: false };
  }
  const part = `${target}.part`;
  const beside = await isPermitted(part) ? await openPart(part, { path, open }) : undefined;
  if (beside !== undefined) {
    return { file: beside, writes: part, replaces: target, isKept: false, isNew: true };
  }
  const file = await openAlone(path, { path, open });
  return { file, writes: path, isKept: true, isNew };
}

async function isPermitted(path: string): Promise<boolean> {
  // Asked for, and not just tried: in a terminal Deno would stop and ask the user.
  for (const name of ["write", "read"] as const) {
    if ((await Deno.permissions.query({ name, path })).state !== "granted") return false;
  }
  return true;
}

interface Opening {
  /** The name that the user gave. */
  readonly path: string;
  readonly open: OpenOutputFile;
}

/** Undefined when the system denies to write beside the file. What a killed run left is emptied. */
async function openPart(part: string, opening: Opening): Promise<OutputFile | undefined> {
  const there = await Deno.lstat(part).catch(() => undefined);
  if (there !== undefined && !there.isFile) {
    const kind = there.isDirectory ? "a folder" : "no plain file";
    throw new Error(`Cannot write ${opening.path}: ${part}, where it grows, is ${kind}; remove it`);
  }
  try {
    const file = await openAlone(part, opening);
    await file.truncate(0);
    return file;
  } catch (error) {
    if ((error as Error).cause instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}

/** Opens a file that no other process of Heed writes at the time; the system's lock ends with its process. */
async function openAlone(writes: string, { path, open }: Opening): Promise<OutputFile> {
  for (;;) {
    const file = await openFor(writes, { path, open });
    // Not every file system has locks; without them nothing can be told.
    if (!await file.tryLock(true).catch(() => true)) {
      file.close();
      throw new Error(
        `Cannot write ${path}: another process is writing ${writes}; ` +
          "wait for it, or name another file",
      );
    }
    // Between opening and locking, who had the file may have given it its name, or removed it.
    if (await isNamed(file, writes)) return file;
    file.close();
  }
}

async function openFor(writes: string, { path, open }: Opening): Promise<OutputFile> {
  try {
    return await open(writes, { write: true, create: true });
  } catch (cause) {
    throw fileError("write", { path, cause });
  }
}

/** Whether a path names an open file. */
async function isNamed(file: OutputFile, path: string): Promise<boolean> {
  try {
    const [{ ino }, named] = await Promise.all([file.stat(), Deno.stat(path)]);
    return ino === null || named.ino === ino;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound); // it may not be looked at: --allow-read is missing
  }
}
