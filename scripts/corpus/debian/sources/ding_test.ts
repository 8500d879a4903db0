import { assertEquals } from "@std/assert";
import { parseDingLine } from "./ding.ts";
import { fixture } from "../testing/fixture.ts";

const lines = (await Deno.readTextFile(fixture("ding"))).split("\n");
const entries = (line: number) =>
  parseDingLine(lines[line]).map(({ kind, english, german }) => `${kind}: ${english} = ${german}`);

Deno.test("parseDingLine() combines synonyms and takes out marks and comments", () => {
  assertEquals(entries(1), [
    "term: garden = Garten",
    "term: yard = Garten",
    "term: garden = Gartenanlage",
    "term: yard = Gartenanlage",
    "term: gardens = Gärten",
  ]);
});

Deno.test("parseDingLine() tells sentences and long phrases from terms", () => {
  assertEquals(entries(2), [
    "term: gate = Tor",
    "sentence: The gate is closed. = Das Tor ist zu.",
    "sentence: to walk over lawn that is wet = über Rasen gehen, der nass ist",
  ]);
});

Deno.test("parseDingLine() leaves out comments and lines that do not match", () => {
  assertEquals(entries(0), []);
  assertEquals(entries(3), []);
});
