import type { LocalRequest } from "./local_translations.ts";

/** What the page asks of its worker. */
export interface ToBrowserWorker {
  /** Number of the question, which its answers have too. */
  readonly id: number;
  readonly ask: "prepare" | "stream" | "translate" | "cancel";
  readonly body: LocalRequest;
}

/** What the worker tells: `progress`, `detected`, `text`, and at last `done` or `error`. */
export interface FromBrowserWorker {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}
