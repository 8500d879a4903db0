import { assertEquals, assertStringIncludes } from "@std/assert";
import { translateDocument } from "@heed/documents";
import { fakeHost, type FakeHostOptions } from "./testing/fake_host.ts";
import { run } from "./program.ts";

async function translate(args: string[], options?: FakeHostOptions) {
  const host = fakeHost(options);
  const exitCode = await run(["translate", ...args], host);
  return { exitCode, out: host.out(), errors: host.errors(), host };
}

const garden = new URL("../../testdata/documents/garden.docx", import.meta.url);

/** The texts of a Word document. */
async function textsOf(path: string): Promise<string[]> {
  const texts: string[] = [];
  await translateDocument(await Deno.readFile(path), {
    format: "docx",
    translate: (batch) => (texts.push(...batch), Promise.resolve(batch)),
  });
  return texts;
}

Deno.test("heed translate FILE translates a document by its name", async () => {
  const folder = await Deno.makeTempDir();
  const [input, output] = [`${folder}/garden.docx`, `${folder}/garten.docx`];
  await Deno.copyFile(garden, input);
  const before = await textsOf(input);
  for (const args of [[input], ["--input", input]]) {
    const { exitCode, errors } = await translate([...args, "--output", output]);
    assertEquals([exitCode, errors], [0, ""]);
    const texts = await textsOf(output);
    assertEquals(texts[1], "THE GARDENER WATERS THE FLOWERS.");
    assertEquals(texts.length, before.length);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("heed translate writes a file that is a text to standard output, too", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/my words.json`;
  await Deno.writeTextFile(path, '{ "open": "open {file} & go", "n": 1 }\n');
  const expected = '{ "open": "OPEN {file} & GO", "n": 1 }\n';
  assertEquals((await translate([path])).out, expected);
  assertEquals((await translate(["--input", path])).out, expected);
  assertEquals((await translate([`Look at ${path}`])).out, `LOOK AT ${path}\n`);
  const other = `${folder}/words.txt`;
  await Deno.rename(path, other);
  assertEquals((await translate(["--format", "json", other])).out, expected);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("heed translate says what it cannot do with a file", async () => {
  const path = await Deno.makeTempFile({ suffix: ".docx" });
  await Deno.writeTextFile(path, "no archive");
  const refused: [args: string[], exitCode: number, message: string][] = [
    [[path], 2, "Cannot write docx to standard output: add --output FILE"],
    [["--json", path], 2, "leave out --json"],
    [[path, "--output", `${path}.docx`], 1, "it is no ZIP archive"],
    [[path, "--output", path], 2, "it is the input"],
    [["none.docx", "--output", "x.docx"], 1, "Cannot read none.docx: there is no such file"],
    [["--format", "po"], 2, "Cannot translate po without a file"],
  ];
  for (const [args, code, message] of refused) {
    const { exitCode, errors } = await translate(args);
    assertEquals(exitCode, code, args.join(" "));
    assertStringIncludes(errors, message);
  }
  await Deno.remove(path);
});
