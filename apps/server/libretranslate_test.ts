import { assert, assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import type { ServerSettings } from "./settings.ts";
import { fakeModels } from "./testing/fake_models.ts";

function server(settings: Partial<ServerSettings> = {}) {
  return createApp({ models: fakeModels(), settings });
}

async function post(
  path: string,
  body: unknown,
  settings?: Partial<ServerSettings>,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const answer = await server(settings).request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

const ask = { q: "Open it.", source: "en", target: "de" };

Deno.test("POST /translate translates a text, a list, and what is empty in it", async () => {
  assertEquals((await post("/translate", ask)).body, { translatedText: "OPEN IT." });
  const list = await post("/translate", { ...ask, q: ["One.  Two.\n", "", " ", "-"] });
  assertEquals(list.body, { translatedText: ["ONE.  TWO.\n", "", " ", "-"] });
});

Deno.test("POST /translate detects the language of each item", async () => {
  const { body } = await post("/translate", {
    q: ["Guten Morgen, wie geht es dir heute?", "Where is the next railway station?"],
    source: "auto",
    target: "en",
  });
  const { detectedLanguage, translatedText } = body as {
    detectedLanguage: { language: string; confidence: number }[];
    translatedText: string[];
  };
  assertEquals(detectedLanguage.map(({ language }) => language), ["de", "en"]);
  assert(detectedLanguage.every(({ confidence }) => Number.isInteger(confidence)));
  // English into English stays as it is.
  assertEquals(translatedText[1], "Where is the next railway station?");
  assertEquals(translatedText[0], "GUTEN MORGEN, WIE GEHT ES DIR HEUTE?");
});

Deno.test("POST /translate gives emoji back, detected as en at 0", async () => {
  const { body } = await post("/translate", { q: "😆", source: "auto", target: "de" });
  assertEquals(body, {
    detectedLanguage: { confidence: 0, language: "en" },
    translatedText: "😆",
  });
});

Deno.test("POST /translate gives alternatives", async () => {
  const one = await post("/translate", { ...ask, alternatives: 2 });
  assertEquals(one.body, { translatedText: "OPEN IT.", alternatives: ["OPEN IT.!", "OPEN IT.!!"] });
  const list = await post("/translate", { ...ask, q: ["a", "b"], alternatives: 1 });
  assertEquals(list.body, { translatedText: ["A", "B"], alternatives: [["A!"], ["B!"]] });
});

Deno.test("POST /translate keeps the tags of HTML", async () => {
  const q = '<p class="x">Open <b>it</b> &amp; go.</p>';
  const { body } = await post("/translate", { ...ask, q, format: "html" });
  assertEquals(body, { translatedText: '<p class="x">OPEN <b>IT</b> &amp; GO.</p>' });
});

Deno.test("POST /translate takes what clients send: forms, queries, bodies that say nothing", async () => {
  const app = server();
  const expected = { translatedText: "OPEN IT." };
  const query = `/translate?${new URLSearchParams(ask)}`;
  const json = { "Content-Type": "application/json" };
  const form = new FormData();
  for (const [name, value] of Object.entries(ask)) form.set(name, value);
  const requests: [string, RequestInit][] = [
    ["/translate", { body: new URLSearchParams(ask) }],
    ["/translate", { body: form }],
    [query, {}],
    [query, { headers: json, body: "[{}]" }],
    [query, { headers: json }],
    [query, { headers: { "Content-Type": "text/plain" }, body: "nothing" }],
  ];
  for (const [path, init] of requests) {
    const answer = await app.request(path, { method: "POST", ...init });
    assertEquals(await answer.json(), expected, JSON.stringify([path, init]));
  }
});

Deno.test("POST /translate makes the line ends of a form alike", async () => {
  const q = "a\r\nb\rc\u2028d\n";
  const body = new URLSearchParams({ ...ask, q });
  const answer = await server().request("/translate", { method: "POST", body });
  assertEquals(await answer.json(), { translatedText: "A\nB\nC\nD" });
  assertEquals((await post("/translate", { ...ask, q })).body, {
    translatedText: "A\r\nB\rC\u2028D\n",
  });
});

Deno.test("POST /translate takes codes in any case, and names of its own", async () => {
  for (const [source, target] of [["EN", "De"], ["en-US", "de_AT"], ["eng", "deu"]]) {
    assertEquals((await post("/translate", { ...ask, source, target })).status, 200, source);
  }
});

const refusals: readonly [unknown, number, string][] = [
  [{ source: "en", target: "de" }, 400, "Invalid request: missing q parameter"],
  [{ ...ask, q: "" }, 400, "Invalid request: missing q parameter"],
  [{ ...ask, q: [] }, 400, "Invalid request: missing q parameter"],
  [{ ...ask, source: undefined }, 400, "Invalid request: missing source parameter"],
  [{ ...ask, target: null }, 400, "Invalid request: missing target parameter"],
  [{ ...ask, q: 5 }, 400, "Invalid request: q parameter must be text or a list of texts"],
  [{ ...ask, q: ["a", null] }, 400, "Invalid request: q parameter must be text or a list of texts"],
  [{ ...ask, source: 5 }, 400, "Invalid request: source parameter must be text"],
  [{ ...ask, source: "zz" }, 400, "zz is not supported"],
  [{ ...ask, target: "zz" }, 400, "zz is not supported"],
  [{ ...ask, format: "pdf" }, 400, "pdf format is not supported"],
  [{ ...ask, alternatives: "x" }, 400, "Invalid request: alternatives parameter is not a number"],
  [{ ...ask, alternatives: 99 }, 400, "Invalid request: alternatives parameter must be <= 8"],
  [{ ...ask, q: "a".repeat(21) }, 400, "Invalid request: request (21) exceeds text limit (20)"],
  [{ ...ask, q: ["a", "b", "c"] }, 400, "Invalid request: request (3) exceeds text limit (2)"],
  ["[1]", 400, "Invalid JSON format"],
  ["null", 400, "Invalid JSON format"],
  ["{", 400, "Invalid JSON format"],
  ["", 400, "Invalid JSON format"],
];

Deno.test("POST /translate says what is wrong with a request", async () => {
  for (const [body, status, error] of refusals) {
    const answer = await post("/translate", body, { charLimit: 20, batchLimit: 2 });
    assertEquals([answer.status, answer.body], [status, { error }], JSON.stringify(body));
  }
});

Deno.test("POST /translate counts characters, not UTF-16 units", async () => {
  const answer = await post("/translate", { ...ask, q: "😆".repeat(20) }, { charLimit: 20 });
  assertEquals(answer.status, 200);
});

Deno.test("a pair without a model is refused by name", async () => {
  const { status, body } = await post("/translate", {
    q: "Où est la gare de cette petite ville ?",
    source: "auto",
    target: "de",
  });
  assertEquals([status, body], [400, { error: "fr is not supported" }]);
});

Deno.test("keys let clients in", async () => {
  const settings = { apiKeys: ["secret"] };
  const error = (error: string) => ({ error });
  assertEquals(
    (await post("/translate", ask, settings)).body,
    error("Please contact the server operator to get an API key"),
  );
  const wrong = await post("/translate", { ...ask, api_key: "wrong" }, settings);
  assertEquals([wrong.status, wrong.body], [403, error("Invalid API key")]);
  assertEquals((await post("/translate", { ...ask, api_key: "secret" }, settings)).status, 200);
});

Deno.test("limits slow a client down, a batch by its length", async () => {
  const app = server({ requestsPerMinute: 2, charactersPerMinute: 10 });
  const post = async (q: string) => {
    const body = new URLSearchParams({ ...ask, q });
    const answer = await app.request("/translate", { method: "POST", body });
    return [answer.status, answer.headers.has("Retry-After")];
  };
  assertEquals(await post("12345"), [200, false]);
  assertEquals(await post("123456"), [429, true]); // six more characters than ten
  assertEquals(await post("1"), [429, true]); // the third request
});

Deno.test("POST /detect names languages, the likeliest first", async () => {
  const { body } = await post("/detect", { q: "Guten Morgen, wie geht es dir?" });
  const [first] = body as { confidence: number; language: string }[];
  assertEquals(first.language, "de");
  assert(Number.isInteger(first.confidence) && first.confidence > 50);
  assertEquals((await post("/detect", {})).status, 400);
  const [hello] = (await post("/detect", { q: "Hello world" })).body as { language: string }[];
  assert(["en", "de"].includes(hello.language)); // Norwegian by a hair, which is not on offer
});

Deno.test("GET /languages, /frontend/settings, /health and /metrics inform", async () => {
  const app = server();
  assertEquals(await (await app.request("/languages")).json(), [
    { code: "en", name: "English", targets: ["de"] },
    { code: "de", name: "German", targets: ["en"] },
  ]);
  assertEquals(await (await app.request("/health")).json(), { status: "ok" });
  const settings = await (await app.request("/frontend/settings")).json();
  assertEquals(settings.language.source, { code: "auto", name: "Auto Detect" });
  assertEquals([settings.charLimit, settings.keyRequired], [20_000, false]);
  assert((await (await app.request("/metrics")).text()).includes("\nheed_sentences_waiting 0\n"));
});

Deno.test("errors of every kind are JSON", async () => {
  const app = server({ bodyLimit: 100 });
  const cases: [string, RequestInit, number][] = [
    ["/nowhere", {}, 404],
    ["/translate", {}, 405],
    ["/translate", { method: "POST", body: "x".repeat(101) }, 413],
    ["/translate", {
      method: "POST",
      body: "x",
      headers: { "Content-Type": "multipart/form-data" },
    }, 400],
  ];
  for (const [path, init, status] of cases) {
    const answer = await app.request(path, init);
    assertEquals(answer.status, status, path);
    assertEquals(typeof (await answer.json()).error, "string");
  }
});

Deno.test("pages of other sites may ask", async () => {
  const answer = await server().request("/languages", { headers: { Origin: "https://a.example" } });
  assertEquals(answer.headers.get("Access-Control-Allow-Origin"), "*");
});
