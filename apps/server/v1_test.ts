import { assert, assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { eventsOf } from "./client/events.ts";
import { Models, servedModels } from "./models.ts";
import type { TranslationJson } from "./v1/schemas.ts";
import { fakeModels } from "./testing/fake_models.ts";

function post(path: string, body: unknown): Promise<Response> {
  const app = createApp({ models: fakeModels() });
  return Promise.resolve(
    app.request(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
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
    hypotheses: [{ text: "AB", score: 0 }, { text: "AB!", score: -1 }],
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

Deno.test("POST /v1/translate detects the language of each item, of HTML that of its texts", async () => {
  const texts = [
    "<p>Guten Morgen, wie geht es dir?</p>",
    "<p>Where is the <b>railway</b> station?</p>",
  ];
  const answer = await post("/v1/translate", { texts, target: "en", format: "html" });
  const { translations } = await answer.json();
  assertEquals(
    translations.map(({ detected, text }: TranslationJson) => [detected?.language, text]),
    [["de", "<p>GUTEN MORGEN, WIE GEHT ES DIR?</p>"], ["en", texts[1]]],
  );
});

Deno.test("POST /v1/translate keeps to a glossary and to protected texts, which are no patterns", async () => {
  const body = { source: "en", target: "de", texts: ["the freezer a.c and abc"] };
  const glossary = { freezer: "Tiefkühler" };
  const answer = await post("/v1/translate", { ...body, glossary, protect: ["a.c"] });
  const { translations } = await answer.json();
  assertEquals(translations[0].text, "THE Tiefkühler a.c AND ABC");
  for (const glossary of [{ "": "x" }, { x: " " }, { x: 5 }, ["x"], "x"]) {
    assertEquals((await post("/v1/translate", { ...body, glossary })).status, 400);
  }
});

Deno.test("POST /v1/translate says which places belong together, of every sentence", async () => {
  using models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
  const app = createApp({ models });
  const text = "Hello there.\n\nOpen the file.";
  const asked = { texts: [text], source: "en", target: "de", alignment: true, words: true };
  const answer = await app.request("/v1/translate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  const [{ text: translation, alignment, words, confidence, sentences }] = (await answer.json())
    .translations as TranslationJson[];
  assertEquals(sentences, undefined);
  const pairs = alignment!.map(({ source, target }) => [
    text.slice(source.start, source.end),
    translation.slice(target.start, target.end),
  ]);
  assert(pairs.some(([source, target]) => source === "file" && target === "Datei"), `${pairs}`);
  assert(confidence! > 0 && confidence! <= 1);
  for (const { start, end, text, confidence } of words!) {
    assertEquals(translation.slice(start, end), text);
    assert(confidence! >= 0 && confidence! <= 1);
  }
});

Deno.test("POST /v1/translate/stream gives attention and alignment, in places of the whole text", async () => {
  const body = { text: "One\n\nTwo", source: "en", target: "de", attention: true, alignment: true };
  const events = (await (await post("/v1/translate/stream", body)).text()).trim().split("\n\n");
  const sentences = events.filter((event) => event.startsWith("event: sentence\n"))
    .map((event) => JSON.parse(event.slice(event.indexOf("{"))));
  assertEquals(sentences.map(({ alignment }) => alignment), [
    [{ source: { start: 0, end: 3 }, target: { start: 0, end: 3 }, score: 1 }],
    [{ source: { start: 5, end: 8 }, target: { start: 5, end: 8 }, score: 1 }],
  ]);
  assertEquals(sentences[1].sentences[0].sourceTokens, ["T", "w", "o"]);
});

Deno.test("POST /v1/translate/stream sends the shipped model's text as it is written", async () => {
  using models = new Models(await servedModels([], { device: "wasm", threads: 1 }));
  const text = "Please open the file and save it again. The printer is out of paper.";
  const answer = await createApp({ models }).request("/v1/translate/stream", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text, source: "en", target: "de" }),
  });
  const drafts: string[][] = [[]], sentences: string[] = [];
  for await (const { event, data } of eventsOf(answer.body!)) {
    if (event === "draft") drafts.at(-1)!.push(JSON.parse(data).text);
    if (event !== "text") continue;
    sentences.push(JSON.parse(data).text);
    drafts.push([]);
  }
  assertEquals(sentences.length, 3); // with what is between them
  assert(drafts[0].length > 0); // how many depends on how soon all beams agree
  drafts[0].forEach((draft, i) => {
    assert(sentences[0].startsWith(draft), `${draft} | ${sentences[0]}`);
    assert(i === 0 || draft.startsWith(drafts[0][i - 1]) && draft !== drafts[0][i - 1]);
  });
});
