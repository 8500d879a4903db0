import { assertEquals } from "@std/assert";
import { alignById } from "../sources/office_help.ts";
import { localManual, pageOf } from "../sources/manuals.ts";
import { languageOf } from "../languages.ts";
import { alignBlocks } from "./align_blocks.ts";
import { type Block, parseEntities, readBlocks } from "./blocks.ts";
import { blockPairs, decodeDocument } from "./document_pairs.ts";

const read = (source: string, format: "html" | "xml" = "html") =>
  readBlocks(source, { format }).map(({ kind, text }) => `${kind}: ${text}`);

Deno.test("readBlocks() reads paragraphs, list entries and cells of HTML", () => {
  const source = `<!doctype html><head><title>Gates</title><style>p { }</style></head><body>
    <h1>The  <em>gate</em></h1><p>It is&nbsp;closed.<br>Knock.
    <ul><li>rake<li><p>spade</p></ul><pre>x = 1</pre><table><tr><td>42<td>four</table></body>`;
  assertEquals(read(source), [
    "body/h1: The gate",
    "body/p: It is closed. Knock.",
    "body/ul/li: rake",
    "ul/li/p: spade",
    "table/tr/td: four",
  ]);
});

Deno.test("readBlocks() leaves out what the caller hides, and what is outside of the text", () => {
  const source = `<p>before</p><div id="text"><p class="nav x">menu</p><p id="one">inside</p></div>
    <p>after</p>`;
  const blocks = readBlocks(source, {
    format: "html",
    hidden: new Set(["nav"]),
    within: "text",
  });
  assertEquals(blocks, [{ kind: "div/p", id: "one", text: "inside" }]);
});

Deno.test("readBlocks() reads DocBook with its entities, and no names of authors", () => {
  const source = `<?xml version="1.0"?><!DOCTYPE book PUBLIC "x" "y" [
      <!ENTITY gate "the <b>Gate</b>"><!ENTITY loop "&loop;"><!ENTITY chapter SYSTEM "c.docbook">
    ]><book><bookinfo><author>A. Gardener</author></bookinfo>
    <para>Open &gate; &amp; &kate;&loop;&unknown-name;</para>&chapter;</book>`;
  const blocks = readBlocks(source, { format: "xml", entities: new Map([["kate", "Kate"]]) });
  assertEquals(blocks.map(({ text }) => text), ["Open the Gate & Kateunknown name"]);
});

Deno.test("readBlocks() reads Mallard without the titles that are for links", () => {
  const source = `<page xmlns="http://projectmallard.org/1.0/"><info><desc>short</desc></info>
    <title type="sort">0</title><title>Gates</title><steps><item><p>Knock.</p></item></steps></page>`;
  assertEquals(read(source, "xml"), ["page/title: Gates", "steps/item/p: Knock."]);
});

Deno.test("readBlocks() takes text from damaged documents without end", () => {
  assertEquals(read("<p>one</div><p>two"), ["p: one", "p: two"]);
});

Deno.test("parseEntities() takes the first of several definitions", () => {
  assertEquals(
    [...parseEntities(`<!ENTITY a "1"><!ENTITY a '2'><!ENTITY % p "3"><!ENTITY b SYSTEM "f">`)],
    [["a", "1"], ["b", ""]],
  );
});

const block = (kind: string, text: string, id = ""): Block => ({ kind, text, id });
const texts = (pairs: readonly (readonly [Block, Block])[]) =>
  pairs.map(([a, b]) => `${a.text}=${b.text}`);

Deno.test("alignBlocks() takes documents of one structure block by block", () => {
  const english = [block("h1", "a"), block("p", "b")];
  const german = [block("h1", "A, which is much longer"), block("p", "B")];
  assertEquals(texts(alignBlocks(english, german)), ["a=A, which is much longer", "b=B"]);
});

Deno.test("alignBlocks() passes over a block that the translation lacks", () => {
  const lengths = [40, 120, 60, 30, 90];
  const english = lengths.map((length, index) => block("p", `${index}`.repeat(length)));
  const german = english.filter((_, index) => index !== 2);
  assertEquals(
    alignBlocks(english, german).map(([a, b]) => a.text[0] + b.text[0]),
    ["00", "11", "33", "44"],
  );
});

Deno.test("alignBlocks() pairs no blocks of different kinds", () => {
  const english = [block("p", "one two three"), block("li", "four five six"), block("p", "x y")];
  const german = [block("p", "eins zwei drei"), block("p", "x y")];
  assertEquals(texts(alignBlocks(english, german)), ["one two three=eins zwei drei", "x y=x y"]);
  assertEquals(alignBlocks(english, []), []);
});

Deno.test("alignById() pairs by identifier where both sides have as many blocks", () => {
  const english = [
    block("p", "a", "1"),
    block("p", "b", "2"),
    block("p", "c"),
    block("p", "d", "3"),
  ];
  const german = [
    block("p", "D", "3"),
    block("p", "A", "1"),
    block("p", "B", "2"),
    block("p", "b", "2"),
  ];
  assertEquals(texts(alignById(english, german)), ["a=A", "d=D"]);
});

Deno.test("blockPairs() takes the numbers off both headings, or off none", () => {
  const pairs = (english: string, translation: string) =>
    blockPairs([block("h1", english), block("h1", translation)], { locale: "de" });
  assertEquals(pairs("Chapter 2. Gates", "Kapitel 2. Tore"), [
    { english: "Gates", translation: "Tore" },
  ]);
  assertEquals(pairs("1.2.3. Gates", "1.2.3 Tore"), [{ english: "Gates", translation: "Tore" }]);
  assertEquals(pairs("2 gates", "Zwei Tore"), [{ english: "2 gates", translation: "Zwei Tore" }]);
});

Deno.test("decodeDocument() takes the encoding that a document declares", () => {
  const latin = (label: string) =>
    new Uint8Array([...new TextEncoder().encode(`<meta charset="${label}">`), 0xfc]);
  assertEquals(decodeDocument(latin("iso-8859-1")).at(-1), "ü");
  assertEquals(decodeDocument(latin("no-such-encoding")).at(-1), "\ufffd");
});

Deno.test("pageOf() and localManual() find the pages of a manual", () => {
  const manual = localManual({
    english: "gate",
    englishPages: "doc/en/*.html",
    translated: "gate-{suffix}",
    translatedPages: "doc/{region}/{code}/**.{suffix}.html",
  }, languageOf("pt_BR"));
  assertEquals(manual.translated, "gate-pt-br");
  assertEquals(pageOf("doc/pt-BR/pt_BR/a/b.pt-br.html", manual.translatedPages), "a/b");
  assertEquals(pageOf("doc/en/a.html", manual.englishPages), "a");
  assertEquals(pageOf("doc/en/a/b.html", manual.englishPages), undefined);
  assertEquals(pageOf("doc/de/a.html", manual.englishPages), undefined);
});
