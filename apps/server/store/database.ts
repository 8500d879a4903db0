/** A row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** What runs statements: a database, or a transaction in it. */
export interface Queries {
  /**
   * Runs one statement.
   *
   * @param text SQL, with `$1`, `$2`, ... for values.
   * @param values The values.
   * @returns The rows that it gives.
   * @throws {StoreError} When it fails.
   */
  query<T extends Row = Row>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
}

/** PostgreSQL, in this process or elsewhere: the same SQL. */
export interface Database extends Queries {
  /** Whether it runs in this process, which is then the only one that has it. */
  readonly isEmbedded: boolean;
  /**
   * Runs any number of statements without values; what pg-boss sends.
   *
   * @returns The rows of all of them.
   */
  script(text: string): Promise<readonly Row[]>;
  /**
   * Does work that is kept whole or not at all.
   *
   * @param work The work.
   * @param options `bytes`: about how much it keeps; where there is no room for it, it is not begun.
   * @throws {StoreError} When it cannot be kept.
   */
  transaction<Result>(
    work: (queries: Queries) => Promise<Result>,
    options?: { readonly bytes?: number },
  ): Promise<Result>;
  /** Writes everything and lets go. */
  close(): Promise<void>;
}

/** Classes of SQLSTATE that pass: connections, resources (a full disk), an operator at work, conflicts. */
const passingStates = /^(08|53|57|58|40)/;

/**
 * A statement failed, or the database cannot be reached.
 *
 * @example
 * ```ts
 * import { StoreError } from "@heed/server/store";
 * import { assertEquals } from "@std/assert";
 *
 * const full = new StoreError({ code: "53100", message: "No space left on device" });
 * assertEquals([full.isPassing, full.state], [true, "53100"]);
 * ```
 */
export class StoreError extends Error {
  /** Kind of the error. */
  override readonly name = "StoreError";
  /** SQLSTATE; undefined where the database was not reached. */
  readonly state: string | undefined;
  /** Whether the same may work later: the database is away, or its disk is full. */
  readonly isPassing: boolean;

  /** Whether there is no room for more. */
  get isFull(): boolean {
    return this.state?.startsWith("53") ?? false;
  }

  /**
   * Wraps an error of a driver.
   *
   * @param cause The error.
   */
  constructor(cause: unknown) {
    const { message, code } = cause as { message?: string; code?: unknown };
    super(`Cannot use the store: ${message || code || cause}`, { cause });
    this.state = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
    this.isPassing = this.state === undefined || passingStates.test(this.state);
  }
}

/** Gives what `work` gives, its errors as {@linkcode StoreError}. */
export async function asStoreError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError(error);
  }
}
