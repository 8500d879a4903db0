import { assertEquals, assertThrows } from "@std/assert";
import { isModelName, parseModelName, suggestModelNames } from "./model_name.ts";

Deno.test("parseModelName() gives each name a folder of its own", () => {
  const folders = {
    "Helsinki-NLP/opus-mt-en-fr": "huggingface/Helsinki-NLP--opus-mt-en-fr",
    "gpt2": "huggingface/gpt2",
    "a/b.c_d-e": "huggingface/a--b.c_d-e",
    "firefox:en-de": "firefox/en-de",
    "firefox:en-zh_hant": "firefox/en-zh-hant",
    "firefox:zh-Hans-en": "firefox/zh-hans-en",
    "firefox:pt-BR-en": "firefox/pt-br-en",
  };
  for (const [name, folder] of Object.entries(folders)) {
    assertEquals(parseModelName(name).folder, folder);
  }
  const { kind, id } = parseModelName("firefox:zh-Hans-en");
  assertEquals([kind, id], ["firefox", "firefox:zh-hans-en"]);
});

const WRONG = [
  ...["", "/", "a/", "/a", "a//b", "a/b/c", ".", "..", "../a", "a/..", "a/.b", "a/b.", ".a/b"],
  ...["a--b/c", "a/b--c", "a/b..c", "a/b.git", "a\\b", "a/b\0", "a/b\n", "a b/c", "C:/a", "a/b:c"],
  ...["~/a", "a/%2e%2e", "nul/a", "a/con.txt", "ä/b", `a/${"b".repeat(97)}`, "-a/b"],
  ...[
    "firefox:",
    "firefox:en",
    "firefox:en-",
    "firefox:../en-de",
    "firefox:en-de/x",
    "firefox:e-d",
  ],
];

for (const name of WRONG) {
  Deno.test(`parseModelName() refuses ${JSON.stringify(name)}`, () => {
    assertThrows(() => parseModelName(name), RangeError, "as the name of a published model");
    assertEquals(isModelName(name), false);
  });
}

Deno.test("isModelName() takes no plain word for a name, which may be a folder", () => {
  assertEquals(isModelName("gpt2"), false);
  assertEquals(isModelName("openai-community/gpt2"), true);
  assertEquals(isModelName("firefox:en-de"), true);
});

Deno.test("suggestModelNames() names nothing for what is no pair of languages", () => {
  assertEquals(suggestModelNames({ source: "en_GB", target: "pt-BR" }), [
    "Helsinki-NLP/opus-mt-en-pt",
    "firefox:en-pt",
  ]);
  assertEquals(suggestModelNames({ source: "english", target: "fr" }), []);
  assertEquals(suggestModelNames({ source: "en", target: "en-GB" }), []);
  assertEquals(suggestModelNames({ source: "../x", target: "fr" }), []);
});
