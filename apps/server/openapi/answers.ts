import { type RouteConfig, z } from "@hono/zod-openapi";

/** How every error looks. */
export const errorSchema = z.object({
  error: z.string().openapi({ example: "Invalid request: missing q parameter" }),
}).openapi("Error");

const reasons: Readonly<Record<number, string>> = {
  400: "The request is wrong; `error` says how",
  403: "The key is not valid",
  404: "There is no such thing",
  405: "The path has no such method",
  413: "The body is too large",
  429: "Too many requests or characters: see `Retry-After`",
  500: "The server failed",
  503: "Too much waits: see `Retry-After`",
  504: "The work took too long",
};

/** What any route that works for a client may answer instead. */
export const usual: readonly number[] = [400, 403, 413, 429, 500, 503, 504];

/**
 * The answers of a route: one that is good, and errors.
 *
 * @param description What the good answer is.
 * @param schema What it holds.
 * @param options `type` of its content, where it is not JSON; `errors`: statuses of the others.
 */
export function answers<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  { errors = usual }: { errors?: readonly number[] } = {},
): { 200: { description: string; content: { "application/json": { schema: Schema } } } } {
  return {
    200: { description, content: { "application/json": { schema } } },
    ...errorAnswers(errors),
  };
}

/** The answers that are errors. */
export function errorAnswers(statuses: readonly number[] = usual): RouteConfig["responses"] {
  return Object.fromEntries(statuses.map((status) => [status, {
    description: reasons[status],
    content: { "application/json": { schema: errorSchema } },
  }]));
}

/** A body that has to be there, as JSON. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
): { body: { required: true; content: { "application/json": { schema: Schema } } } } {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

/** An event that is sent. */
export const eventSchema = z.object({
  event: z.string().optional(),
  data: z.string().openapi({ description: "JSON, or how the last event ends" }),
});

/** The answers of a route that sends events. */
export function eventAnswers(description: string): { 200: { description: string } } {
  const good = { description, content: { "text/event-stream": { schema: eventSchema } } };
  return { 200: good, ...errorAnswers() };
}

/** What a route may answer that is asked for a model by name. */
export const withModel = { errors: [...usual, 404] };
