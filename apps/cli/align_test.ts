import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { copyOfShipped, heedInEarnest, recurrentModel } from "./testing/real_models.ts";

const align = (...args: string[]) => heedInEarnest(["align", ...args]);
const gold = new URL("../../testdata/alignment/en-de.tsv", import.meta.url).pathname;

/** The first pairs of the reference in a file of their own. */
async function fewPairs(count: number): Promise<string> {
  const lines = (await Deno.readTextFile(gold)).split("\n").slice(0, count);
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, lines.join("\n"));
  return path;
}

Deno.test("heed align finds the head of the shipped model that its files name", async () => {
  const { exitCode, out, errors } = await align("--gold", gold, "--json");
  assertEquals([exitCode, errors], [0, ""]);
  const found = JSON.parse(out);
  const stored = JSON.parse(
    await Deno.readTextFile(
      new URL("../../packages/model-en-de/model/generation_config.json", import.meta.url),
    ),
  );
  assertEquals(found.heads, stored.alignment_heads);
  assertEquals(found.shift, stored.alignment_shift ?? 0);
  assertEquals([found.pairs, found.scores.length], [65, 2 * 2 * 5]);
  const { argmax, above, crossValidated } = found;
  assert(argmax.errorRate < 0.15, String(argmax.errorRate));
  assert(above.errorRate < 0.12, String(above.errorRate));
  assert(crossValidated < 0.2, String(crossValidated));
});

Deno.test("heed align --write stores the heads, which translate and attention then show", async () => {
  const model = await copyOfShipped();
  const config = `${model}/generation_config.json`;
  const { alignment_heads: heads, alignment_shift: shift, ...rest } = JSON.parse(
    await Deno.readTextFile(config),
  );
  await Deno.writeTextFile(config, JSON.stringify(rest));
  const translate = async () => {
    const args = ["translate", "--model", model, "--json", "--attention", "Close the file."];
    return JSON.parse((await heedInEarnest([...args, "--num-beams", "1"])).out);
  };
  const before = await translate();
  const { exitCode, out } = await align("--model", model, "--gold", gold, "--write");
  assertEquals(exitCode, 0);
  assertStringIncludes(out, "Alignment error rate in per cent, 65 sentence pairs");
  const [[layer, head]] = heads, step = shift ? "reads" : "produces";
  assertStringIncludes(out, `Best: layer ${layer} head ${head}, of the step that ${step} a word`);
  assertEquals(JSON.parse(await Deno.readTextFile(config)), {
    ...rest,
    alignment_heads: heads,
    alignment_shift: shift,
  });
  const after = await translate();
  assertEquals(after.translation, before.translation);
  assert(JSON.stringify(after.attention) !== JSON.stringify(before.attention));
  const written = after.targetTokens.findIndex((token: string) => token.endsWith("Datei"));
  const [best] = after.attention[written].map((weight: number, i: number) => [weight, i])
    .sort(([a]: number[], [b]: number[]) => b - a);
  assert(after.sourceTokens[best[1]].endsWith("file"), String(best));
  await Deno.remove(model, { recursive: true });
});

Deno.test("heed align makes the alignments of two models one", async () => {
  const model = await copyOfShipped(); // of the same direction, so it aligns badly
  const path = await fewPairs(12);
  const { out } = await align("--gold", path, "--reverse", model, "--json");
  const { symmetrized, reverse, argmax } = JSON.parse(out);
  assertEquals(Object.keys(symmetrized), ["intersection", "union", "grow-diag"]);
  assert(Object.values<number>(symmetrized).every((rate) => rate >= 0 && rate <= 1));
  assert(reverse.argmax.errorRate > argmax.errorRate);
  assertStringIncludes(
    (await align("--gold", path, "--reverse", model)).out,
    "Both directions made one\n  intersection",
  );
  await Deno.remove(model, { recursive: true });
  await Deno.remove(path);
});

Deno.test("heed align refuses to write where there is nothing to choose, or nowhere to write", async () => {
  const recurrent = await recurrentModel("rnnsearch");
  const path = await fewPairs(2);
  const found = await align("--model", recurrent, "--gold", path);
  assertEquals(found.exitCode, 0);
  assertStringIncludes(found.out, "layer 0  head 0");
  const refused = await align("--model", recurrent, "--gold", path, "--write");
  assertEquals(refused.exitCode, 2);
  assertStringIncludes(refused.errors, "a recurrent model has one");
  await Deno.remove(recurrent, { recursive: true });
  await Deno.remove(path);
});

const wrong: [content: string, message: string][] = [
  ["a b\tc", ":1: it needs a source, a target and links"],
  ["a\tb\t0-0\n\na\tb\t0-1", ":3: the link 0-1 is outside of 1 and 1 words"],
  ["a\tb\t0:0", ':1: Cannot read the alignment link "0:0"'],
  ["\n\n", "it has no line"],
];

for (const [content, message] of wrong) {
  Deno.test(`heed align refuses a reference of ${JSON.stringify(content)}`, async () => {
    const path = await Deno.makeTempFile();
    await Deno.writeTextFile(path, content);
    const { exitCode, errors } = await align("--gold", path);
    assertEquals(exitCode, 1);
    assertStringIncludes(errors, message);
    await Deno.remove(path);
  });
}

const misused: [args: string[], exitCode: number, message: string][] = [
  [[], 2, "--gold"],
  [["--gold", gold, "--write"], 2, "Cannot write into the shipped model"],
  [["--gold", gold, "--write", "--model", "https://example.com/m"], 2, "Cannot write into https"],
  [["--gold", "/no/such/file"], 1, "Cannot read /no/such/file: "],
  [["--gold", gold, "--max-heads", "0"], 2, "positive integer"],
];

for (const [args, exitCode, message] of misused) {
  Deno.test(`heed align ${args.join(" ").replace(gold, "GOLD")} exits ${exitCode}`, async () => {
    const result = await align(...args);
    assertStringIncludes(result.errors, message);
    assertEquals([result.exitCode, result.out], [exitCode, ""]);
  });
}
