import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as deepl from "deepl-node";
import * as libretranslate from "libretranslate";
import OpenAI from "openai";
import { Translate } from "translate";
import { createApp } from "./app.ts";
import type { ServerSettings } from "./settings.ts";
import { fakeModels } from "./testing/fake_models.ts";
import { withTinyModels } from "./testing/tiny_text_models.ts";
import type { TextModels } from "./text_models/text_models.ts";

/** Serves on loopback while `use` runs. */
async function withServer(
  use: (address: string) => Promise<void>,
  { settings, textModels }: { settings?: Partial<ServerSettings>; textModels?: TextModels } = {},
): Promise<void> {
  using models = fakeModels();
  const app = createApp({ models, textModels, settings });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Clients keep connections open, and Node's own parts of them timers. */
const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "npm:translate, with its engine for LibreTranslate",
  loose,
  () =>
    withServer(async (address) => {
      const { libre } = Translate({ engine: "libre" }).engines!;
      const engine = {
        ...libre,
        fetch: (asked: Parameters<typeof libre.fetch>[0]) =>
          libre.fetch({ ...asked, url: `${address}/translate` } as typeof asked),
      };
      const translate = Translate({ engine: "libre", engines: { libre: engine }, key: "secret" });
      assertEquals(await translate("Open it.", { from: "en", to: "de" }), "OPEN IT.");
      await assertRejects(
        () => translate("Open it.", { from: "en", to: "fr" }),
        Error,
        "fr is not supported",
      );
    }, { settings: { apiKeys: ["secret"] } }),
);

Deno.test("npm:libretranslate", loose, () =>
  withServer(async (apiurl) => {
    const { translate } = libretranslate;
    assertEquals(
      await translate({ query: "Open it.", source: "en", target: "de", apiurl }),
      "OPEN IT.",
    );
    const html = { query: "<b>it</b>", source: "en", target: "de", format: "html", apiurl };
    assertEquals(await translate(html), "<b>IT</b>");
  }));

Deno.test("npm:deepl-node, by serverUrl", loose, () =>
  withServer(async (serverUrl) => {
    const translator = new deepl.Translator("secret", { serverUrl, maxRetries: 1 });
    const one = await translator.translateText("Open it.", "en", "de");
    assertEquals([one.text, one.detectedSourceLang, one.billedCharacters], ["OPEN IT.", "en", 8]);
    const german = "Guten Morgen, wie geht es dir heute?";
    const [first, second] = await translator.translateText(
      [german, "Das ist gut so."],
      null,
      "en-US",
      {
        formality: "prefer_less",
        context: "A letter",
        preserveFormatting: true,
      },
    );
    assertEquals([first.text, first.detectedSourceLang], [german.toUpperCase(), "de"]);
    assertEquals(second.text, "DAS IST GUT SO.");
    const html = await translator.translateText("<p>Open <b>it</b>.</p>", "en", "de", {
      tagHandling: "html",
    });
    assertEquals(html.text, "<p>OPEN <b>IT</b>.</p>");
    const sources = await translator.getSourceLanguages();
    assertEquals(sources.map(({ code, name }) => [code, name]), [["en", "English"], [
      "de",
      "German",
    ]]);
    assertEquals((await translator.getTargetLanguages()).length, 2);
    const { character } = await translator.getUsage();
    assert(character!.count > 0 && character!.limit > character!.count);
    const wrong = new deepl.Translator("wrong", { serverUrl, maxRetries: 1 });
    await assertRejects(() => wrong.getUsage(), deepl.AuthorizationError);
    await assertRejects(
      () => translator.translateText("Open it.", "en", "de", { formality: "more" }),
      deepl.DeepLError,
      "formality: only default",
    );
  }, { settings: { apiKeys: ["secret"] } }));

Deno.test(
  "npm:openai: vectors, texts, models, errors",
  loose,
  () =>
    withTinyModels((textModels) =>
      withServer(async (address) => {
        const client = new OpenAI({ apiKey: "secret", baseURL: `${address}/v1`, maxRetries: 0 });
        // It asks for base64 and decodes it, unless told otherwise.
        const input = ["the cat sat", "who"];
        const coded = await client.embeddings.create({ model: "tiny-model", input });
        const plain = await client.embeddings.create({
          model: "tiny-model",
          input,
          encoding_format: "float",
        });
        assertEquals(coded.data.length, 2);
        coded.data.forEach(({ embedding }, i) =>
          embedding.forEach((value, j) =>
            assertAlmostEquals(value, plain.data[i].embedding[j], 1e-6)
          )
        );
        assertEquals(coded.usage, plain.usage);
        const ask = { model: "tiny-gpt", prompt: "ABC", max_tokens: 6, seed: 3, temperature: 2 };
        const { choices } = await client.completions.create(ask);
        let streamed = "";
        for await (const chunk of await client.completions.create({ ...ask, stream: true })) {
          streamed += chunk.choices[0].text;
        }
        assertEquals(streamed, choices[0].text);
        const names: string[] = [];
        for await (const { id } of client.models.list()) names.push(id);
        assertEquals(names.at(-1), "tiny-gpt");
        await assertRejects(
          () => client.embeddings.create({ model: "none", input }),
          OpenAI.NotFoundError,
          "There is no such model here",
        );
      }, { textModels, settings: { apiKeys: ["secret"] } })
    ),
);
