import { createRoute } from "@hono/zod-openapi";
import { type PlaceLink, splitSentences } from "@heed/translation";
import { streamSSE } from "hono/streaming";
import { eventAnswers, jsonBody } from "../openapi/answers.ts";
import type { TranslatedText } from "../service.ts";
import type { RouteContext, ServerApp } from "../routes/route_context.ts";
import { admitTexts } from "./admit.ts";
import { attendedSentences } from "./attended_sentences.ts";
import { DraftFeed } from "./draft_feed.ts";
import { streamBody } from "./schemas.ts";
import { askedOf } from "./translation_request.ts";

const description = `Server-sent events, each with JSON:
\`detected\` (language and confidence, of \`auto\`), \`draft\` (what is certain so far of the sentence that comes next; each
holds the one before, and the sentence's \`text\` takes its place), \`text\` (sentence by sentence, white space too, in order),
\`sentence\` behind its text, where attention or alignment was asked for, \`done\`, and \`error\`.`;

const route = createRoute({
  method: "post",
  path: "/v1/translate/stream",
  tags: ["Heed"],
  summary: "Translates a text, and sends it as it is written",
  request: jsonBody(streamBody),
  responses: eventAnswers(description),
});

/** A part of the text: where it stands, and what becomes of it; white space stays as it is. */
interface Part {
  readonly start: number;
  readonly source: string;
  readonly result: Promise<TranslatedText | undefined>;
  readonly drafts: DraftFeed;
}

/** Adds `POST /v1/translate/stream`. */
export function addV1Stream(app: ServerApp, context: RouteContext): void {
  const { service, settings } = context;
  app.openapi(route, async (c) => {
    const body = c.req.valid("json");
    const { text, attention, alignment } = body;
    const isAuto = body.source.trim().toLowerCase() === "auto";
    const client = await admitTexts(c, [text], context);
    const detected = isAuto ? (await service.detect(text))[0] : undefined;
    const source = detected && detected.confidence > 0 ? detected.language : body.source;
    const left = new AbortController();
    const timer = setTimeout(
      () => left.abort(new Error("The request took too long")),
      settings.deadline * 1000,
    );
    const leave = () => left.abort(new Error("The client has gone"));
    const request = { ...askedOf(body), source, alternatives: 0, client, signal: left.signal };
    // All sentences are asked for at once and share batches; they are sent in their order.
    let end = 0;
    const parts = splitSentences(text, isAuto && source === body.source ? "en" : source).map(
      ({ text, isSentence }): Part => {
        const start = end;
        end += text.length;
        const drafts = new DraftFeed();
        const result = isSentence
          ? service.translate({
            ...request,
            texts: [text],
            // What is too long for the model is cut, and written at several places at once: the first is shown.
            onDraft: ({ sentence, translation }) => sentence === 0 && drafts.take(translation),
          }).then(([first]) => first)
          : Promise.resolve(undefined);
        result.catch(() => {}); // told when its turn comes
        return { start, source: text, result, drafts };
      },
    );
    const { signal } = c.req.raw;
    signal.addEventListener("abort", leave);
    try {
      // What is wrong with the request still has a status.
      if (parts[0]) await Promise.race([parts[0].result, parts[0].drafts.begun]);
    } catch (error) {
      clearTimeout(timer);
      leave(); // the other sentences are not wanted any more
      throw error;
    } finally {
      signal.removeEventListener("abort", leave);
    }
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => {
        clearTimeout(timer);
        leave();
      });
      const send = (event: string, data: unknown) =>
        stream.writeSSE({ event, data: JSON.stringify(data) });
      if (detected) await send("detected", detected);
      let at = 0;
      for (const { start, source, result, drafts } of parts) {
        for await (const draft of drafts.until(result)) await send("draft", { text: draft });
        const found = await result;
        const text = found?.text ?? source;
        await send("text", { text });
        if (found && (attention || alignment)) {
          const [best] = found.ranked;
          const links = best.alignment ?? [];
          await send("sentence", {
            alignment: alignment ? links.map((link) => moved(link, { start, at })) : undefined,
            sentences: attention ? attendedSentences(best) ?? [] : undefined,
          });
        }
        at += text.length;
      }
      await send("done", {});
      clearTimeout(timer);
    }, async (error, stream) => {
      clearTimeout(timer);
      leave();
      await stream.writeSSE({ event: "error", data: JSON.stringify({ error: error.message }) });
    });
  });
}

/** A link within a sentence, as one within the whole text. */
function moved({ source, target, score }: PlaceLink, by: { start: number; at: number }): PlaceLink {
  const place = ({ start, end }: PlaceLink["source"], by: number) => ({
    start: start + by,
    end: end + by,
  });
  return { source: place(source, by.start), target: place(target, by.at), score };
}
