import type { MiddlewareHandler } from "hono";
import type { ServerApp } from "./routes/route_context.ts";

/** A line of the log: what was asked and how it went, without anything that a client wrote. */
export interface RequestLogEntry {
  /** When the request came, as ISO 8601 has it. */
  readonly time: string;
  /** What the answer calls it, in `X-Request-Id`. */
  readonly id: string;
  /** The method. */
  readonly method: string;
  /** The route, such as `/v1/jobs/:id`; `*` for what is none. */
  readonly route: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Milliseconds until the answer began. */
  readonly milliseconds: number;
}

/** Tells of each request once its answer begins. */
export function logRequests(
  app: ServerApp,
  onRequest: (entry: RequestLogEntry) => void,
): MiddlewareHandler {
  return async (c, next) => {
    const begun = performance.now(), time = new Date().toISOString();
    await next();
    const { path, method } = c.req;
    onRequest({
      time,
      id: c.get("requestId"),
      method,
      route: routeOf(app, path),
      status: c.res.status,
      milliseconds: Math.round(performance.now() - begun),
    });
  };
}

/** A path may hold what a client wrote: only one that is a route is named, with its parameters' names. */
function routeOf(app: ServerApp, path: string): string {
  return app.routes.find((route) => isPathOf(route.path, path))?.path ?? "*";
}

/** Whether a path is one of a route, which may have parameters (`/jobs/:id`); a route of all paths has none. */
export function isPathOf(route: string, path: string): boolean {
  const parts = route.split("/"), own = path.split("/");
  return parts.length === own.length && !route.includes("*") &&
    parts.every((part, i) => part.startsWith(":") ? own[i] !== "" : part === own[i]);
}

/**
 * Describes an error of the server for its log: where it happened, and its message without what it quotes, which may be
 * a text of a client.
 *
 * @param error What was thrown.
 * @returns Kind, message and places.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const message = error.message.replace(
    /(["'`“„«])(?:\\.|(?!\1)[^\\”“»])*(?:\1|[”“»]|$)/gs,
    "$1…$1",
  );
  const places = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${message}`, ...places].join("\n");
}
