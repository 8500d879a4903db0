import { files } from "@heed/checkpoint";

/** One line of the log: what happened at which step, and figures about it. */
export interface LogEntry {
  /** `start`, `step`, `evaluation`, `skipped`, `epoch`, `resume`, `failed` or `end`. */
  readonly event: string;
  /** Step after which it happened. */
  readonly step: number;
  /** Figures and texts. */
  readonly [key: string]: unknown;
}

/** A log on disk with one JSON object a line. */
export interface TrainingLog {
  /**
   * Adds a line.
   *
   * @param entry What happened.
   */
  write(entry: LogEntry): Promise<void>;
  /**
   * Tells how long the log is, to cut it back to here on a resume.
   *
   * @returns Bytes.
   */
  size(): Promise<number>;
}

/**
 * Opens a log and cuts off what was written after a checkpoint, because the steps after it come
 * again.
 *
 * @param path The file; its folder must exist.
 * @param options `keepBytes`: length at the checkpoint, 0 for a new run.
 * @returns The log.
 *
 * @example
 * ```ts
 * import { openTrainingLog } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const log = await openTrainingLog(path, { keepBytes: 0 });
 * await log.write({ event: "step", step: 1, loss: 2.5 });
 * assertEquals(await Deno.readTextFile(path), '{"event":"step","step":1,"loss":2.5}\n');
 * await Deno.remove(path);
 * ```
 */
export async function openTrainingLog(
  path: string | URL,
  { keepBytes }: { keepBytes: number },
): Promise<TrainingLog> {
  if (!await files.exists(path)) await files.writeAtomic(path, new Uint8Array());
  else if (await files.size(path) > keepBytes) await files.writeAtomic(path, head(path, keepBytes));
  return {
    write: (entry) => files.appendText(path, JSON.stringify(entry) + "\n"),
    size: () => files.size(path),
  };
}

async function* head(path: string | URL, bytes: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of files.stream(path)) {
    if (chunk.length >= bytes) {
      yield chunk.subarray(0, bytes);
      return;
    }
    bytes -= chunk.length;
    yield chunk;
  }
}
