/// <reference lib="dom" />
import { eventsOf } from "../client/events.ts";
import { showRequest, showResponse } from "./exchange.ts";
import { keyHeaders } from "./server_settings.ts";
import type { Answer, TranslationSource } from "./translation_source.ts";

/** Translates on the server. */
export const serverSource: TranslationSource = {
  async stream(asked, { signal, onEvent }) {
    const answer = await post("v1/translate/stream", asked, signal);
    for await (const { event, data } of eventsOf(answer.body!)) {
      if (signal.aborted) return;
      const content = JSON.parse(data);
      if (event === "error") throw new Error(content.error);
      onEvent(event, content);
    }
  },

  async translate({ text, ...asked }, signal): Promise<Answer> {
    const body = { texts: [text], ...asked, alignment: true, attention: true };
    showRequest("v1/translate", body);
    const answer = await (await post("v1/translate", body, signal)).json();
    showResponse(answer);
    return answer.translations[0];
  },
};

async function post(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...keyHeaders() },
    body: JSON.stringify(body),
    signal,
  });
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({ error: answer.statusText }));
  throw new Error(error);
}
