import type { Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { splitSentences } from "@heed/translation";
import { z } from "zod";
import { RequestError } from "../errors.ts";
import type { TranslatedText } from "../service.ts";
import { type RouteContext, withinDeadline } from "./route_context.ts";

/** What `POST /v1/translate` takes. */
export const translateBody = z.strictObject({
  /** The texts. */
  texts: z.array(z.string()).min(1),
  /** Tag of their language, or `auto`. */
  source: z.string().min(1).default("auto"),
  /** Tag of the language to translate into. */
  target: z.string().min(1),
  /** Further translations of each text. */
  alternatives: z.int().min(0).default(0),
  /** Whether tokens and attention are given. */
  attention: z.boolean().default(false),
  /** Whether words, their places and how sure the model is of each are given. */
  words: z.boolean().default(false),
});

const streamBody = translateBody.pick({ source: true, target: true }).extend({ text: z.string() });

/** Adds Heed's own way to translate: everything that the model knows, and streaming. */
export function addV1(app: Hono, context: RouteContext): void {
  app.post("/v1/translate", async (c) => {
    const body = await bodyOf(c, translateBody);
    const client = await admit(c, { context, texts: body.texts });
    const results = await withinDeadline(
      c,
      context.settings,
      (signal) => context.service.translate({ ...body, client, signal }),
    );
    return c.json({ translations: results.map(describe) });
  });
  app.post("/v1/translate/stream", async (c) => {
    const { text, source, target } = await bodyOf(c, streamBody);
    const client = await admit(c, { context, texts: [text] });
    const detected = source === "auto" ? context.service.detect(text)[0] : undefined;
    const from = detected && detected.confidence > 0 ? detected.language : source;
    const left = new AbortController();
    const timer = setTimeout(
      () => left.abort(new Error("The request took too long")),
      context.settings.deadline * 1000,
    );
    const request = { source: from, target, alternatives: 0, client, signal: left.signal };
    // All sentences are asked for at once and share batches; they are sent in their order.
    const translated = splitSentences(text, from === "auto" ? "en" : from).map((
      { text, isSentence },
    ) =>
      isSentence
        ? context.service.translate({ ...request, texts: [text] }).then(([first]) => first.text)
        : Promise.resolve(text)
    );
    for (const one of translated) one.catch(() => {}); // told when its turn comes
    try {
      await translated[0]; // what is wrong with the request still has a status
    } catch (error) {
      clearTimeout(timer);
      throw error;
    }
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => {
        clearTimeout(timer);
        left.abort(new Error("The client has gone"));
      });
      if (detected) await stream.writeSSE({ event: "detected", data: JSON.stringify(detected) });
      for (const one of translated) {
        await stream.writeSSE({ event: "text", data: JSON.stringify({ text: await one }) });
      }
      await stream.writeSSE({ event: "done", data: "{}" });
      clearTimeout(timer);
    }, async (error, stream) => {
      clearTimeout(timer);
      await stream.writeSSE({ event: "error", data: JSON.stringify({ error: error.message }) });
    });
  });
}

async function bodyOf<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(await c.req.text());
  } catch (cause) {
    throw new RequestError(400, "Invalid JSON format", { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message
  );
  throw new RequestError(400, `Invalid request: ${problems.slice(0, 5).join("; ")}`);
}

async function admit(
  c: Context,
  { context, texts }: { context: RouteContext; texts: readonly string[] },
): Promise<string> {
  const { access, settings } = context;
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  for (
    const [size, limit] of [[texts.length, settings.batchLimit], [length, settings.charLimit]]
  ) {
    if (limit < 0 || size <= limit) continue;
    throw new RequestError(400, `Invalid request: request (${size}) exceeds text limit (${limit})`);
  }
  return await access.admit(c, { values: {}, isJson: true }, length);
}

function describe(result: TranslatedText): Record<string, unknown> {
  const { text, alternatives, detected, source, translation } = result;
  return {
    text,
    source,
    alternatives,
    detected,
    score: translation?.score,
    confidence: translation?.confidence,
    words: translation?.words,
    sentences: translation?.sentences ?? (translation?.attention &&
      [{
        source: translation.source,
        translation: translation.translation,
        sourceTokens: translation.sourceTokens,
        targetTokens: translation.targetTokens,
        attention: translation.attention,
      }]),
  };
}
