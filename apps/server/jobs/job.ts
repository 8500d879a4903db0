import type { DocumentFormat } from "@heed/documents";

/** How far a job is. */
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

/** A file that is translated, or was. */
export interface Job {
  /** Its name: whoever knows it may ask for the result. */
  readonly id: string;
  /** What the file is called. */
  readonly fileName: string;
  /** What the file is. */
  readonly format: DocumentFormat;
  /** Tag of its language, or `auto`. */
  readonly source: string;
  /** Tag of the language that it is translated into. */
  readonly target: string;
  /** How far it is. */
  readonly state: JobState;
  /** How many lines or texts it has; of a document this is known when it is read. */
  readonly total: number;
  /** How many of them are translated. */
  readonly done: number;
  /** Why it failed. */
  readonly error: string | null;
  /** When it was accepted. */
  readonly createdAt: Date;
  /** When the first piece was begun. */
  readonly startedAt: Date | null;
  /** When it ended. */
  readonly finishedAt: Date | null;
}

/** A file that is to be translated. */
export interface NewJob extends Pick<Job, "fileName" | "format" | "source" | "target"> {
  /** What is in it. */
  readonly bytes: Uint8Array;
}

/** A part of a file that one worker translates. */
export interface Piece {
  /** Id of the job. */
  readonly job: string;
  /** Its number; the result has them in this order. */
  readonly ordinal: number;
}

/** Whether nothing more will become of a job. */
export function isFinished({ state }: Pick<Job, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Takes files to be translated, and tells of them. */
export interface JobService {
  /**
   * Takes a job. When this returns, it is kept, whatever happens to this process.
   *
   * @param job The file.
   * @returns The job.
   * @throws {RequestError} 503 when too many wait.
   * @throws {StoreError} When the store is away, or full.
   */
  add(job: NewJob): Promise<Job>;
  /**
   * Finds a job.
   *
   * @throws {RequestError} 404 when there is none, or it was forgotten.
   */
  find(id: string): Promise<Job>;
  /**
   * Gives a job each time that it has come further, until it is finished. A store that is away meanwhile is waited for.
   *
   * @param id The job.
   * @param signal Ends it.
   */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<Job>;
  /** Ends a job, if it is not finished. */
  cancel(id: string): Promise<Job>;
  /** What became of a job that is done, a bounded part at a time, in order. */
  result(id: string): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}
