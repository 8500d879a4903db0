import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

async function heed(...args: string[]) {
  const host = fakeHost();
  const exitCode = await run(args, host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

const testdata = new URL("../../testdata/cli/", import.meta.url).pathname;

Deno.test("heed score --json equals sacrebleu", async () => {
  const { exitCode, out, errors } = await heed(
    ...["score", "--hypothesis", `${testdata}hypothesis.txt`],
    ...["--reference", `${testdata}reference.txt`, "--json"],
  );
  assertEquals([exitCode, errors], [0, ""]);
  const expected = JSON.parse(await Deno.readTextFile(`${testdata}scores.json`));
  const { sentences, bleu, chrf } = JSON.parse(out);
  assertEquals(sentences, 4);
  assertAlmostEquals(bleu.score, expected.bleu.score, 0.01);
  assertAlmostEquals(chrf.score, expected.chrf.score, 0.01);
  assertEquals([bleu.signature, chrf.signature], [
    expected.bleu.signature,
    expected.chrf.signature,
  ]);
});

Deno.test("heed score prints a table for people", async () => {
  const { out } = await heed(
    ...["score", "--hypothesis", `${testdata}reference.txt`],
    ...["--reference", `${testdata}reference.txt`],
  );
  assertStringIncludes(out, "BLEU   100.00   nrefs:1|case:mixed");
  assertStringIncludes(out, "chrF2  100.00   nrefs:1|case:mixed");
});

Deno.test("heed score refuses files that do not belong together", async () => {
  const reference = await Deno.makeTempFile();
  const args = ["--hypothesis", `${testdata}hypothesis.txt`, "--reference", reference];
  const { exitCode, errors } = await heed("score", ...args);
  assertEquals(exitCode, 1);
  assertStringIncludes(errors, "they have 4 and 0 lines");
  const missing = await heed("score", "--hypothesis", "/no/file", "--reference", reference);
  assertEquals([missing.exitCode, missing.errors], [
    1,
    "heed: Cannot read /no/file: there is no such file\n",
  ]);
  const empty = await heed("score", "--hypothesis", reference, "--reference", reference);
  assertStringIncludes(empty.errors, "it has no line");
  await Deno.remove(reference);
});

Deno.test("heed evaluate scores a test set and names lines that are no pair", async () => {
  const test = await Deno.makeTempFile();
  await Deno.writeFile(
    test,
    new Uint8Array([
      ...new TextEncoder().encode("one two three four. Five.\tONE TWO THREE FOUR. FIVE.\n"),
      ...new TextEncoder().encode("only one column\n\nno target\t\n"),
      ...[98, 0xff, 9, 98, 10],
      ...new TextEncoder().encode("six seven\tSIX SEVEN\tand more\r\n"),
    ]),
  );
  const { exitCode, out, errors } = await heed("evaluate", "--test", test, "--json");
  assertEquals(exitCode, 0, errors);
  const { seconds, wordsPerSecond, bleu, chrf, ...rest } = JSON.parse(out);
  assertEquals(rest, {
    sentences: 2,
    device: "paper",
    engine: "engine",
    dtype: "int8",
    simd: "plain",
    threads: 2,
    numBeams: 4,
    skipped: 4,
  });
  assertAlmostEquals(bleu.score, 100);
  assertAlmostEquals(chrf.score, 100);
  assertEquals(bleu.signature.startsWith("nrefs:1|case:mixed|eff:no|tok:13a"), true);
  assertEquals([typeof seconds, wordsPerSecond > 0], ["number", true]);
  assertEquals(errors.trimEnd().split("\n").map((line) => line.replace(test, "FILE")), [
    "heed: FILE:2 is left out: it needs a source, a tab, a reference",
    "heed: FILE:3 is left out: it is empty",
    "heed: FILE:4 is left out: it needs a source, a tab, a reference",
    "heed: FILE:5 is left out: invalid UTF-8",
  ]);
  const limited = await heed("evaluate", "--test", test, "--limit", "1");
  assertStringIncludes(limited.out, "1 sentences, 4 beams\n");
  assertStringIncludes(limited.out, "words/s on paper by the engine, int8, 2 threads\n");
  await Deno.remove(test);
});

Deno.test("heed evaluate --reverse reads the source from the second column", async () => {
  const test = await Deno.makeTempFile();
  await Deno.writeTextFile(test, "ONE TWO THREE FOUR.\tone two three four.\n");
  const bleu = async (...args: string[]) =>
    JSON.parse((await heed("evaluate", "--test", test, "--json", ...args)).out).bleu.score;
  assertAlmostEquals(await bleu("--reverse"), 100);
  assert(await bleu() < 50);
  await Deno.remove(test);
});

Deno.test("heed evaluate refuses what it cannot evaluate", async () => {
  const empty = await Deno.makeTempFile();
  const none = await heed("evaluate", "--test", empty);
  assertEquals(none.exitCode, 1);
  assertStringIncludes(none.errors, "it has no pair");
  const missing = await heed("evaluate", "--test", "/no/file", "--json");
  assertEquals(missing.exitCode, 1);
  assertStringIncludes(missing.errors, "/no/file");
  assertEquals(missing.out, "");
  await Deno.remove(empty);
});

Deno.test("heed evaluate takes the shipped model of the languages asked for", async () => {
  const test = await Deno.makeTempFile();
  await Deno.writeTextFile(test, "eins\tone\n");
  const host = fakeHost();
  const evaluate = (...args: string[]) => run(["evaluate", "--test", test, ...args], host);
  assertEquals(await evaluate("--limit", "1"), 0);
  assertEquals((host.loaded[0].model as { name: string }).name, "en-de");
  await evaluate("--from", "de");
  assertEquals((host.loaded[1].model as { name: string }).name, "de-en");
  assertEquals(await evaluate("--from", "fr"), 2);
  assertStringIncludes(host.errors(), "Cannot translate from fr: on offer is en to de, de to en");
  await Deno.remove(test);
});
