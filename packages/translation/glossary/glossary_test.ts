import { assertEquals, assertThrows } from "@std/assert";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";
import { findTerms, type Glossary, readGlossary } from "./glossary.ts";

const glossary: Glossary = {
  terms: new Map([
    ["ice cream", "Speiseeis"],
    ["ice", "Eis"],
    ["US", "USA"],
    ["C++", "C-plus-plus"],
    ["user", "Anwenderin"],
  ]),
};
const found = (text: string) => findTerms(text, glossary).map(({ target }) => target);

Deno.test("findTerms() finds whole words, the longest, and carries capitals over", () => {
  assertEquals(found("Ice cream, ice and nice."), ["Speiseeis", "Eis"]);
  assertEquals(found("ICE  CREAM"), ["SPEISEEIS"]);
  assertEquals(found("Give us the US."), ["USA"]);
  assertEquals(found("User, users, user's"), ["Anwenderin", "Anwenderin"]);
  assertEquals(found("We write C++, not C+."), ["C-plus-plus"]);
  assertEquals(found("nothing"), []);
  assertEquals(findTerms("ice", { terms: new Map() }), []);
});

Deno.test("readGlossary() reads tabs or commas, and names a line that is none", () => {
  const read = (text: string) => [...readGlossary(text).terms];
  assertEquals(read("\ufeffa b\tc, d\r\n\r\n# no\r\ne\tf\tnote"), [["a b", "c, d"], ["e", "f"]]);
  assertEquals(read('a,b\n"say ""x"", y", z '), [["a", "b"], ['say "x", y', "z"]]);
  assertThrows(() => readGlossary("a\tb\nc"), SyntaxError, "line 2 of the glossary");
  assertThrows(() => readGlossary("a,"), SyntaxError, "a comma");
});

/** A model that gives every sentence back, the end of the words changed. */
function translatorOf() {
  const tokenizer = new WordTokenizer();
  const model = new ReversingModel();
  return { model, translator: new Translator({ model, tokenizer }) };
}

Deno.test("translate() writes the terms of a glossary, and protects what else is protected", async () => {
  const { translator } = translatorOf();
  const translate = async (text: string, format?: "html") =>
    (await translator.translate([text], { glossary, format }))[0][0].translation;
  assertEquals(await translate("we eat ice cream"), "Speiseeis eat we");
  assertEquals(await translate("the user of {user} is"), "is {user} of Anwenderin the");
  assertEquals(await translate("Ice cream"), "Speiseeis");
  assertEquals(
    await translate("<p>we <b>eat ice</b> now</p>", "html"),
    "<p>now <b>Eis eat</b> we</p>",
  );
});
