import { createRoute, z } from "@hono/zod-openapi";
import { answers } from "../openapi/answers.ts";
import type { RouteContext, ServerApp } from "../routes/route_context.ts";

const route = createRoute({
  method: "get",
  path: "/v1/models",
  tags: ["Models"],
  summary: "Models for vectors, labels, words and texts, as OpenAI has it",
  responses: answers(
    "Models",
    z.object({
      object: z.literal("list"),
      data: z.array(z.object({
        id: z.string(),
        object: z.literal("model"),
        created: z.int(),
        owned_by: z.string(),
      })),
    }),
    { errors: [500] },
  ),
});

/** Adds `GET /v1/models`. */
export function addListModels(app: ServerApp, { textModels }: RouteContext): void {
  app.openapi(route, (c) =>
    c.json({
      object: "list" as const,
      data: textModels.names.map((id) => ({
        id,
        object: "model" as const,
        created: 0,
        owned_by: "heed",
      })),
    }, 200));
}
