import { createRoute, z } from "@hono/zod-openapi";
import { answers, jsonBody, withModel } from "../openapi/answers.ts";
import { type RouteContext, type ServerApp, withinDeadline } from "../routes/route_context.ts";
import { admitTexts } from "./admit.ts";

const body = z.strictObject({
  texts: z.array(z.string()).min(1),
  model: z.string().optional().openapi({
    description: "Name of a model: the folder it is in. The first that can do it when left out",
  }),
});

const label = z.object({ label: z.string(), score: z.number() });
const classifyRoute = createRoute({
  method: "post",
  path: "/v1/classify",
  tags: ["Models"],
  summary: "Gives each text the label that a classifier finds likeliest",
  request: jsonBody(body.openapi("ClassifyRequest", { example: { texts: ["Where is my card?"] } })),
  responses: answers(
    "A label for each text, and the scores of all, the best first",
    z.object({
      model: z.string(),
      results: z.array(label.extend({ scores: z.array(label) })),
    }).openapi("Classified"),
    withModel,
  ),
});

const fillRoute = createRoute({
  method: "post",
  path: "/v1/fill-mask",
  tags: ["Models"],
  summary: "Guesses the words that are missing in texts",
  request: jsonBody(
    body.extend({
      top: z.int().min(1).max(100).default(5).openapi({ description: "Guesses for each gap" }),
    }).openapi("FillMaskRequest", { example: { texts: ["Where is my [MASK]?"] } }),
  ),
  responses: answers(
    "Guesses for each gap of each text, the best first",
    z.object({
      model: z.string(),
      results: z.array(z.object({
        gaps: z.array(z.array(z.object({
          token: z.string(),
          id: z.int(),
          score: z.number(),
          text: z.string(),
        }))),
      })),
    }).openapi("FilledMasks"),
    withModel,
  ),
});

/** Adds `POST /v1/classify`. */
export function addClassify(app: ServerApp, context: RouteContext): void {
  app.openapi(classifyRoute, async (c) => {
    const { texts, model } = c.req.valid("json");
    const client = await admitTexts(c, texts, context);
    const { name, queue } = await context.textModels.encoder(model, "sequence-classification");
    const found = await withinDeadline(
      c,
      context.settings,
      (signal) => queue.classify(texts, { client, signal }),
    );
    const results = found.map(({ label, score, scores }) => ({
      label,
      score,
      scores: [...scores],
    }));
    return c.json({ model: name, results }, 200);
  });
}

/** Adds `POST /v1/fill-mask`. */
export function addFillMask(app: ServerApp, context: RouteContext): void {
  app.openapi(fillRoute, async (c) => {
    const { texts, model, top } = c.req.valid("json");
    const client = await admitTexts(c, texts, context);
    const { name, queue } = await context.textModels.encoder(model, "masked-lm");
    const found = await withinDeadline(
      c,
      context.settings,
      (signal) => queue.fillMask(texts, { client, signal, top }),
    );
    return c.json({ model: name, results: found.map((gaps) => ({ gaps })) }, 200);
  });
}
