import { type RouteConfig, z } from "@hono/zod-openapi";
import type { ServerApp } from "../routes/route_context.ts";
import { answers, errorAnswers, eventAnswers } from "./answers.ts";

const job = z.object({
  id: z.uuid(),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  fileName: z.string(),
  format: z.string(),
  source: z.string(),
  target: z.string(),
  total: z.int().openapi({ description: "Lines or texts of the file, as far as they are known" }),
  done: z.int().openapi({ description: "How many of them are translated" }),
  error: z.string().nullable(),
  result: z.string().nullable().openapi({ description: "Where the translated file is" }),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
}).openapi("Job");

const languages = {
  source: z.string().min(1).openapi({ description: "Code of its language, or `auto`" }),
  target: z.string().min(1),
  api_key: z.string().optional(),
};
const file = z.object({ file: z.string().openapi({ format: "binary" }), ...languages });
const text = z.object({
  text: z.string().min(1).openapi({ description: "Lines, each translated by itself" }),
  name: z.string().optional().openapi({ description: "Name of a file, which says its format" }),
  ...languages,
});

const tags = ["Jobs"];
const request = { params: z.object({ id: z.string() }) };
const known = [400, 403, 404, 500, 503];

const routes: readonly RouteConfig[] = [
  {
    tags,
    method: "post",
    path: "/v1/jobs",
    summary: "Takes a file, or lines of text, to be translated in the background",
    request: {
      body: {
        required: true,
        content: {
          "multipart/form-data": { schema: file },
          "application/json": { schema: text },
        },
      },
    },
    responses: {
      202: { description: "The job", content: { "application/json": { schema: job } } },
      ...errorAnswers(),
    },
  },
  {
    tags,
    method: "get",
    path: "/v1/jobs/{id}",
    summary: "How far a job is",
    request,
    responses: answers("The job", job, { errors: known }),
  },
  {
    tags,
    method: "delete",
    path: "/v1/jobs/{id}",
    summary: "Cancels a job that is not finished",
    request,
    responses: answers("The job", job, { errors: known }),
  },
  {
    tags,
    method: "get",
    path: "/v1/jobs/{id}/events",
    summary: "Tells how far a job is until it is finished",
    request,
    responses: eventAnswers(
      "Events `progress`, then `done`, `failed` or `cancelled`, each with the job",
    ),
  },
  {
    tags,
    method: "get",
    path: "/v1/jobs/{id}/result",
    summary: "The translated file",
    request,
    responses: {
      200: {
        description: "The file",
        content: { "application/octet-stream": { schema: z.string() } },
      },
      ...errorAnswers(known),
    },
  },
];

/** Describes the routes of jobs. */
export function describeJobs(app: ServerApp): void {
  for (const route of routes) app.openAPIRegistry.registerPath(route);
}
