import type { ServerApp } from "../routes/route_context.ts";

/** A document of OpenAPI 3.1. */
export type OpenApiDocument = ReturnType<ServerApp["getOpenAPI31Document"]>;

const description =
  "Translates with models that run in the server: LibreTranslate's API, more than that under `/v1`, and DeepL's and " +
  'OpenAI\'s for their clients. Every error is `{ "error": "..." }`.';

/**
 * Describes what an app answers. What is described and not there, because it is not configured, is left out.
 *
 * @param app The app, with all its routes.
 * @returns The document.
 */
export function documentOf(app: ServerApp): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Heed", version: "0.1.0", description, license: { name: "MIT" } },
    servers: [{ url: "./", description: "This server" }],
    tags: [
      { name: "LibreTranslate", description: "As LibreTranslate has it" },
      { name: "Heed", description: "All that the model knows, and streaming" },
      { name: "Jobs", description: "Files and texts of many lines, in the background" },
      { name: "DeepL", description: "As DeepL has it" },
      { name: "Models", description: "Vectors, labels, words and texts, in OpenAI's shapes" },
      { name: "Server", description: "The server itself" },
    ],
  });
  const known = new Set(app.routes.map(({ method, path }) => `${method} ${path}`));
  const paths = Object.entries(document.paths ?? {}).filter(([path, item]) => {
    const pattern = path.replaceAll(/\{([^}]+)\}/g, ":$1");
    return Object.keys(item).some((method) => known.has(`${method.toUpperCase()} ${pattern}`));
  });
  return { ...document, paths: Object.fromEntries(paths) };
}
