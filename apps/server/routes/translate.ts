import type { Context, Hono } from "hono";
import { missing, RequestError } from "../errors.ts";
import { numberOf, type Parameters, readParameters, textOf, textsOf } from "../parameters.ts";
import type { TranslatedText, TranslationRequest } from "../service.ts";
import type { ServerSettings } from "../settings.ts";
import { charactersOf, checkAlternatives, checkTexts } from "./limits.ts";
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
  const { texts } = asked;
  const client = await context.access.admit(c, parameters, charactersOf(texts), texts.length);
  const format = isHtml ? "html" : "text";
  const results = await withinDeadline(
    c,
    context.settings,
    (signal) => context.service.translate({ ...asked, format, client, signal, textsOnly: true }),
  );
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
  checkAlternatives(alternatives, settings);
  const texts = typeof q === "string" ? [q] : q;
  checkTexts(texts, settings);
  const format = textOf(parameters, "format") ?? "text";
  if (format !== "text" && format !== "html") {
    throw new RequestError(400, `${format.slice(0, 40)} format is not supported`);
  }
  const isList = typeof q !== "string";
  return { texts, source, target, alternatives, isList, isHtml: format === "html" };
}
