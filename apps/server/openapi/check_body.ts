import type { Context, MiddlewareHandler } from "hono";
import type { z } from "@hono/zod-openapi";
import { RequestError } from "../errors.ts";

/**
 * Refuses a body that is no JSON, before its schema is looked at, in the words that all routes have for it.
 */
export const requireJson: MiddlewareHandler = async (c: Context, next) => {
  if (c.req.method === "POST") {
    const type = (c.req.header("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
    if (type !== "application/json" && !type.endsWith("+json")) {
      throw new RequestError(400, "Invalid request: send JSON, as Content-Type: application/json");
    }
    try {
      await c.req.json(); // kept: whoever reads it next gets the same
    } catch (cause) {
      throw new RequestError(400, "Invalid JSON format", { cause });
    }
  }
  await next();
};

/** Turns what a schema says into an error, the first five of its problems by their place. */
export function refuseInvalid<Good extends { success: true }>(
  result: Good | { success: false; error: z.ZodError },
): asserts result is Good {
  if (result.success) return;
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message
  );
  throw new RequestError(400, `Invalid request: ${problems.slice(0, 5).join("; ")}`);
}
