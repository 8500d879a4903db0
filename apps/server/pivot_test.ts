import { assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { Models } from "./models.ts";
import { pivotPairs } from "./pivot_pairs.ts";
import { fakeParts } from "./testing/fake_models.ts";

/** A server for fr-en and en-de, and which of its models were asked. */
function server() {
  const asked: string[] = [];
  const pairs = [{ source: "fr", target: "en" }, { source: "en", target: "de" }];
  const models = new Models(pairs.map((pair) => ({
    pairs: [pair],
    load: () =>
      Promise.resolve({
        ...fakeParts({
          onBatch: () => asked.push(`${pair.source}-${pair.target}`),
        }),
        languages: [pair],
      }),
  })));
  return { app: createApp({ models }), asked };
}

async function post(path: string, body: unknown, { app } = server()) {
  const headers = { "Content-Type": "application/json" };
  const answer = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

Deno.test("GET /languages lists what goes by way of English", async () => {
  const languages = await (await server().app.request("/languages")).json();
  const targets = languages.map(({ code, targets }: { code: string; targets: string[] }) => [
    code,
    targets,
  ]);
  assertEquals(Object.fromEntries(targets).fr, ["de", "en"]);
});

Deno.test("POST /translate goes by way of English where no model translates a pair", async () => {
  const { app, asked } = server();
  const ask = { q: ["Bonjour.", "<p>Le chat</p>"], source: "fr", target: "de" };
  const { body } = await post("/translate", { ...ask, format: "html" }, { app, asked });
  assertEquals(body, { translatedText: ["BONJOUR.", "<p>LE CHAT</p>"] });
  assertEquals([...new Set(asked)], ["fr-en", "en-de"]);
});

Deno.test("what needs one model is refused for a pair that takes two", async () => {
  const ask = { texts: ["Bonjour."], source: "fr", target: "de" };
  const where = "not available from French (fr) to German (de): two models translate it, by way " +
    "of English";
  for (
    const [what, how] of [
      ["Attention", { attention: true }],
      ["A glossary", { glossary: { Bonjour: "Tag" } }],
    ] as const
  ) {
    const { status, body } = await post("/v1/translate", { ...ask, ...how });
    assertEquals([status, body.error], [400, `${what} is ${where}`]);
  }
  const { body } = await post("/v1/translate", { ...ask, alignment: true });
  assertEquals(body.translations[0].alignment.length > 0, true);
});

Deno.test("pivotPairs() finds each pair once that no model translates", () => {
  const pair = (names: string) => {
    const [source, target] = names.split(" ");
    return { source, target };
  };
  const found = (...pairs: string[]) =>
    pivotPairs(pairs.map(pair)).map(({ source, target }) => `${source} ${target}`);
  assertEquals(found("en de", "de en"), []);
  assertEquals(found("fr en", "en de", "en es", "fr es"), ["fr de"]);
  assertEquals(found("fr en", "fr en", "eng de"), ["fr de"]);
  assertEquals(found("fr es", "es de"), []);
});
