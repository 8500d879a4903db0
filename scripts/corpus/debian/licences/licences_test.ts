import { assertEquals } from "@std/assert";
import { readCopyright } from "./copyright.ts";
import { classifyLicence } from "./licence.ts";
import { LicenceTable } from "./table.ts";
import { fixture } from "../testing/fixture.ts";

async function stated(name: string): Promise<string[]> {
  const text = await Deno.readTextFile(fixture(`copyright/${name}`));
  const { licence, evidence } = readCopyright(text);
  return [licence, evidence];
}

Deno.test("readCopyright() takes the last paragraph that holds for all files", async () => {
  assertEquals(await stated("dep5"), ["GPL-3+ with OpenSSL exception", "Files: *"]);
});

Deno.test("readCopyright() takes the header where no paragraph holds for all files", async () => {
  assertEquals(await stated("dep5_header"), ["MPL-2.0", "header"]);
});

Deno.test("readCopyright() joins the common licences that are mentioned", async () => {
  assertEquals(await stated("common_licenses"), ["GFDL-1.3 and GPL-2", "common-licenses"]);
});

Deno.test("readCopyright() does not guess", async () => {
  assertEquals(await stated("prose"), ["unknown", "none"]);
  assertEquals(await stated("broken"), ["unknown", "none"]);
});

Deno.test("classifyLicence() knows families, alternatives and combinations", () => {
  const cases: Record<string, string> = {
    "GPL-2+": "GPL",
    "GPL-3+ with OpenSSL exception": "GPL",
    "LGPL-2.1+": "LGPL",
    "AGPL-3": "AGPL",
    "GFDL-NIV-1.3+": "GFDL",
    "Expat": "permissive",
    "CC-BY-SA-4.0": "CC-BY-SA",
    "CC-BY-4.0": "permissive",
    "CC-BY-NC-SA-4.0": "unknown",
    "garden-licence": "unknown",
    "CC-BY-SA-3.0 or GPL-2+": "CC-BY-SA",
    "garden-licence or GPL-2+": "GPL",
    "garden-licence and GPL-2+": "unknown",
    "MIT and LGPL-2+": "LGPL",
    // `and` binds before `or`: the MIT alone may be chosen.
    "MIT or LGPL-2+ and GPL-2": "permissive",
    // A comma binds last.
    "MIT or LGPL-2+, and GPL-2": "GPL",
    "LGPL-2.1-only_OR_LGPL-3.0-only_OR_LicenseRef-KDE-Accepted-LGPL": "LGPL",
    "GPL-2+__and__LGPL-2+": "GPL",
    "unknown": "unknown",
  };
  for (const [licence, expected] of Object.entries(cases)) {
    assertEquals(classifyLicence(licence), expected, licence);
  }
});

Deno.test("LicenceTable gives what was read, and unknown for the rest", async () => {
  const table = new LicenceTable();
  const copyright = await Deno.readTextFile(fixture("copyright/dep5"));
  table.addPackage({ name: "garden", version: "2" }, copyright);
  table.addPackage({ name: "gate", version: "1" }, undefined);
  assertEquals(table.get("garden").class, "GPL");
  assertEquals(table.get("gate").evidence, "no copyright file");
  assertEquals(table.get("other").class, "unknown");
});

Deno.test("LicenceTable asks of a combination what all its parts ask for", () => {
  const table = new LicenceTable();
  const part = (name: string, licence: string) =>
    table.addPackage({ name, version: "1" }, `see /usr/share/common-licenses/${licence}`);
  part("garden", "LGPL-2");
  part("gate", "Apache-2.0");
  assertEquals(table.addCombination(["garden", "garden"]), "garden");
  assertEquals(table.addCombination(["garden", "gate"]), "garden+gate");
  assertEquals(table.get("garden+gate").class, "LGPL");
  table.addCombination(["garden", "missing"]);
  assertEquals(table.get("garden+missing").class, "unknown");
});
