import { assertEquals } from "@std/assert";
import { parseStanzas } from "../archive/stanzas.ts";
import { languageOf } from "../languages.ts";
import { parseTemplate } from "./debconf.ts";
import { locatePages, manPages } from "./man_pages.ts";
import { fixture } from "../testing/fixture.ts";

Deno.test("manPages.pattern fits pages in English and in the language alone", () => {
  const pattern = manPages.pattern!(languageOf("pt_BR"));
  const fits = ["man1/a.1.gz", "pt_BR/man1/a.1.gz", "pt_BR.UTF-8/man3pm/a.3pm.gz"];
  const others = ["pt/man1/a.1.gz", "de/man1/a.1.gz", "man1/a.1", "pt_BR/cat1/a.1.gz"];
  for (const path of fits) assertEquals(pattern.test(`usr/share/man/${path}`), true, path);
  for (const path of others) assertEquals(pattern.test(`usr/share/man/${path}`), false, path);
});

Deno.test("locatePages() takes the smallest package that has a page", () => {
  const sizes: Record<string, number> = { large: 9, small: 1, "manpages-de": 5 };
  const listing = new Map([
    ["large", ["usr/share/man/man1/gate.1.gz", "usr/share/man/man1/lock.1.gz"]],
    ["small", ["usr/share/man/man1/gate.1.gz"]],
    ["manpages-de", ["usr/share/man/de/man1/gate.1.gz"]],
  ]);
  const { english, translated } = locatePages(listing, (name) => sizes[name]);
  assertEquals([...english], [["gate.1", "small"], ["lock.1", "large"]]);
  assertEquals([...translated], [["gate.1", "manpages-de"]]);
});

Deno.test("parseTemplate() pairs title and paragraphs, and nothing where they differ", async () => {
  const [stanza] = parseStanzas(await Deno.readTextFile(fixture("templates")));
  assertEquals(parseTemplate(stanza, "de"), [
    { english: "Open the gate?", translation: "Tor öffnen?" },
    {
      english: "The gate is closed.\nIt can be opened now.",
      translation: "Das Tor ist zu. Es kann\njetzt geöffnet werden.",
    },
    { english: "Knock first.", translation: "Vorher klopfen." },
  ]);
  assertEquals(parseTemplate(stanza, "fr"), []);
  assertEquals(parseTemplate(stanza, "ru"), []);
});
