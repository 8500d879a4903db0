/** HTTP statuses that an error of a request may have. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 500 | 503 | 504;

/**
 * A request that cannot be answered: what is wrong with it, and the HTTP status that says so.
 *
 * @example
 * ```ts
 * import { RequestError } from "@heed/server";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new RequestError(429, "Too many requests", { retryAfter: 30 });
 * assertEquals([error.status, error.retryAfter], [429, 30]);
 * ```
 */
export class RequestError extends Error {
  /** Kind of the error. */
  override readonly name = "RequestError";
  /** HTTP status of the answer. */
  readonly status: ErrorStatus;
  /** Seconds after which another try makes sense, where one does. */
  readonly retryAfter: number | undefined;

  /**
   * Makes the error.
   *
   * @param status HTTP status of the answer.
   * @param message What is wrong, for the client.
   * @param options `retryAfter`: seconds until another try makes sense; `cause`.
   */
  constructor(
    status: ErrorStatus,
    message: string,
    options: { readonly retryAfter?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.retryAfter = options.retryAfter;
  }
}

/** Says that a parameter of a request is not there. */
export function missing(name: string): RequestError {
  return new RequestError(400, `Invalid request: missing ${name} parameter`);
}
