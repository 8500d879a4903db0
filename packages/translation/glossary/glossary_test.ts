import { assertEquals, assertThrows } from "@std/assert";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";
import { findTerms } from "./find_terms.ts";
import { type Glossary, readGlossary } from "./glossary.ts";
import { readTbx } from "./tbx.ts";

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

Deno.test("findTerms() finds inflected forms when it is asked to", () => {
  const terms = new Map([["party", "Feier"], ["use", "nutzen"], ["ice cream", "Speiseeis"]]);
  const forms = (text: string, inflected: boolean, locale = "en") =>
    findTerms(text, { terms, inflected }, locale).map(({ source }) => source);
  const text = "Parties use ice creams; using a party's user-made used thing";
  assertEquals(forms(text, true), ["Parties", "use", "ice creams", "using", "party's", "used"]);
  assertEquals(forms(text, false), ["use", "party"]);
  const german = { terms: new Map([["Server", "server"], ["Haus", "house"]]), inflected: true };
  assertEquals(
    findTerms("die Server, den Servern, des Hauses, Serverraum", german, "de-AT")
      .map(({ source, target }) => `${source} ${target}`),
    ["Server server", "Servern server", "Hauses house"],
  );
});

Deno.test("findTerms() has no trouble with letters that lower case makes longer, nor with many terms", () => {
  assertEquals(findTerms("İ ice İ", glossary).map(({ start }) => start), [2]);
  const many = { terms: new Map(Array.from({ length: 20_000 }, (_, i) => [`word${i}`, `W${i}`])) };
  const text = "word7 word19999 word20000 ".repeat(500);
  assertEquals(findTerms(text, many).length, 1000);
});

Deno.test("readTbx() takes preferred terms, and all synonyms of the source", () => {
  const note = (status: string) =>
    `<termNote type="administrativeStatus">${status}-admn-sts</termNote>`;
  const xml =
    `<?xml version="1.0"?><!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd" [<!ENTITY x "y">]>
    <martif type="TBX" xml:lang="en"><text><body>
    <termEntry id="1"><descrip>no term</descrip>
      <langSet xml:lang="en"><tig><term>cart</term></tig><tig><term>shopping
        basket</term></tig></langSet>
      <langSet xml:lang="de-DE">
        <tig><term>Korb</term>${note("deprecatedTerm")}</tig>
        <tig><term>Einkaufswagen</term></tig>
        <tig><term>Waren&#107;orb</term>${note("preferredTerm")}</tig>
      </langSet></termEntry>
    <termEntry><langSet xml:lang="en"><ntig><termGrp><term>R&amp;D</term></termGrp></ntig></langSet>
      <langSet xml:lang="de"><ntig><termGrp><term>F&amp;E</term></termGrp></ntig></langSet></termEntry>
    <termEntry><langSet xml:lang="fr"><tig><term>panier</term></tig></langSet></termEntry>
    </body></text></martif>`;
  const { terms } = readTbx(xml, { from: "en-US", to: "de" });
  assertEquals([...terms], [["cart", "Warenkorb"], ["shopping basket", "Warenkorb"], [
    "R&D",
    "F&E",
  ]]);
  assertEquals([...readTbx(xml, { from: "de", to: "en" }).terms].length, 4);
  assertThrows(() => readTbx(xml, { from: "en", to: "fr" }), SyntaxError, "it has de, en, fr");
  assertThrows(() => readTbx("a\tb", { from: "en", to: "de" }), SyntaxError, "no TBX");
  assertThrows(() => readTbx("<html></html>", { from: "en", to: "de" }), SyntaxError, "no TBX");
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
