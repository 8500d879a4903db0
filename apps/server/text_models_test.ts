import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createApp } from "./app.ts";
import { fakeModels } from "./testing/fake_models.ts";
import { withTinyModels } from "./testing/tiny_text_models.ts";
import { TextModels } from "./text_models/text_models.ts";

type App = ReturnType<typeof createApp>;

/** A server with tiny models of texts. */
function withServer(use: (app: App) => Promise<void>): Promise<void> {
  return withTinyModels((textModels) =>
    use(createApp({ models: fakeModels(), textModels, settings: { batchLimit: 40 } }))
  );
}

async function post(app: App, path: string, body: unknown) {
  const answer = await app.request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  // deno-lint-ignore no-explicit-any
  return { status: answer.status, body: await answer.json() as any };
}

Deno.test("POST /v1/embeddings gives vectors as OpenAI's", () =>
  withServer(async (app) => {
    const input = ["the cat sat", "who", "the cat sat"];
    const { body } = await post(app, "/v1/embeddings", { input, model: "tiny-model" });
    const [first, other, again] = body.data;
    assertEquals([body.object, body.model], ["list", "tiny-model"]);
    assertEquals([first.object, first.index, other.index], ["embedding", 0, 1]);
    assertEquals(first.embedding, again.embedding);
    assert(first.embedding.some((value: number, i: number) => value !== other.embedding[i]));
    // [CLS] and [SEP] count.
    assertEquals(body.usage, { prompt_tokens: 5 + 3 + 5, total_tokens: 13 });
    const alone = await post(app, "/v1/embeddings", { input: input[0] });
    assertEquals(alone.body.data, [first]);
  }));

Deno.test("POST /v1/embeddings gives the same in base64, and of ids", () =>
  withServer(async (app) => {
    const { body } = await post(app, "/v1/embeddings", { input: "the cat sat" });
    const { embedding } = body.data[0];
    const coded = await post(app, "/v1/embeddings", {
      input: "the cat sat",
      encoding_format: "base64",
    });
    const bytes = Uint8Array.fromBase64(coded.body.data[0].embedding);
    const numbers = new Float32Array(bytes.buffer);
    assertEquals([...numbers].map((value) => Number(value.toPrecision(9))), embedding);
    const vocabulary = await Deno.readTextFile(
      new URL("../../testdata/bert/vocab.txt", import.meta.url),
    );
    const ids = ["[CLS]", "the", "cat", "sat", "[SEP]"]
      .map((token) => vocabulary.split("\n").indexOf(token));
    for (const input of [ids, [ids]]) {
      const { body } = await post(app, "/v1/embeddings", { input });
      assertEquals(body.data[0].embedding, embedding);
      assertEquals(body.usage.prompt_tokens, 5);
    }
  }));

Deno.test("POST /embed is text-embeddings-inference's", () =>
  withServer(async (app) => {
    const { body } = await post(app, "/embed", { inputs: ["the cat", "who"] });
    assertEquals(body.length, 2);
    assertAlmostEquals(Math.hypot(...body[0]), 1, 1e-6);
    const raw = await post(app, "/embed", { inputs: "the cat", normalize: false });
    assert(Math.abs(Math.hypot(...raw.body[0]) - 1) > 1e-3);
    const long = "the cat ".repeat(40);
    assertEquals((await post(app, "/embed", { inputs: long })).status, 400);
    assertEquals((await post(app, "/embed", { inputs: long, truncate: true })).status, 200);
  }));

Deno.test("POST /v1/classify and /v1/fill-mask use the models that have such heads", () =>
  withServer(async (app) => {
    const classified = await post(app, "/v1/classify", { texts: ["the cat", "who"] });
    assertEquals(classified.body.model, "tiny-sequence-classification");
    const [{ label, score, scores }] = classified.body.results;
    assertEquals([label, score], [scores[0].label, scores[0].score]);
    const filled = await post(app, "/v1/fill-mask", {
      texts: ["the [MASK] sat", "<mask> who [MASK]"],
      top: 3,
    });
    assertEquals(filled.body.model, "tiny-masked-lm");
    const gaps = filled.body.results.map(({ gaps }: { gaps: unknown[] }) => gaps.length);
    assertEquals(gaps, [1, 2]);
    assertEquals(filled.body.results[0].gaps[0].length, 3);
    const none = await post(app, "/v1/fill-mask", { texts: ["the cat"] });
    assertEquals(none, {
      status: 400,
      body: {
        error: "Invalid request: text 1 has no gap: write [MASK] or <mask> where it is",
      },
    });
  }));

Deno.test("POST /v1/completions continues texts, the same for the same seed", () =>
  withServer(async (app) => {
    const ask = { prompt: "ABC", max_tokens: 6, seed: 7, temperature: 1.5 };
    const { status, body } = await post(app, "/v1/completions", ask);
    assertEquals(status, 200, body.error);
    const [{ text, index, finish_reason }] = body.choices;
    assertEquals([body.object, body.model, index], ["text_completion", "tiny-gpt", 0]);
    assertEquals(body.usage.prompt_tokens, 3);
    assert(finish_reason === (body.usage.completion_tokens < 6 ? "stop" : "length") || text === "");
    assertEquals((await post(app, "/v1/completions", ask)).body.choices, body.choices);
    const greedy = { prompt: ["ABC", "ABC"], max_tokens: 6, temperature: 0, echo: true, n: 2 };
    const four = (await post(app, "/v1/completions", greedy)).body.choices;
    assertEquals(four.length, 4);
    assert(
      four.every(({ text }: { text: string }) => text === four[0].text && text.startsWith("ABC")),
    );
  }));

