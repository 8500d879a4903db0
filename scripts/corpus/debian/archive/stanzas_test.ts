import { assertEquals } from "@std/assert";
import { packageFrom } from "./packages.ts";
import { parseStanzas, readStanzas } from "./stanzas.ts";
import { fixture } from "../testing/fixture.ts";

const text = await Deno.readTextFile(fixture("packages"));

Deno.test("parseStanzas() keeps the further lines of a field", () => {
  const [first] = parseStanzas(text);
  assertEquals(first.get("description"), "gardens\n .");
  assertEquals(first.get("package"), "garden-data");
});

Deno.test("parseStanzas() leaves out what is no field", () => {
  const stanzas = parseStanzas("no field here\nName: a\n\n\n b\nName: c");
  assertEquals(stanzas.map((stanza) => [...stanza]), [[["name", "a"]], [["name", "c"]]]);
});

Deno.test("readStanzas() reads the same from lines", async () => {
  assertEquals(await Array.fromAsync(readStanzas(text.split("\n"))), parseStanzas(text));
});

Deno.test("packageFrom() names the file as apt does, and refuses names that are paths", () => {
  const [garden, path] = parseStanzas(text).map(packageFrom);
  assertEquals(garden, {
    name: "garden-data",
    version: "1:2.0-1+b1",
    source: "garden",
    size: 1234,
    sha256: "0123456789abcdef".repeat(4),
    file: "garden-data_1%3a2.0-1+b1_all.deb",
    usesDebconf: true,
  });
  assertEquals(path, undefined);
});
