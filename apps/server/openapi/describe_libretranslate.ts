import { type RouteConfig, z } from "@hono/zod-openapi";
import { answers, errorAnswers } from "./answers.ts";
import type { ServerApp } from "../routes/route_context.ts";

/** One text, or a list of any length above 0. */
const texts = z.union([z.string().min(1), z.array(z.string()).min(1)]);
const code = z.string().min(1);
const key = z.string().nullish().openapi({ description: "Key, where the server wants one" });

const translateParameters = z.object({
  q: texts.openapi({ description: "Text, or list of texts", example: "Open the file." }),
  source: code.openapi({ description: "Code of its language, or `auto`", example: "en" }),
  target: code.openapi({ description: "Code of the language to translate into", example: "de" }),
  format: z.enum(["text", "html"]).nullish(),
  alternatives: z.int().nullish().openapi({
    description: "Further translations of each text",
  }),
  api_key: key,
});

const detected = z.object({ confidence: z.int().min(0).max(100), language: z.string() });
/** One, or of a list one for each. */
const each = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.array(schema)]);

const translated = z.object({
  translatedText: each(z.string()),
  detectedLanguage: each(detected).optional(),
  alternatives: each(z.array(z.string())).optional(),
});

const language = z.object({
  code: z.string(),
  name: z.string(),
  targets: z.array(z.string()),
}).openapi("Language");

const frontendSettings = z.object({
  apiKeys: z.boolean(),
  charLimit: z.int(),
  filesTranslation: z.boolean(),
  frontendTimeout: z.int(),
  keyRequired: z.boolean(),
  language: z.record(
    z.string(),
    z.object({
      code: z.string().optional(),
      name: z.string().optional(),
    }),
  ),
  suggestions: z.boolean(),
  supportedFilesFormat: z.array(z.string()),
});

const suggestion = z.object({
  q: z.string().min(1),
  s: z.string().min(1).openapi({ description: "The better translation" }),
  source: code,
  target: code,
  api_key: key,
});

const file = z.object({
  file: z.string().openapi({ format: "binary" }),
  source: code,
  target: code,
  api_key: key,
});

/** Every way in which LibreTranslate's clients send parameters. */
function body(schema: z.ZodObject): RouteConfig["request"] {
  return {
    body: {
      required: true,
      content: {
        "application/json": { schema },
        "application/x-www-form-urlencoded": { schema },
        "multipart/form-data": { schema },
      },
    },
  };
}

const libreTranslate = { tags: ["LibreTranslate"] };
const server = { tags: ["Server"] };
const text = (description: string, type: string) => ({
  200: { description, content: { [type]: { schema: z.string() } } },
});

const routes: readonly RouteConfig[] = [
  {
    ...libreTranslate,
    method: "post",
    path: "/translate",
    summary: "Translates a text or a list of them",
    request: body(translateParameters),
    responses: answers("A translation; of a list, lists", translated),
  },
  {
    ...libreTranslate,
    method: "post",
    path: "/detect",
    summary: "Detects the language of a text",
    request: body(translateParameters.pick({ q: true, api_key: true })),
    responses: answers("Languages, the likeliest first", z.array(detected)),
  },
  {
    ...libreTranslate,
    method: "get",
    path: "/languages",
    summary: "Languages on offer",
    responses: answers("Languages and their targets", z.array(language), { errors: [500] }),
  },
  {
    ...libreTranslate,
    method: "post",
    path: "/translate_file",
    summary: "Translates a file",
    request: { body: { required: true, content: { "multipart/form-data": { schema: file } } } },
    responses: answers("Where the translation is", z.object({ translatedFileUrl: z.string() })),
  },
  {
    ...libreTranslate,
    method: "get",
    path: "/download_file/{name}",
    summary: "A translated file",
    request: { params: z.object({ name: z.string() }) },
    responses: {
      ...text("The file", "application/octet-stream"),
      ...errorAnswers([400, 404, 500]),
    },
  },
  {
    ...libreTranslate,
    method: "post",
    path: "/suggest",
    summary: "Suggests a better translation",
    request: body(suggestion),
    responses: answers("Whether it was taken", z.object({ success: z.boolean() })),
  },
  {
    ...libreTranslate,
    method: "get",
    path: "/frontend/settings",
    summary: "Limits, and what the server offers",
    responses: answers("Settings", frontendSettings, { errors: [500] }),
  },
  {
    ...server,
    method: "get",
    path: "/health",
    summary: "Whether the server is up",
    responses: answers("It is", z.object({ status: z.literal("ok") }), { errors: [500] }),
  },
  {
    ...server,
    method: "get",
    path: "/metrics",
    summary: "Sentences waiting, batches running, models loaded, for Prometheus",
    responses: text("Metrics", "text/plain"),
  },
  {
    ...server,
    method: "get",
    path: "/spec",
    summary: "This document",
    responses: answers("OpenAPI 3.1", z.looseObject({ openapi: z.string() }), { errors: [500] }),
  },
  {
    ...server,
    method: "get",
    path: "/docs",
    summary: "This document, for people",
    responses: text("A page", "text/html"),
  },
];

/** Describes the routes that read their parameters in more ways than a schema says. */
export function describeLibreTranslate(app: ServerApp): void {
  for (const route of routes) app.openAPIRegistry.registerPath(route);
}