Deno.test("POST /v1/completions stops before a stop text", () =>
  withServer(async (app) => {
    const ask = { prompt: "ABC", max_tokens: 12, seed: 3, temperature: 2 };
    const [{ text }] = (await post(app, "/v1/completions", ask)).body.choices;
    assert(text.length >= 2, text);
    const stopped = await post(app, "/v1/completions", { ...ask, stop: [text[1]] });
    const [{ text: cut, finish_reason }] = stopped.body.choices;
    assertEquals([cut, finish_reason], [text.slice(0, text.indexOf(text[1])), "stop"]);
  }));

Deno.test("POST /v1/completions streams the same", () =>
  withServer(async (app) => {
    const ask = { prompt: "ABC", max_tokens: 8, seed: 3, temperature: 2, n: 2 };
    const { body } = await post(app, "/v1/completions", ask);
    const answer = await app.request("/v1/completions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...ask, stream: true, stream_options: { include_usage: true } }),
    });
    const events = (await answer.text()).trim().split("\n\n").map((event) => event.slice(6));
    assertEquals(events.pop(), "[DONE]");
    const chunks = events.map((event) => JSON.parse(event));
    assertEquals(chunks.at(-1).usage, body.usage);
    for (const { index, text, finish_reason } of body.choices) {
      const own = chunks.flatMap(({ choices }) => choices)
        .filter((choice: { index: number }) => choice.index === index);
      assertEquals(own.map(({ text }: { text: string }) => text).join(""), text);
      assertEquals(own.at(-1).finish_reason, finish_reason);
    }
  }));

const refusals: readonly [string, Record<string, unknown>, number, string][] = [
  [
    "/v1/embeddings",
    {},
    400,
    "Invalid request: input: must be text, a list of texts, ids, or a list of ids",
  ],
  [
    "/v1/embeddings",
    { input: "a", model: "gpt-4" },
    404,
    "There is no such model here: ask for one of tiny-model, tiny-sequence-classification, tiny-masked-lm",
  ],
  [
    "/v1/embeddings",
    { input: [99999] },
    400,
    "Invalid request: token 99999 is none of the model's 37",
  ],
  [
    "/v1/embeddings",
    { input: "a", dimensions: 3 },
    400,
    "Invalid request: dimensions: tiny-model has 20",
  ],
  [
    "/v1/embeddings",
    { input: "cat ".repeat(50) },
    400,
    "Invalid request: text 1 has 52 tokens, and the model reads 14",
  ],
  [
    "/v1/embeddings",
    { input: Array(41).fill("a") },
    400,
    "Invalid request: request (41) exceeds text limit (40)",
  ],
  ["/embed", { inputs: 5 }, 400, "Invalid request: inputs: must be text or a list of texts"],
  [
    "/v1/classify",
    { texts: [], extra: 1 },
    400,
    'Invalid request: texts: Too small: expected array to have >=1 items; Unrecognized key: "extra"',
  ],
  [
    "/v1/classify",
    { texts: ["a"], model: "tiny-model" },
    404,
    "There is no such model here: ask for one of tiny-sequence-classification",
  ],
  [
    "/v1/fill-mask",
    { texts: ["[MASK]"], top: 0 },
    400,
    "Invalid request: top: Too small: expected number to be >=1",
  ],
  [
    "/v1/completions",
    { prompt: "ABC", suffix: "x" },
    400,
    "Invalid request: suffix: is not supported",
  ],
  [
    "/v1/completions",
    { prompt: "ABC", logprobs: 2 },
    400,
    "Invalid request: logprobs: is not supported",
  ],
  [
    "/v1/completions",
    { prompt: "ABC", logit_bias: { 5: 1 } },
    400,
    "Invalid request: logit_bias: is not supported",
  ],
  [
    "/v1/completions",
    { prompt: "ABC", max_tokens: 4000 },
    400,
    "Invalid request: 3 tokens and 4000 more are too many: the model has 40 positions",
  ],
];

Deno.test("routes of text models say what is wrong", () =>
  withServer(async (app) => {
    for (const [path, body, status, error] of refusals) {
      assertEquals(
        await post(app, path, body),
        { status, body: { error } },
        `${path} ${JSON.stringify(body)}`,
      );
    }
  }));

Deno.test("GET /v1/models lists them, and /spec describes what is there", () =>
  withServer(async (app) => {
    const { data } = await (await app.request("/v1/models")).json();
    assertEquals(data.map(({ id }: { id: string }) => id), [
      "tiny-model",
      "tiny-sequence-classification",
      "tiny-masked-lm",
      "tiny-gpt",
    ]);
    const { paths } = await (await app.request("/spec")).json();
    for (const path of ["embeddings", "classify", "fill-mask", "completions", "models"]) {
      assert(paths[`/v1/${path}`], path);
    }
    const without = createApp({ models: fakeModels(), textModels: new TextModels() });
    assertEquals((await post(without, "/v1/embeddings", { input: "a" })).status, 404);
  }));
