import type { Hono } from "hono";
import type { RouteContext } from "../routes/route_context.ts";

/** Adds the page. */
export function addPage(app: Hono, _context: RouteContext): void {
  app.get("/", (c) => c.text("Heed"));
}
