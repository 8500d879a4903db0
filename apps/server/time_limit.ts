import type { MiddlewareHandler } from "hono";
import { RequestError } from "./errors.ts";

/**
 * Gives up a request whose answer has not begun in time. All work has a deadline of its own, so that what is left is a
 * body that does not come.
 *
 * @param seconds More than the work may take.
 */
export function limitTime(seconds: number): MiddlewareHandler {
  return async (_c, next) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new RequestError(408, "The request did not come in time");
      timer = setTimeout(() => reject(error), seconds * 1000);
    });
    try {
      await Promise.race([next(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
