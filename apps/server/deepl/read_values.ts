import type { Context } from "hono";
import { RequestError } from "../errors.ts";

/**
 * Reads the values of a request to DeepL's API: JSON, or a form, where a name that stands there several times is a list.
 * Some clients put everything in the query, as in a form.
 *
 * @throws {RequestError} 400 when the body is neither, or damaged.
 */
export async function readValues(c: Context): Promise<unknown> {
  const type = (c.req.header("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (type === "application/json") {
    try {
      return await c.req.json();
    } catch (cause) {
      throw new RequestError(400, "Invalid JSON format", { cause });
    }
  }
  const query = c.req.queries();
  if ("text" in query) {
    return Object.fromEntries(
      Object.entries(query).map(([name, values]) => [name, name === "text" ? values : values[0]]),
    );
  }
  if (type !== "application/x-www-form-urlencoded" && type !== "multipart/form-data") {
    throw new RequestError(400, "Invalid request: send JSON or a form");
  }
  try {
    return await c.req.parseBody({ all: true });
  } catch (cause) {
    throw new RequestError(400, "Invalid request: the form cannot be read", { cause });
  }
}
