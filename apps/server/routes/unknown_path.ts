import type { Context } from "hono";
import { getPath } from "hono/utils/url";
import { RequestError } from "../errors.ts";
import { isPathOf } from "../request_log.ts";
import type { ServerApp } from "./route_context.ts";

/** The path of a request as routes have it: some clients put a slash behind the address, and one more before the path. */
export function plainPath(request: Request): string {
  return getPath(request).replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
}

/** Answers what no route does: 404, or 405 with the methods that the path has. */
export function addUnknownPath(app: ServerApp): void {
  app.all("*", (c) => {
    const methods = methodsOf(app, c.req.path);
    if (methods.length === 0) throw new RequestError(404, "Not found");
    c.header("Allow", methods.join(", "));
    throw new RequestError(405, `${nameOf(c)} is not allowed here`);
  });
}

function methodsOf(app: ServerApp, path: string): string[] {
  const found = new Set<string>();
  for (const route of app.routes) {
    if (route.method === "ALL" || !isPathOf(route.path, path)) continue;
    found.add(route.method);
    if (route.method === "GET") found.add("HEAD");
  }
  return [...found];
}

/** A method's name, of which a stranger may make anything. */
function nameOf({ req }: Context): string {
  return /^[A-Z]{1,20}$/.test(req.method) ? req.method : "The method";
}
