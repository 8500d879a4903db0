const reasonsByKind: readonly [new () => Error, (action: "read" | "write") => string][] = [
  [
    Deno.errors.NotFound,
    (action) => action === "read" ? "there is no such file" : "there is no such folder",
  ],
  [Deno.errors.PermissionDenied, () => "permission denied"],
  [Deno.errors.IsADirectory, () => "it is a folder"],
  [Deno.errors.NotADirectory, () => "a part of the path is not a folder"],
];

const reasonsByCode: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space and run again",
  EDQUOT: "your quota of the disk is used up; free some space and run again",
  EROFS: "the disk is read-only; name a file on another",
  EIO: "the disk does not answer; check it, or name a file on another",
};

/** Makes the operating system's error one that says what could not be done, and what to do. */
export function fileError(
  action: "read" | "write",
  { path, cause }: { path: string; cause: unknown },
): unknown {
  const code = (cause as { code?: string } | null)?.code;
  const reason = reasonsByKind.find(([kind]) => cause instanceof kind)?.[1](action) ??
    (code === undefined ? undefined : reasonsByCode[code]) ?? systemMessage(cause);
  return reason === undefined ? cause : new Error(`Cannot ${action} ${path}: ${reason}`, { cause });
}

/** What the system says of an error that has no other words here. */
function systemMessage(cause: unknown): string | undefined {
  // Who reads no more has what it wanted, and what begins so names its file already.
  if (cause instanceof Deno.errors.BrokenPipe || !(cause instanceof Error)) return undefined;
  const { message } = cause;
  return / \(os error \d+\)/.test(message) && !message.startsWith("Cannot ") ? message : undefined;
}
