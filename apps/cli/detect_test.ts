import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "./program.ts";
import { fakeHost, type FakeHostOptions } from "./testing/fake_host.ts";

async function heed(args: string[], options?: FakeHostOptions) {
  const host = fakeHost(options);
  const exitCode = await run(args, host);
  return { exitCode, out: host.out(), errors: host.errors(), host };
}

const english = "The house is small.", german = "Das Haus ist klein.";
const french = "La maison est petite.";

Deno.test("heed detect names the language of each text, nothing of what has no letters", async () => {
  assertEquals((await heed(["detect", english, german])).out, "en\nde\n");
  const stdin = `${french}\n\n12:30\n${german}\n`;
  assertEquals((await heed(["detect"], { stdin })).out, "fr\n\n\nde\n");
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, stdin);
  assertEquals((await heed(["detect", "--input", path])).out, "fr\n\n\nde\n");
  assertEquals((await heed(["detect", "--input", path, "x"])).exitCode, 2);
  await Deno.remove(path);
});

Deno.test("heed detect --json says how much a text is like several languages", async () => {
  const args = ["detect", "--json", "--among", "en,de", "Hello world", "?"];
  const [hello, nothing] = (await heed(args)).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([hello.text, hello.language, hello.languages.length > 1], [
    "Hello world",
    "en",
    true,
  ]);
  assertEquals(hello.languages[0], { language: "en", confidence: hello.confidence });
  assertEquals(nothing, { text: "?", language: null, confidence: 0, languages: [] });
  const { exitCode, errors } = await heed(["detect", "--among", "english", "x"]);
  assertEquals(exitCode, 2);
  assertStringIncludes(errors, "such as en,de");
});

Deno.test("heed translate --from auto takes the model of each text, and leaves what none translates", async () => {
  const stdin = [english, german, "12:30", french, ""].join("\n");
  const into = await heed(["translate", "--from", "auto", "--to", "de"], { stdin });
  assertEquals(into.out, `${english.toUpperCase()}\n${german}\n12:30\n${french}\n`);
  assertEquals(into.host.loaded.length, 1);
  const args = ["translate", "--from", "auto", "--to", "de", "--json", english, french];
  const [first, second] = (await heed(args)).out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([first.detected.language, first.untranslated], ["en", undefined]);
  assertEquals([second.detected.language, second.untranslated], ["fr", true]);
});

Deno.test("heed translate --from auto takes terms of TBX in the language of each text", async () => {
  const path = await Deno.makeTempFile({ suffix: ".tbx" });
  const section = (language: string, term: string) =>
    `<langSec xml:lang="${language}"><termSec><term>${term}</term></termSec></langSec>`;
  const concept = `<conceptEntry>${section("en", "keys")}${section("de", "Keile")}</conceptEntry>`;
  await Deno.writeTextFile(path, `<tbx><text><body>${concept}</body></text></tbx>`);
  const args = ["translate", "--from", "auto", "--glossary", path];
  const found = await heed([...args, "--to", "de", english, german]);
  assertEquals(found.out, `${english.toUpperCase().replace("KEYS", "Keile")}\n${german}\n`);
  const wrong = await heed([...args, "--to", "fr", english]);
  assertEquals(wrong.exitCode, 1);
  assertStringIncludes(wrong.errors, "it has de, en");
  await Deno.remove(path);
});

Deno.test("heed translate --from auto says at once that no model writes a language", async () => {
  const { exitCode, errors, host } = await heed(["translate", "--from", "auto", "--to", "fr", "x"]);
  assertEquals([exitCode, host.loaded.length], [2, 0]);
  assertStringIncludes(errors, "fr");
});

Deno.test("heed translate --alignment writes places of words", async () => {
  const { out } = await heed(["translate", "--json", "--alignment", "one {x} two"]);
  const { alignment, source, translation } = JSON.parse(out);
  const kept = alignment.find(({ score }: { score: number }) => score === 1);
  assertEquals(source.slice(kept.source.start, kept.source.end), "{x}");
  assertEquals(translation.slice(kept.target.start, kept.target.end), "{x}");
  assertEquals((await heed(["translate", "--alignment", "one"])).exitCode, 2);
});
