import { createRoute } from "@hono/zod-openapi";
import { answers, jsonBody } from "../openapi/answers.ts";
import type { TranslatedText } from "../service.ts";
import { checkAlternatives } from "../routes/limits.ts";
import { type RouteContext, type ServerApp, withinDeadline } from "../routes/route_context.ts";
import { admitTexts } from "./admit.ts";
import { attendedSentences } from "./attended_sentences.ts";
import { translateAnswer, translateBody, type TranslationJson } from "./schemas.ts";
import { askedOf } from "./translation_request.ts";

const route = createRoute({
  method: "post",
  path: "/v1/translate",
  tags: ["Heed"],
  summary: "Translates texts, and says all that the model knows",
  request: jsonBody(translateBody),
  responses: answers("A translation for each text", translateAnswer),
});

/** Adds `POST /v1/translate`. */
export function addV1Translate(app: ServerApp, context: RouteContext): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid("json");
    const { texts, source, alternatives, words, format, splitSentences } = body;
    checkAlternatives(alternatives, context.settings);
    const client = await admitTexts(c, texts, context);
    const asked = { ...askedOf(body), texts, source, alternatives, words, format, splitSentences };
    const results = await withinDeadline(
      c,
      context.settings,
      (signal) => context.service.translate({ ...asked, client, signal }),
    );
    return c.json(
      { translations: results.map(describe) },
      200,
    );
  });
}

function describe(
  { text, alternatives, detected, source, ranked }: TranslatedText,
): TranslationJson {
  const [best] = ranked;
  return {
    text,
    source,
    alternatives: [...alternatives],
    detected,
    score: best.score,
    confidence: best.confidence,
    untranslated: best.untranslated,
    hypotheses: ranked.map(({ translation, score, confidence }) => ({
      text: translation,
      score,
      confidence,
    })),
    words: best.words,
    alignment: best.alignment,
    sentences: attendedSentences(best),
  };
}
