import { showPath } from "./_location.ts";
import type { Path, StreamOptions } from "./files.ts";

/** A server that sends nothing for this long is given up. */
export const IDLE_MS = 30_000;

/** A server sent nothing for too long. */
export class StalledError extends Error {
  override readonly name = "StalledError";
}

/** Waits for an answer or piece of one, and gives it up when nothing comes for too long. */
export async function inTime<T>(
  awaited: Promise<T>,
  idleMs: number,
  giveUp: (error: Error) => void,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new StalledError(`the server sent nothing for ${idleMs / 1000} s`);
      reject(error);
      giveUp(error);
    }, idleMs);
  });
  awaited.catch(() => {}); // After the time is up nobody else hears of it.
  try {
    return await Promise.race([awaited, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** The pieces of a body, each in time. */
export async function* piecesOf(
  response: Response,
  path: Path,
  { signal, idleMs = IDLE_MS }: Pick<StreamOptions, "signal" | "idleMs"> = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const piece = inTime(
        reader.read(),
        idleMs,
        (error) => void reader.cancel(error).catch(() => {}),
      );
      const { done, value } = await piece;
      if (done) return;
      yield value;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof StalledError ? cause.message : "the connection broke";
    throw new Error(`Cannot read ${showPath(path)}: ${reason}`, { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}
