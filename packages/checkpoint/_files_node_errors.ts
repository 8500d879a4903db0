import { showPath } from "./_location.ts";
import type { Path } from "./files.ts";

/** The system's name of what went wrong, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

const REASONS: Record<string, string> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "the system denies it",
  EPERM: "the system denies it",
  EEXIST: "it exists already",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
};

/**
 * Says what was tried with which file; an error that is about the content passes through unchanged.
 */
export function explain(action: string, path: Path, cause: unknown): unknown {
  const code = codeOf(cause);
  const reason = code === undefined ? undefined : REASONS[code] ?? (cause as Error).message;
  if (reason !== undefined) {
    return new Error(`Cannot ${action} ${showPath(path)}: ${reason}`, { cause });
  }
  if (cause instanceof Error && cause.name === "NotCapable") {
    return new Error(`Cannot ${action} ${showPath(path)}: ${cause.message}`, { cause });
  }
  return cause;
}
