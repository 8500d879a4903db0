import type { Context, Hono } from "hono";
import { htmlTexts } from "@heed/translation/html";
import { missing, RequestError } from "../errors.ts";
import { numberOf, type Parameters, readParameters, textOf, textsOf } from "../parameters.ts";
import type { TranslatedText, TranslationRequest } from "../service.ts";
import type { ServerSettings } from "../settings.ts";
import { type RouteContext, withinDeadline } from "./route_context.ts";

/** Adds `POST /translate`, as LibreTranslate has it. */
export function addTranslate(app: Hono, context: RouteContext): void {
  app.post("/translate", async (c) => c.json(await translate(c, context)));
}

/** What a request asks for. */
interface Asked extends Pick<TranslationRequest, "texts" | "source" | "target" | "alternatives"> {
  /** Whether `q` was a list. */
  readonly isList: boolean;
  readonly isHtml: boolean;
}

async function translate(c: Context, context: RouteContext): Promise<Record<string, unknown>> {
  const parameters = await readParameters(c);
  const { isList, isHtml, ...asked } = readAsked(parameters, context.settings);
  const client = await context.access.admit(c, parameters, lengthOf(asked.texts));
  const results = await withinDeadline(c, context.settings, (signal) => {
    const request = { ...asked, client, signal };
    return isHtml ? translateHtml(request, context) : context.service.translate(request);
  });
  const answer = <T>(of: (result: TranslatedText) => T): T | T[] =>
    isList ? results.map(of) : of(results[0]);
  return {
    ...(asked.alternatives > 0 ? { alternatives: answer((result) => result.alternatives) } : {}),
    ...(results.some(({ detected }) => detected)
      ? { detectedLanguage: answer((result) => result.detected) }
      : {}),
    translatedText: answer((result) => result.text),
  };
}

function readAsked(parameters: Parameters, settings: ServerSettings): Asked {
  const q = textsOf(parameters);
  if (q === undefined) throw missing("q");
  const source = textOf(parameters, "source");
  if (source === undefined) throw missing("source");
  const target = textOf(parameters, "target");
  if (target === undefined) throw missing("target");
  const alternatives = Math.max(0, numberOf(parameters, "alternatives", 0));
  if (settings.alternativesLimit >= 0 && alternatives > settings.alternativesLimit) {
    throw new RequestError(
      400,
      `Invalid request: alternatives parameter must be <= ${settings.alternativesLimit}`,
    );
  }
  const texts = typeof q === "string" ? [q] : q;
  checkLimit(texts.length, settings.batchLimit);
  checkLimit(lengthOf(texts), settings.charLimit);
  const format = textOf(parameters, "format") ?? "text";
  if (format !== "text" && format !== "html") {
    throw new RequestError(400, `${format.slice(0, 40)} format is not supported`);
  }
  const isList = typeof q !== "string";
  return { texts, source, target, alternatives, isList, isHtml: format === "html" };
}

/** Characters of all texts, as Python counts them. */
function lengthOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) for (const _ of text) length++;
  return length;
}

function checkLimit(size: number, limit: number): void {
  if (limit < 0 || size <= limit) return;
  throw new RequestError(400, `Invalid request: request (${size}) exceeds text limit (${limit})`);
}

/** Translates the texts in each piece of HTML; the language is detected of all its texts together. */
async function translateHtml(
  request: TranslationRequest,
  { service }: RouteContext,
): Promise<TranslatedText[]> {
  return await Promise.all(request.texts.map(async (html) => {
    const isAuto = request.source.trim().toLowerCase() === "auto";
    const detected = isAuto ? service.detect(htmlTexts(html).texts.join("\n"))[0] : undefined;
    const source = detected && detected.confidence > 0 ? detected.language : request.source;
    const asked = { ...request, source, texts: [html], format: "html" } as const;
    const [found] = await service.translate(asked);
    return { ...found, detected, source, translation: undefined };
  }));
}
