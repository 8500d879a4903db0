import { assertEquals, assertThrows } from "@std/assert";
import { readCatalog, resolveIdentifiers } from "./mo.ts";
import { cleanMessage } from "./sources/catalogs.ts";
import { fixture } from "./testing/fixture.ts";

const read = (name: string) => Deno.readFile(fixture(`${name}.mo`));

Deno.test("readCatalog() reads contexts and plural forms, and no message without translation", async () => {
  const messages = readCatalog(await read("messages"));
  const sides = messages.map(({ english, translation }) => `${english} = ${translation}`);
  assertEquals(sides.sort(), [
    "%d garden = %d Garten",
    "%d gardens = %d Gärten",
    "<b>The gate is closed.</b> Knock twice. = " +
    "<b>Das Tor ist geschlossen.</b> Bitte zweimal klopfen.",
    "_Open file = Datei ö_ffnen",
    "_Open file = Öffnen",
  ]);
});

Deno.test("readCatalog() refuses other files and cut ones", async () => {
  assertThrows(() => readCatalog(new TextEncoder().encode("no catalog at all")), SyntaxError);
  const bytes = await read("messages");
  assertThrows(() => readCatalog(bytes.subarray(0, 30)), SyntaxError);
});

Deno.test("resolveIdentifiers() puts English texts for identifiers", async () => {
  const german = readCatalog(await read("identifiers.de"));
  const english = readCatalog(await read("identifiers.en"));
  const resolved = resolveIdentifiers(german, english);
  assertEquals(resolved.map(({ english, translation }) => [english, translation]), [
    ["Open the gate", "Tor öffnen"],
  ]);
  assertEquals(resolveIdentifiers(german, undefined), []);
});

Deno.test("resolveIdentifiers() leaves texts alone", async () => {
  const messages = readCatalog(await read("messages"));
  assertEquals(resolveIdentifiers(messages, undefined), messages);
});

Deno.test("cleanMessage() takes out keys, markup and written line breaks", () => {
  assertEquals(
    cleanMessage({ english: "<b>_Open</b>\\nnow", translation: "<b>Ö_ffnen</b>\\njetzt" }),
    { english: "Open\nnow", translation: "Öffnen\njetzt" },
  );
});
