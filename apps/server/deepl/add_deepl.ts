import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RequestError } from "../errors.ts";
import { answers } from "../openapi/answers.ts";
import { refuseInvalid } from "../openapi/check_body.ts";
import { charactersOf } from "../routes/limits.ts";
import { type RouteContext, type ServerApp, withinDeadline } from "../routes/route_context.ts";
import { admitTexts } from "../v1/admit.ts";
import { readValues } from "./read_values.ts";
import {
  deeplAnswer,
  deeplBody as schema,
  deeplLanguages,
  deeplUsage,
  refusedNames,
} from "./schemas.ts";

/** The limit that DeepL gives where there is none. */
const noLimit = 1_000_000_000_000;

const languagesQuery = z.object({ type: z.enum(["source", "target"]).default("source") });

const tags = ["DeepL"];
const translate: RouteConfig = {
  tags,
  method: "post",
  path: "/v2/translate",
  summary: "Translates texts",
  request: {
    body: {
      required: true,
      content: { "application/json": { schema }, "application/x-www-form-urlencoded": { schema } },
    },
  },
  responses: answers("A translation for each text", deeplAnswer),
};
const languages: RouteConfig = {
  tags,
  method: "get",
  path: "/v2/languages",
  summary: "Languages on offer",
  request: { query: languagesQuery },
  responses: answers("Languages", deeplLanguages),
};
const usage: RouteConfig = {
  tags,
  method: "get",
  path: "/v2/usage",
  summary: "Characters that the client had translated since the server began",
  responses: answers("Characters", deeplUsage),
};

/** Adds DeepL's API, for its clients: `POST /v2/translate`, `GET /v2/languages`, `GET /v2/usage`. */
export function addDeepL(app: ServerApp, context: RouteContext): void {
  const { service, access } = context;
  for (const route of [translate, languages, usage]) app.openAPIRegistry.registerPath(route);
  app.post(translate.path, async (c) => c.json(await answer(c, context)));
  app.get(languages.path, async (c) => {
    const query = languagesQuery.safeParse(c.req.query());
    refuseInvalid(query);
    await admitTexts(c, [], context);
    const { offered } = service.languages;
    const targets = new Set(offered.flatMap(({ targets }) => targets));
    const isWanted = query.data.type === "target"
      ? ({ code }: { code: string }) => targets.has(code)
      : ({ targets }: { targets: readonly string[] }) => targets.length > 0;
    return c.json(
      offered.filter(isWanted).map(({ code, name }) => ({
        language: code.toUpperCase(),
        name,
        supports_formality: false,
      })),
    );
  });
  app.get(usage.path, async (c) => {
    const client = await admitTexts(c, [], context);
    return c.json({ character_count: access.charactersOf(client), character_limit: noLimit });
  });
}

async function answer(c: Context, context: RouteContext): Promise<z.input<typeof deeplAnswer>> {
  const values = await readValues(c);
  const parsed = schema.safeParse(values);
  refuseInvalid(parsed);
  const refused = refusedNames.find((name) => name in (values as object));
  if (refused) throw new RequestError(400, `Invalid request: ${refused} is not supported`);
  const { text: texts, source_lang, target_lang, tag_handling, ...asked } = parsed.data;
  const { auth_key } = values as { auth_key?: unknown };
  const client = await admitTexts(c, texts, { ...context, key: auth_key });
  const results = await withinDeadline(
    c,
    context.settings,
    (signal) =>
      context.service.translate({
        texts,
        source: source_lang ?? "auto",
        target: target_lang,
        alternatives: 0,
        format: tag_handling === undefined ? "text" : "html",
        splitSentences: asked.split_sentences,
        client,
        signal,
      }),
  );
  return {
    translations: results.map(({ text, source }, i) => ({
      detected_source_language: source.toUpperCase(),
      text,
      billed_characters: asked.show_billed_characters ? charactersOf([texts[i]]) : undefined,
    })),
  };
}
