import { assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { fakeModels } from "./testing/fake_models.ts";

function post(path: string, body: unknown): Promise<Response> {
  const app = createApp({ models: fakeModels() });
  return Promise.resolve(app.request(path, { method: "POST", body: JSON.stringify(body) }));
}

Deno.test("POST /v1/translate gives scores, alternatives, tokens and attention", async () => {
  const answer = await post("/v1/translate", {
    texts: ["ab", ""],
    source: "en",
    target: "de",
    alternatives: 1,
    attention: true,
  });
  const { translations } = await answer.json();
  assertEquals(translations[0], {
    text: "AB",
    source: "en",
    alternatives: ["AB!"],
    score: 0,
    sentences: [{
      source: "ab",
      translation: "AB",
      sourceTokens: ["a", "b"],
      targetTokens: ["A", "B"],
      attention: [[0.5, 0.5], [0.5, 0.5]],
    }],
  });
  assertEquals(translations[1].text, "");
});

Deno.test("POST /v1/translate names what is wrong", async () => {
  const answer = await post("/v1/translate", { texts: [1], target: "de", extra: true });
  assertEquals(answer.status, 400);
  const { error } = await answer.json();
  assertEquals(error.startsWith("Invalid request: texts.0: "), true, error);
  assertEquals((await post("/v1/translate", { texts: ["a"], target: "zz" })).status, 400);
});

Deno.test("POST /v1/translate/stream sends sentence by sentence, in order", async () => {
  const text = "One is here.  Two is there.\n\nThree.";
  const answer = await post("/v1/translate/stream", { text, source: "en", target: "de" });
  assertEquals(answer.headers.get("Content-Type"), "text/event-stream");
  const events = (await answer.text()).trim().split("\n\n").map((event) => {
    const [name, data] = event.split("\n").map((line) => line.slice(line.indexOf(":") + 2));
    return [name, JSON.parse(data)];
  });
  assertEquals(events, [
    ["text", { text: "ONE IS HERE." }],
    ["text", { text: "  " }],
    ["text", { text: "TWO IS THERE." }],
    ["text", { text: "\n\n" }],
    ["text", { text: "THREE." }],
    ["done", {}],
  ]);
});

Deno.test("POST /v1/translate/stream refuses before it streams", async () => {
  const answer = await post("/v1/translate/stream", { text: "a", source: "en", target: "zz" });
  assertEquals([answer.status, await answer.json()], [400, { error: "zz is not supported" }]);
});
