import { assert, assertEquals, assertRejects } from "@std/assert";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { type TranslateOptions, Translator } from "../mod.ts";
import { takeOutMnemonics } from "./mnemonics.ts";

const translator = new Translator({
  model: new ReversingModel({ maxSourceTokens: 60 }),
  tokenizer: new WordTokenizer(),
});

async function translate(text: string, options: TranslateOptions) {
  return (await translator.translate([text], options))[0][0];
}

Deno.test("takeOutMnemonics() finds marked letters, and nothing else with an ampersand", () => {
  const cases: [text: string, plain: string, ...letters: number[]][] = [
    ["&File", "File", 0],
    ["E&xit now", "Exit now", 1],
    ["Save &As...", "Save As...", 5],
    ["Über&nehmen", "Übernehmen", 4],
    ["A&bout", "About", 1],
    ["&1 more", "1 more", 0],
    ["R&D", "R&D"],
    ["AT&T and R & D", "AT&T and R & D"],
    ["Drag && drop", "Drag && drop"],
    ["x &amp; y &#39;", "x &amp; y &#39;"],
    ["see https://a.org/?a=1&b=2", "see https://a.org/?a=1&b=2"],
    ["&Open %s && close", "Open %s && close", 0],
  ];
  for (const [source, text, ...letters] of cases) {
    assertEquals(takeOutMnemonics(source), { text, letters }, source);
  }
});

Deno.test("translate() keeps mnemonics by the word that they belong to, or drops them", async () => {
  assertEquals((await translate("&one two", { mnemonics: "keep" })).translation, "two &one");
  assertEquals((await translate("one t&wo", { mnemonics: "keep" })).translation, "t&wo one");
  assertEquals((await translate("one t&wo", { mnemonics: "drop" })).translation, "two one");
  assertEquals((await translate("one t&wo", {})).translation, "t&wo one");
  assertEquals((await translate("&one & two", { mnemonics: "keep" })).translation, "two & &one");
});

Deno.test("translate() with mnemonics gives places in the texts with marks", async () => {
  const result = await translate("&one t&wo {x}", { mnemonics: "keep", alignment: true });
  assertEquals([result.source, result.translation], ["&one t&wo {x}", "{x} t&wo &one"]);
  const links = result.alignment!.map(({ source, target }) => [
    result.source.slice(source.start, source.end),
    result.translation.slice(target.start, target.end),
  ]);
  assertEquals(links, [["{x}", "{x}"], ["t&wo", "t&wo"], ["&one", "&one"]]);
  const plain = await translate("&one two", { mnemonics: "keep" });
  assertEquals(plain.alignment, undefined);
});

Deno.test("translate() has as many mnemonics as the source has, whatever becomes of it", async () => {
  for (const text of ["&a &b &c", "&x", "😆 &one", "&{x}", "&one. Two &three!", "&1", "12 &3"]) {
    const { translation } = await translate(text, { mnemonics: "keep" });
    assertEquals(translation.split("&").length, text.split("&").length, `${text}: ${translation}`);
    assert(!translation.includes("&&"));
  }
});

Deno.test("translate() refuses mnemonics in HTML, whose & begins an entity", async () => {
  for (const mnemonics of ["keep", "drop"] as const) {
    await assertRejects(
      () => translate("<p>&one</p>", { mnemonics, format: "html" }),
      TypeError,
      `Cannot ${mnemonics} mnemonics in HTML`,
    );
  }
});
