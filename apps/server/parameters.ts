import type { Context } from "hono";
import { RequestError } from "./errors.ts";

/** What a request says, and how it said it. */
export interface Parameters {
  /** Values by name, as they came. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether they came as JSON; texts of a form have their line ends made alike. */
  readonly isJson: boolean;
}

/** Line ends as Python's `splitlines` knows them, which clients of forms are used to. */
// deno-lint-ignore no-control-regex
const formLineEnd = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/u;

/**
 * Reads what a request says: JSON, a form, or the query string, which some clients use with an empty body, or with
 * one that says nothing (`[{}]`). The query goes before a form.
 *
 * @throws {RequestError} 400 when the body is not what its type says.
 */
export async function readParameters(context: Context): Promise<Parameters> {
  const query = context.req.query();
  const type = (context.req.header("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (type === "application/json" || type.endsWith("+json")) {
    const body = await jsonBody(context);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return { values: body as Record<string, unknown>, isJson: true };
    }
    if ("q" in query) return { values: query, isJson: false };
    throw new RequestError(400, "Invalid JSON format");
  }
  if (type === "application/x-www-form-urlencoded" || type === "multipart/form-data") {
    return { values: { ...await formBody(context), ...query }, isJson: false };
  }
  return { values: query, isJson: false };
}

async function jsonBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text.trim() === "" && "q" in context.req.query()) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError(400, "Invalid JSON format", { cause });
  }
}

async function formBody(context: Context): Promise<Record<string, unknown>> {
  try {
    return await context.req.parseBody();
  } catch (cause) {
    throw new RequestError(400, "Invalid request: the form cannot be read", { cause });
  }
}

/** One value as text; undefined when it is not there. Numbers and the like of JSON are refused. */
export function textOf({ values }: Parameters, name: string): string | undefined {
  const value = values[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new RequestError(400, `Invalid request: ${name} parameter must be text`);
}

/** One value as a whole number. */
export function numberOf({ values }: Parameters, name: string, fallback: number): number {
  const value = values[name];
  if (value === undefined || value === null || value === "") return fallback;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    throw new RequestError(400, `Invalid request: ${name} parameter is not a number`);
  }
  return number;
}

/**
 * The texts of a request, `q`: one, or a list of any length above 0. Undefined when there are none.
 *
 * @throws {RequestError} 400 when an item is not text.
 */
export function textsOf({ values, isJson }: Parameters): string | readonly string[] | undefined {
  const { q } = values;
  if (q === undefined || q === null || q === "") return undefined;
  if (typeof q === "string") return isJson ? q : unixLines(q);
  if (!Array.isArray(q) || !q.every((text) => typeof text === "string")) {
    throw new RequestError(400, "Invalid request: q parameter must be text or a list of texts");
  }
  return q.length > 0 ? q : undefined;
}

/** The lines of a form's text, ended alike; a last line end is not kept. */
function unixLines(text: string): string {
  const lines = text.split(formLineEnd);
  if (lines.at(-1) === "") lines.pop();
  return lines.join("\n");
}
