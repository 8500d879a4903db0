import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

async function calibrate(...args: string[]) {
  const host = fakeHost();
  const exitCode = await run(["calibrate", ...args], host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

/**
 * Pairs of a word each, which the model of the tests writes in capitals with a probability of
 * exp(-1/2) for each letter. Words of one letter are right, words of two in one pair of four.
 */
async function pairsFile(count: number): Promise<string> {
  const path = await Deno.makeTempFile();
  const lines = Array.from({ length: count }, (_, i) => {
    const word = i % 4 < 2 ? "a" : "ab";
    return `${word}\t${word === "a" || i % 8 === 2 || i % 8 === 7 ? word.toUpperCase() : "x"}\n`;
  });
  await Deno.writeTextFile(path, lines.join(""));
  return path;
}

Deno.test("heed calibrate fits on every second pair and measures on the others", async () => {
  const data = await pairsFile(80);
  const { exitCode, out, errors } = await calibrate("--data", data, "--json");
  assertEquals([exitCode, errors], [0, ""]);
  const { fitted, measured, numBeams, word, sentence, confidence } = JSON.parse(out);
  assertEquals(fitted, { sentences: 40, words: 40 });
  assertEquals(measured, { sentences: 40, words: 40 });
  assertEquals(numBeams, 4);
  // Of 40 words 20 have one letter and are right; of those with two, 10 are.
  assertEquals([word.count, word.outcome], [40, 0.75]);
  assertEquals(word.uncalibrated.curve.map(({ count }: { count: number }) => count), [20, 20]);
  assertAlmostEquals(
    word.uncalibrated.calibrationError,
    (1 - Math.exp(-0.5) + 0.5 - Math.exp(-1)) / 2,
    1e-9,
  );
  assert(word.calibrated.calibrationError < word.uncalibrated.calibrationError / 2);
  assert(word.calibrated.brier < word.uncalibrated.brier);
  assertEquals(word.auc, (20 * 10 + 10 * 5) / 300);
  assertEquals(sentence.count, 40);
  assertEquals(
    confidence.fittedOn,
    `${data.split("/").at(-1)}: 80 sentences, 80 words, 4 beams, int8`,
  );
  await Deno.remove(data);
});

Deno.test("heed calibrate --test fits on all of the data", async () => {
  const [data, test] = [await pairsFile(16), await pairsFile(8)];
  const { out } = await calibrate("--data", data, "--test", test, "--num-beams", "1", "--json");
  const { fitted, measured } = JSON.parse(out);
  assertEquals([fitted.sentences, measured.sentences], [16, 8]);
  const limited = await calibrate("--data", data, "--test", test, "--limit", "4");
  assertStringIncludes(
    limited.out,
    "fitted on 4 sentences with 4 words, measured on 4 sentences with 4 words, 4 beams\n",
  );
  await Promise.all([data, test].map((path) => Deno.remove(path)));
});

Deno.test("heed calibrate --write stores the calibration, and --report the figures", async () => {
  const data = await pairsFile(24);
  const model = await Deno.makeTempDir();
  const report = `${model}/new/figures`;
  await Deno.writeTextFile(`${model}/generation_config.json`, '{"num_beams": 4}');
  const args = ["--data", data, "--model", model, "--report", report];
  assertEquals((await calibrate(...args)).exitCode, 0);
  const path = `${model}/generation_config.json`;
  assertEquals(await Deno.readTextFile(path), '{"num_beams": 4}');
  const { exitCode, out, errors } = await calibrate(...args, "--write");
  assertEquals([exitCode, errors], [0, ""]);
  assertStringIncludes(out, "calibration error ");
  assertStringIncludes(out, "\nconfidence     words    mean   right\n");
  const written = JSON.parse(await Deno.readTextFile(path));
  const { confidence, word } = JSON.parse(await Deno.readTextFile(`${report}/calibration.json`));
  assertEquals(written, { num_beams: 4, confidence });
  assertEquals(word.count, 12);
  for (const name of ["word", "sentence"]) {
    const svg = await Deno.readTextFile(`${report}/${name}_reliability.svg`);
    assertStringIncludes(svg, "as it should be");
  }
  await Deno.remove(model, { recursive: true });
  await Deno.remove(data);
});

const wrong: [args: string[], exitCode: number, message: string][] = [
  [["--data", "DATA", "--write"], 2, "Cannot write into the shipped model"],
  [
    ["--data", "DATA", "--write", "--model", "https://a.example/model"],
    2,
    "Cannot write into https://a.example/model",
  ],
  [["--data", "DATA", "--limit", "1"], 1, "it has one pair"],
  [["--data", "/no/file"], 1, "/no/file"],
  [[], 2, "--data"],
];

for (const [args, expected, message] of wrong) {
  Deno.test(`heed calibrate ${args.join(" ")} is refused: ${message}`, async () => {
    const data = await pairsFile(4);
    const { exitCode, out, errors } = await calibrate(
      ...args.map((argument) => argument === "DATA" ? data : argument),
    );
    assertStringIncludes(errors, message);
    assertEquals([exitCode, out], [expected, ""]);
    await Deno.remove(data);
  });
}
