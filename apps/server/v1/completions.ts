import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { answers, eventSchema, jsonBody, withModel } from "../openapi/answers.ts";
import type { Written } from "../text_models/writer_queue.ts";
import type { WriterQueue } from "../text_models/writer_queue.ts";
import { type RouteContext, type ServerApp, withinDeadline } from "../routes/route_context.ts";
import { admitTexts } from "./admit.ts";
import {
  type CompletionChoice,
  completionsAnswer,
  completionsBody,
  type CompletionsRequest,
  type CompletionUsage,
} from "./completions_schemas.ts";

const good = answers(
  "The continued texts, or with `stream` events of pieces",
  completionsAnswer,
  withModel,
);
Object.assign(good[200].content, { "text/event-stream": { schema: eventSchema } });

const route = createRoute({
  method: "post",
  path: "/v1/completions",
  tags: ["Models"],
  summary: "Continues texts, as OpenAI has it",
  request: jsonBody(completionsBody),
  // Not told to the compiler, for which an answer is either JSON or events.
  responses: good as { 200: { description: string } },
});

/** A request, and who works for it. */
interface Work {
  readonly body: CompletionsRequest;
  readonly queue: WriterQueue;
  readonly client: string;
  readonly signal: AbortSignal;
}

/** Adds `POST /v1/completions`. */
export function addCompletions(app: ServerApp, context: RouteContext): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid("json");
    const prompts = promptsOf(body);
    const client = await admitTexts(c, prompts, context);
    const { name, queue } = await context.textModels.writer(body.model);
    for (const prompt of prompts) queue.checkPrompt(prompt, tokensOf(body));
    const head = {
      id: `cmpl-${crypto.randomUUID()}`,
      object: "text_completion" as const,
      created: Math.floor(Date.now() / 1000),
      model: name,
    };
    if (body.stream) return streamTexts(c, { body, queue, client, context, head });
    return await withinDeadline(c, context.settings, async (signal) => {
      const texts = prompts.map((prompt) => body.echo ? prompt : "");
      const written = await writeAll({ body, queue, client, signal }, (index, piece) => {
        texts[index] += piece;
      });
      const choices = written.map(({ reason }, index): CompletionChoice => ({
        text: texts[index],
        index,
        logprobs: null,
        finish_reason: reason,
      }));
      return c.json({ ...head, choices, usage: usageOf(written) });
    });
  });
}

function streamTexts(
  c: Context,
  { body, queue, client, context, head }: Omit<Work, "signal"> & {
    context: RouteContext;
    head: Record<string, unknown>;
  },
): Response {
  const left = new AbortController();
  const timer = setTimeout(
    () => left.abort(new Error("The request took too long")),
    context.settings.deadline * 1000,
  );
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => left.abort(new Error("The client has gone")));
    const send = (choices: readonly CompletionChoice[], more: Record<string, unknown> = {}) =>
      stream.writeSSE({ data: JSON.stringify({ ...head, choices, ...more }) });
    const sendPiece = (index: number, text: string, reason: Written["reason"] | null = null) =>
      send([{ text, index, logprobs: null, finish_reason: reason }]);
    try {
      if (body.echo) {
        for (const [index, prompt] of promptsOf(body).entries()) await sendPiece(index, prompt);
      }
      const work = { body, queue, client, signal: left.signal };
      const written = await writeAll(work, sendPiece);
      for (const [index, { reason }] of written.entries()) await sendPiece(index, "", reason);
      if (body.stream_options?.include_usage) await send([], { usage: usageOf(written) });
      await stream.writeSSE({ data: "[DONE]" });
    } finally {
      clearTimeout(timer);
      left.abort(new Error("The answer is complete"));
    }
  }, async (error, stream) => {
    await stream.writeSSE({ data: JSON.stringify({ error: { message: error.message } }) });
  });
}

/** Every prompt as often as it is to be continued. */
function promptsOf({ prompt, n }: CompletionsRequest): string[] {
  const prompts = typeof prompt === "string" ? [prompt] : prompt;
  return prompts.flatMap((prompt) => Array<string>(n ?? 1).fill(prompt));
}

/** OpenAI's default is 16. */
function tokensOf({ max_tokens }: CompletionsRequest): number {
  return max_tokens ?? 16;
}

/** Continues all prompts; when one cannot be, the others end. */
async function writeAll(
  { body, queue, client, signal }: Work,
  onPiece: (index: number, piece: string) => Promise<void> | void,
): Promise<Written[]> {
  const { temperature, top_p, stop, presence_penalty, frequency_penalty } = body;
  const seed = body.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const drawing = { doSample: true, temperature: temperature ?? 1, topP: top_p ?? 1 };
  try {
    return await Promise.all(
      promptsOf(body).map((prompt, index) =>
        queue.write(prompt, {
          client,
          signal: either,
          maxNewTokens: tokensOf(body),
          stop: typeof stop === "string" ? [stop] : stop ?? [],
          presencePenalty: presence_penalty ?? undefined,
          frequencyPenalty: frequency_penalty ?? undefined,
          ...(temperature === 0 ? { numBeams: 1 } : { ...drawing, seed: (seed + index) >>> 0 }),
          onPiece: (piece) => onPiece(index, piece),
        })
      ),
    );
  } catch (error) {
    ended.abort(error);
    throw error;
  }
}

function usageOf(written: readonly Written[]): CompletionUsage {
  const prompt = written.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const completion = written.reduce((sum, { newTokens }) => sum + newTokens, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}
