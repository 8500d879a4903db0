import { assert, assertEquals } from "@std/assert";
import { chooseModel } from "./models.ts";
import { CopyingModel, WordTokenizer } from "./testing/fake_model.ts";
import type { Translation } from "./translation.ts";
import { Translator } from "./translator.ts";

/** A text, and what must be true of its translation; see testdata/translation/README.md. */
interface Case {
  readonly kind: string;
  readonly language: string;
  readonly text: string;
  /** What must come out byte for byte, as often as it is in the text. */
  readonly keeps: readonly string[];
}

const file = new URL("../../testdata/translation/cases.tsv", import.meta.url);
const cases: readonly Case[] = (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) => {
  const [kind, language, marked] = line.split("\t");
  const keeps = Array.from(marked.matchAll(/‹(.*?)›/gu), ([, kept]) => kept);
  return { kind, language, text: marked.replace(/[‹›]/gu, ""), keeps };
});

async function translateAll(translator: Translator, own: readonly Case[]): Promise<Translation[]> {
  const results: Translation[] = [];
  for (const format of ["text", "html"] as const) {
    const texts = own.filter(({ kind }) => (kind === "html") === (format === "html"))
      .map(({ text }) => text);
    const found = await translator.translate(texts, { format, numBeams: 2 });
    results.push(...found.map(([best]) => best));
  }
  return results;
}

/** All tags, and what is not translated, of a document. */
const markup = (html: string) =>
  (html.match(/<!--.*?-->|<(script|style|pre|code).*?<\/\1>|<[^>]+>|\{name\}|%d|😆/gsu) ?? [])
    .sort();

Deno.test("there are cases of every kind", () => {
  assert(cases.length >= 150, String(cases.length));
  assert(new Set(cases.map(({ kind }) => kind)).size >= 12);
});

Deno.test("cases: a model that copies gives every text back", async () => {
  for (const language of ["en", "de"]) {
    const own = cases.filter((one) => one.language === language);
    const translator = new Translator({
      model: new CopyingModel(),
      tokenizer: new WordTokenizer(),
      languages: [{ source: language, target: language === "en" ? "de" : "en" }],
    });
    for (const { source, translation } of await translateAll(translator, own)) {
      assertEquals(translation, source.replaceAll("\u00ad", ""));
    }
  }
});

for (const language of ["en", "de"]) {
  Deno.test(`cases: the shipped model from ${language} keeps what is to be kept`, async () => {
    const own = cases.filter((one) => one.language === language);
    const model = await chooseModel({ from: language });
    using translator = await Translator.load(model, { device: "wasm", threads: 1 });
    const byText = new Map(
      (await translateAll(translator, own)).map((best) => [best.source, best]),
    );
    const hyphens = own.filter(({ kind }) => kind === "hyphen")
      .map(({ text }) => text.replaceAll("\u00ad", ""));
    const plain = await translator.translate(hyphens, { numBeams: 2 });
    for (const { kind, text, keeps } of own) {
      const { translation, untranslated } = byText.get(text)!;
      const shown = `${kind}: ${text} => ${translation}`;
      for (const kept of keeps) {
        assertEquals(translation.split(kept).length, text.split(kept).length, shown);
      }
      if (kind === "same") {
        assertEquals(translation, text, shown);
        assertEquals(untranslated ?? false, /^[^\P{L}\p{Script=Latin}]/u.test(text), shown); // of other scripts
      }
      if (kind !== "same" && kind !== "html") assert(untranslated || translation !== text, shown);
      if (kind === "capitals") {
        const rest = keeps.reduce((rest, kept) => rest.replace(kept, ""), translation);
        assertEquals(rest, rest.toUpperCase(), shown);
      }
      if (kind === "hyphen") assertEquals(translation, plain.shift()![0].translation);
      if (kind === "html") assertEquals(markup(translation), markup(text), shown);
    }
  });
}
