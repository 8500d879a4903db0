import { assertEquals } from "@std/assert";
import { catalogs } from "../sources/catalogs.ts";
import { languageOf } from "../languages.ts";
import { findFiles } from "./contents.ts";
import { fixture } from "../testing/fixture.ts";

Deno.test("findFiles() finds the catalogs of a language in every package that has them", async () => {
  const lines = (await Deno.readTextFile(fixture("contents"))).split("\n");
  const pattern = catalogs.pattern!(languageOf("de"));
  const found = await findFiles(lines, new Map([["mo", pattern], ["man", /^usr\/share\/man\//]]));
  const garden = "usr/share/locale/de/LC_MESSAGES/garden.mo";
  assertEquals([...found.get("mo")!], [
    ["garden-data", [garden]],
    ["garden-extra", [garden]],
    ["gate", ["usr/share/locale/de_DE/LC_MESSAGES/gate tool.mo"]],
  ]);
  assertEquals([...found.get("man")!.keys()], ["gate"]);
});
