import { assertEquals, assertRejects } from "@std/assert";
import type { z } from "zod";
import { createApp } from "../app.ts";
import { fakeModels } from "../testing/fake_models.ts";
import { withTinyModels } from "../testing/tiny_text_models.ts";
import type { streamBody, translateBody, TranslationJson } from "../v1/schemas.ts";
import { HeedClient, ServerRefusal } from "./heed_client.ts";
import type { ClientTextOptions, ClientTranslateOptions, ClientTranslation } from "./types.ts";

/** Does not compile unless two types say the same, `readonly` left aside. */
type Same<A, B> = Both<Plain<A>, Plain<B>> & Both<keyof A, keyof B>;
type Both<A, B> = [A] extends [B] ? [B] extends [A] ? true : never : never;
type Plain<T> = { -readonly [Key in keyof T]: T[Key] };

Deno.test("the client's types are those of the routes' schemas", () => {
  const same: [
    Same<ClientTextOptions & { texts: string[] }, z.input<typeof translateBody>>,
    Same<ClientTranslateOptions & { text: string }, z.input<typeof streamBody>>,
    Same<ClientTranslation, TranslationJson>,
  ] = [true, true, true];
  assertEquals(same.length, 3);
});

function client(options: Partial<Parameters<typeof createApp>[0]> = {}, apiKey?: string) {
  const app = createApp({ models: fakeModels(), ...options });
  return new HeedClient("http://heed.test/", { apiKey, fetch: app.request });
}

Deno.test("HeedClient translates, streams, detects and lists", async () => {
  const heed = client();
  const how = { source: "en", target: "de" };
  const [{ text, hypotheses }] = await heed.translate(["Open it."], { ...how, alternatives: 1 });
  assertEquals([text, hypotheses.length], ["OPEN IT.", 2]);
  const events = await Array.fromAsync(
    heed.translateStream("Öffne.  Zwei.\n", { source: "auto", target: "en", alignment: true }),
  );
  const pieces = events.flatMap(({ event, data }) => event === "text" ? [data.text] : []);
  assertEquals(pieces.join(""), "ÖFFNE.  ZWEI.\n");
  assertEquals([...new Set(events.map(({ event }) => event))], ["detected", "text", "sentence"]);
  assertEquals((await heed.detect("Guten Morgen, wie geht es dir?"))[0].language, "de");
  assertEquals((await heed.languages()).map(({ code }) => code), ["en", "de"]);
});

Deno.test("HeedClient sends its key, and tells what the server refuses", async () => {
  const settings = { apiKeys: ["secret"], requestsPerMinute: 1 };
  const heed = client({ settings }, "secret");
  const how = { source: "en", target: "de" };
  assertEquals((await heed.translate(["a"], how))[0].text, "A");
  const slow = await assertRejects(() => heed.translate(["a"], how), ServerRefusal, "Slowdown");
  assertEquals([slow.status, slow.retryAfter! > 0], [429, true]);
  const wrong = client({ settings }, "wrong");
  await assertRejects(() => wrong.translate(["a"], how), ServerRefusal, "Invalid API key");
  const streamed = () => Array.fromAsync(client().translateStream("a", { target: "zz" }));
  await assertRejects(streamed, ServerRefusal, "zz is not supported");
});

Deno.test("HeedClient embeds", () =>
  withTinyModels(async (textModels) => {
    const [first, again] = await client({ textModels }).embed(["the cat", "the cat"]);
    assertEquals(first, again);
    assertEquals(first.length, 20);
  }));
