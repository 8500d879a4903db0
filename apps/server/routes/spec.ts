import { describeLibreTranslate } from "../openapi/describe_libretranslate.ts";
import { documentOf, type OpenApiDocument } from "../openapi/document.ts";
import type { ServerApp } from "./route_context.ts";

const page = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heed: API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
`;

/** Nobody else is asked, not even whether the document is valid. */
const start = `SwaggerUIBundle({ url: "spec", dom_id: "#docs", validatorUrl: null });\n`;

/** The page sets styles on its elements, and has pictures in its style sheet. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

const files = [
  {
    path: "/docs/swagger-ui.css",
    url: () => import.meta.resolve("swagger-ui-dist/swagger-ui.css"),
    type: "text/css",
  },
  {
    path: "/docs/swagger-ui-bundle.js",
    url: () => import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
    type: "text/javascript",
  },
] as const;

/** Never called: it makes the package a dependency that is installed and cached. */
export const _swaggerPackage = (): Promise<unknown> =>
  import("swagger-ui-dist/package.json", { with: { type: "json" } });

/** Adds `GET /spec`, what the server answers as OpenAPI 3.1, and `GET /docs`, the same for people. */
export function addSpec(app: ServerApp): void {
  describeLibreTranslate(app);
  let document: OpenApiDocument | undefined;
  app.get("/spec", (c) => c.json(document ??= documentOf(app)));
  app.get("/docs", (c) => {
    c.header("Content-Security-Policy", policy);
    return c.html(page);
  });
  app.get("/docs/start.js", (c) => c.body(start, 200, { "Content-Type": "text/javascript" }));
  for (const { path, url, type } of files) {
    app.get(path, async (c) => {
      const file = await (await fetch(url())).arrayBuffer();
      return c.body(file, 200, { "Content-Type": type, "Cache-Control": "max-age=86400" });
    });
  }
}
