import type { Host } from "./host.ts";
import { UsageError } from "./failure.ts";

/** Where a command's results go: standard output or a file. */
export interface Output extends AsyncDisposable {
  /** Writes; what is written stays when the command is interrupted. */
  write(text: string): Promise<void>;
}

/** Options of {@linkcode openOutput}. */
export interface OutputOptions {
  /** File to write, replacing its content; standard output when left out. */
  readonly path?: string;
  /** File that the command reads meanwhile. */
  readonly inputPath?: string;
}

/** Opens the output of a command. */
export async function openOutput(
  host: Host,
  { path, inputPath }: OutputOptions,
): Promise<Output> {
  if (path === undefined) {
    return { write: (text) => host.writeOut(text), [Symbol.asyncDispose]: async () => {} };
  }
  if (inputPath !== undefined && await isSameFile(path, inputPath)) {
    throw new UsageError(`Cannot write to ${path}: it is the input; name another file`);
  }
  const file = await openFile(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  return {
    async write(text) {
      const bytes = encoder.encode(text);
      for (let start = 0; start < bytes.length;) {
        start += await file.write(bytes.subarray(start));
      }
    },
    [Symbol.asyncDispose]() {
      file.close();
      return Promise.resolve();
    },
  };
}

/** Opens a file, with an error that names it. */
export async function openFile(path: string, options: Deno.OpenOptions): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, options);
  } catch (cause) {
    throw fileError(options.write ? "write" : "read", { path, cause });
  }
}

/** Makes the operating system's error one that says what could not be done. */
export function fileError(
  action: "read" | "write",
  { path, cause }: { path: string; cause: unknown },
): unknown {
  const reasons: [new () => Error, string][] = [
    [Deno.errors.NotFound, action === "read" ? "there is no such file" : "there is no such folder"],
    [Deno.errors.PermissionDenied, "permission denied"],
    [Deno.errors.IsADirectory, "it is a folder"],
    [Deno.errors.NotADirectory, "a part of the path is not a folder"],
  ];
  const reason = reasons.find(([kind]) => cause instanceof kind)?.[1];
  return reason === undefined ? cause : new Error(`Cannot ${action} ${path}: ${reason}`, { cause });
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  try {
    return await Deno.realPath(a) === await Deno.realPath(b);
  } catch {
    return false; // the output does not exist yet, and a missing input is reported when it is opened
  }
}
