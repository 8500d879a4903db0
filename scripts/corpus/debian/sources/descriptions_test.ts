import { assertEquals } from "@std/assert";
import { parseStanzas } from "../archive/stanzas.ts";
import { alignDescriptions, parseDescription } from "./descriptions.ts";
import { fixture } from "../testing/fixture.ts";

async function load(code: string) {
  const text = await Deno.readTextFile(fixture(`translation_${code}`));
  return parseStanzas(text).map((stanza) => parseDescription(stanza, code)!);
}

Deno.test("parseDescription() joins the lines of paragraphs and list entries", async () => {
  const [garden] = await load("en");
  assertEquals(garden, {
    packageName: "garden",
    key: "0123456789abcdef0123456789abcdef",
    title: "gardens for everyone",
    paragraphs: [
      "This program draws gardens. It is easy to use.",
      "Features:",
      "flowers",
      "trees in all seasons",
    ],
  });
});

Deno.test("parseDescription() knows list entries of several kinds, and words that look so", () => {
  const lines = [
    "Description-es: x",
    " flores",
    " o árboles",
    "  o uno",
    "  – dos",
    " * tres",
    " - y",
  ];
  const [stanza] = parseStanzas(["Package: a", "Description-md5: 0", ...lines].join("\n"));
  const { paragraphs } = parseDescription(stanza, "es")!;
  assertEquals(paragraphs, ["flores o árboles", "uno", "dos", "tres", "y"]);
});

Deno.test("parseDescription() finds no description in another language", () => {
  const [stanza] = parseStanzas("Package: a\nDescription-md5: 0\nDescription-de: x");
  assertEquals(parseDescription(stanza, "fr"), undefined);
});

Deno.test("alignDescriptions() pairs paragraphs, or titles alone where paragraphs differ", async () => {
  const [english, german] = [await load("en"), await load("de")];
  assertEquals(alignDescriptions(english[0], german[0]).at(-1), {
    english: "trees in all seasons",
    translation: "Bäume in allen Jahreszeiten",
  });
  assertEquals(alignDescriptions(english[1], german[1]), [
    { english: "opens gates", translation: "öffnet Tore" },
  ]);
});
