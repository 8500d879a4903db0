import { assertEquals, assertRejects } from "@std/assert";
import { LanguageError, type LanguagePair } from "../languages.ts";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";
import { AutoTranslator, type AutoTranslatorParts } from "./auto_translator.ts";

const languages: LanguagePair[] = [
  { source: "en", target: "de" },
  { source: "fr", target: "de" },
  { source: "de", target: "en" },
];

function translatorOf(glossaryOf?: AutoTranslatorParts["glossaryOf"]) {
  const loaded: string[] = [];
  const models: ReversingModel[] = [];
  const translator = new AutoTranslator({
    languages,
    glossaryOf,
    load(pair) {
      loaded.push(`${pair.source}-${pair.target}`);
      models.push(new ReversingModel());
      const parts = { model: models.at(-1)!, tokenizer: new WordTokenizer(), languages: [pair] };
      return Promise.resolve(new Translator(parts));
    },
  });
  return { translator, loaded, models };
}

const texts = [
  "the house is small",
  "das Haus ist klein",
  "la maison est petite",
  "дом очень маленький",
  "12:30",
  "the garden is large",
];

Deno.test("AutoTranslator translates each text by the model of its language", async () => {
  const { translator, loaded, models } = translatorOf();
  const found = await translator.translate(texts, { from: "auto", to: "de" });
  assertEquals(found.map(([{ translation }]) => translation), [
    "small is house the",
    "das Haus ist klein",
    "petite est maison la",
    "дом очень маленький",
    "12:30",
    "large is garden the",
  ]);
  assertEquals(found.map(([{ detected }]) => detected.language), [
    ...["en", "de", "fr", "ru", "en", "en"],
  ]);
  assertEquals(found.map(([{ untranslated }]) => untranslated ?? false), [
    ...[false, false, false, true, false, false],
  ]);
  assertEquals(loaded, ["en-de", "fr-de"]);
  assertEquals(models[0].batches.length, 1);
  translator.dispose();
  await Promise.resolve();
  assertEquals(models.map(({ disposed }) => disposed), [true, true]);
});

Deno.test("AutoTranslator without a target takes what the model of the language writes", async () => {
  const { translator, loaded } = translatorOf();
  const found = await translator.translate(texts);
  assertEquals(found.map(([{ translation }]) => translation)[1], "klein ist Haus das");
  assertEquals(loaded, ["en-de", "de-en", "fr-de"]);
});

Deno.test("AutoTranslator reads the words of HTML, not its tags", async () => {
  const { translator } = translatorOf();
  const html = "<div class='the small house of the large garden'><p>la maison est petite</p></div>";
  const [[best]] = await translator.translate([html], { format: "html" });
  assertEquals(best.detected.language, "fr");
  assertEquals(best.translation, html.replace(/la m.*e(?=<\/p)/, "petite est maison la"));
});

Deno.test("AutoTranslator streams in order, and names a language that nobody writes", async () => {
  const { translator } = translatorOf();
  const found: string[] = [];
  for await (const [best] of translator.translateStream(texts, { to: "de", lookAhead: 2 })) {
    found.push(best.source);
  }
  assertEquals(found, texts);
  const error = await assertRejects(() => translator.translate(texts, { to: "it" }), LanguageError);
  assertEquals(error.message, "Cannot translate into it: the models write de, en");
});

Deno.test("AutoTranslator takes the terms of each text's language, and those of all before them", async () => {
  const own: Record<string, [string, string][]> = {
    en: [["house", "Villa"], ["small", "winzig"]],
    fr: [["maison", "Haus"]],
  };
  const { translator } = translatorOf(({ source }) =>
    own[source] && { terms: new Map(own[source]) }
  );
  const glossary = { terms: new Map([["small", "klein"]]) };
  const found = await translator.translate([texts[0], texts[2]], { to: "de", glossary });
  assertEquals(found.map(([{ terms }]) => terms!.map(({ term }) => term)), [
    ["small", "house"],
    ["maison"],
  ]);
  assertEquals(found.map(([{ translation }]) => translation), [
    "klein is Villa the",
    "petite est Haus la",
  ]);
});

Deno.test("AutoTranslator tells of drafts by the places of the texts among all", async () => {
  const { translator } = translatorOf();
  const newest = new Map<number, string>();
  const found = await translator.translate(texts, {
    to: "de",
    onDraft: ({ text, translation }) => newest.set(text, translation),
  });
  assertEquals(
    [...newest].toSorted(([a], [b]) => a - b),
    [0, 2, 5].map((i) => [i, found[i][0].translation]),
  );
});
