import type { Hono } from "hono";
import type { RouteContext } from "../routes/route_context.ts";
import { SCRIPT, STYLE } from "./_page_files.ts";
import { Page } from "./page.tsx";
import { pageLanguage } from "./texts.ts";

/** Nothing of the page comes from elsewhere, and nothing elsewhere may frame it. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Adds the page and its two files. */
export function addPage(app: Hono, { service, settings }: RouteContext): void {
  app.get("/", (c) => {
    const locale = pageLanguage(c.req.query("lang") ?? c.req.header("Accept-Language"));
    c.header("Content-Security-Policy", policy);
    c.header("Vary", "Accept-Language");
    const { charLimit, frontendTimeout } = settings;
    const languages = service.languages.offered;
    return c.html(`<!DOCTYPE html>${Page({ locale, languages, charLimit, frontendTimeout })}`);
  });
  app.get("/page.js", (c) => c.body(SCRIPT, 200, { "Content-Type": "text/javascript" }));
  app.get("/page.css", (c) => c.body(STYLE, 200, { "Content-Type": "text/css" }));
}
