import { assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import type { ServerSettings } from "./settings.ts";
import { fakeModels } from "./testing/fake_models.ts";

function server(settings: Partial<ServerSettings> = {}) {
  return createApp({ models: fakeModels(), settings });
}

async function post(
  body: BodyInit | Record<string, unknown>,
  app = server(),
): Promise<{ status: number; body: unknown }> {
  const isJson = typeof body === "string" || Object.getPrototypeOf(body) === Object.prototype;
  const answer = await app.request("/v2/translate", {
    method: "POST",
    headers: isJson ? { "Content-Type": "application/json" } : {},
    body: isJson && typeof body !== "string" ? JSON.stringify(body) : body as BodyInit,
  });
  return { status: answer.status, body: await answer.json() };
}

const one = (text: string) => ({ translations: [{ detected_source_language: "EN", text }] });

Deno.test("POST /v2/translate takes JSON and forms", async () => {
  const ask = { source_lang: "EN", target_lang: "DE" };
  assertEquals((await post({ ...ask, text: ["Open it."] })).body, one("OPEN IT."));
  assertEquals(
    (await post(new URLSearchParams({ ...ask, text: "Open it." }))).body,
    one("OPEN IT."),
  );
  const two = new URLSearchParams(ask);
  for (const text of ["a", "b"]) two.append("text", text);
  assertEquals((await post(two)).body, {
    translations: ["A", "B"].map((text) => ({ detected_source_language: "EN", text })),
  });
});

Deno.test("POST /v2/translate takes everything from the query, the key too", async () => {
  const app = server({ apiKeys: ["secret"] });
  const query = new URLSearchParams({
    source_lang: "EN",
    target_lang: "DE",
    text: "a",
    auth_key: "secret",
  });
  query.append("text", "b");
  const answer = await app.request(`/v2/translate?${query}`, { method: "POST", body: "" });
  assertEquals((await answer.json()).translations.map(({ text }: { text: string }) => text), [
    "A",
    "B",
  ]);
});

Deno.test("POST /v2/translate detects each text, and reads what its clients send", async () => {
  const { body } = await post({
    text: ["Guten Morgen, wie geht es dir heute?", "Where is the railway station?"],
    target_lang: "EN-US",
    show_billed_characters: true,
    context: "nothing",
    formality: "prefer_more",
    model_type: "prefer_quality_optimized",
  });
  assertEquals(body, {
    translations: [
      {
        detected_source_language: "DE",
        text: "GUTEN MORGEN, WIE GEHT ES DIR HEUTE?",
        billed_characters: 36,
      },
      {
        detected_source_language: "EN",
        text: "Where is the railway station?",
        billed_characters: 29,
      },
    ],
  });
  const form = new URLSearchParams({ text: "One. Two.", source_lang: "en", target_lang: "de" });
  form.set("split_sentences", "0");
  assertEquals((await post(form)).body, one("ONE. TWO."));
});

Deno.test("POST /v2/translate keeps the tags of HTML and XML", async () => {
  const ask = { source_lang: "EN", target_lang: "DE" };
  for (
    const [tag_handling, text, expected] of [
      ["html", "<p>Open <b>it</b>.</p>", "<p>OPEN <b>IT</b>.</p>"],
      [
        "xml",
        '<Part id="1">Open <x id="2"/> it.</Part>',
        '<Part id="1">OPEN <x id="2"/> IT.</Part>',
      ],
    ]
  ) {
    assertEquals((await post({ ...ask, text: [text], tag_handling })).body, one(expected));
  }
});

const ask = { text: ["a"], target_lang: "DE" };
const refusals: readonly [BodyInit | Record<string, unknown>, string][] = [
  ["{", "Invalid JSON format"],
  ["[]", "Invalid request: Invalid input: expected object, received array"],
  ["", "Invalid JSON format"],
  [new Blob(["text=a"], { type: "text/plain" }), "Invalid request: send JSON or a form"],
  [{ target_lang: "DE" }, "Invalid request: text: must be text or a list of texts"],
  [
    { text: ["a"] },
    "Invalid request: target_lang: Invalid input: expected string, received undefined",
  ],
  [{ ...ask, text: [] }, "Invalid request: text: Too small: expected array to have >=1 items"],
  [{ ...ask, target_lang: "ZZ" }, "ZZ is not supported"],
  [{ ...ask, glossary_id: "x" }, "Invalid request: glossary_id is not supported"],
  [{ ...ask, ignore_tags: ["x"] }, "Invalid request: ignore_tags is not supported"],
  [
    { ...ask, formality: "more" },
    "Invalid request: formality: only default, prefer_more and prefer_less are supported: models have one formality",
  ],
  [{ ...ask, text: ["a".repeat(21)] }, "Invalid request: request (21) exceeds text limit (20)"],
];

Deno.test("POST /v2/translate says what is wrong, where DeepL's clients look for it", async () => {
  for (const [body, message] of refusals) {
    const answer = await post(body, server({ charLimit: 20 }));
    assertEquals(answer, { status: 400, body: { error: message, message } }, JSON.stringify(body));
  }
});

Deno.test("GET /v2/languages lists sources and targets", async () => {
  for (const path of ["/v2/languages", "/v2/languages?type=target"]) {
    assertEquals(await (await server().request(path)).json(), [
      { language: "EN", name: "English", supports_formality: false },
      { language: "DE", name: "German", supports_formality: false },
    ]);
  }
});

Deno.test("GET /v2/languages refuses another type", async () => {
  assertEquals((await server().request("/v2/languages?type=all")).status, 400);
});

Deno.test("GET /v2/usage counts a client's characters; keys are DeepL's", async () => {
  const app = server({ apiKeys: ["secret", "other"] });
  const as = (key: string) => ({ headers: { Authorization: `DeepL-Auth-Key ${key}` } });
  const body = new URLSearchParams({ text: "Hello 😆", source_lang: "EN", target_lang: "DE" });
  assertEquals(
    (await app.request("/v2/translate", { method: "POST", body, ...as("secret") })).status,
    200,
  );
  const usage = async (key: string) => (await (await app.request("/v2/usage", as(key))).json());
  assertEquals(await usage("secret"), { character_count: 7, character_limit: 1e12 });
  assertEquals((await usage("other")).character_count, 0);
  const refused = await app.request("/v2/usage", as("wrong"));
  assertEquals([refused.status, (await refused.json()).message], [403, "Invalid API key"]);
});
