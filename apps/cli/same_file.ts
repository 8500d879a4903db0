import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";

/** What tells files apart whatever they are called: the disk, and the number on it. */
export interface FileIdentity {
  /** Number of the disk. */
  readonly dev: number;
  /** Number of the file on its disk; null where the system has none. */
  readonly ino: number | null;
}

/** What a command reads while it writes. */
export interface Inputs {
  /** Files that the command reads. */
  readonly paths?: readonly string[];
  /** Whether it reads standard input, which may be a file too. */
  readonly standardInput?: boolean;
}

/**
 * Refuses an output that is one of the inputs, also under another name: a link of either kind, or the
 * file behind `< FILE`.
 */
export async function assertNotInput(
  path: string,
  { paths = [], standardInput = false }: Inputs,
  host: Pick<Host, "stdinFile">,
): Promise<void> {
  for (const input of paths) {
    if (await isSameFile(path, input)) {
      const known = path === input ? "" : ` ${input}`;
      throw new UsageError(`Cannot write to ${path}: it is the input${known}; name another file`);
    }
  }
  if (!standardInput) return;
  const input = host.stdinFile();
  const output = await identityOf(path);
  if (input !== undefined && output !== undefined && isSame(input, output)) {
    throw new UsageError(
      `Cannot write to ${path}: it is the input, standard input reads it; name another file`,
    );
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([identityOf(a), identityOf(b)]);
  if (first === undefined || second === undefined) return false;
  if (isSame(first, second)) return true;
  if (first.ino !== null && second.ino !== null) return false;
  return await Deno.realPath(a) === await Deno.realPath(b);
}

function isSame(a: FileIdentity, b: FileIdentity): boolean {
  return a.ino !== null && a.ino === b.ino && a.dev === b.dev;
}

/** A file that is written to and read from; undefined for one that is not there, and for a device or pipe. */
async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    const info = await Deno.stat(path);
    return info.isFile ? info : undefined;
  } catch {
    return undefined; // The output does not exist yet; a missing input is reported when it is opened.
  }
}
