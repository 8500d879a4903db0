import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { assets } from "@heed/model-en-de";
import type { Machine } from "./decide_runtime.ts";
import { loadTranslatorParts, readLanguages } from "./load.ts";
import { clearCase, shippedSentences as rows } from "./testing/shipped_sentences.ts";
import { Translator } from "./translator.ts";

const sources = rows.map(({ source }) => source);
/** On scores, which are means of some ten log-probabilities in single precision. */
const tolerance = 1e-4;

/** Python chooses from the whole vocabulary. */
const all = { shortlist: false };

/** The same model by both implementations: the engine on one and two threads, and tfjs on WASM. */
const implementations: [name: string, load: () => Promise<Translator>][] = [
  ...[1, 2].map((threads): [string, () => Promise<Translator>] => [
    `the engine in fp32 on ${threads} threads`,
    () => Translator.load(assets, { device: "wasm", dtype: "fp32", threads, ...all }),
  ]),
  ["tfjs", async () => new Translator(await loadTranslatorParts(assets, all, { machine }))],
];

/** A machine without the engine. */
const machine: Machine = {
  environment: () => undefined,
  requestAdapter: () => Promise.resolve({ failure: "there is no adapter" }),
  refusal: (runner) => runner === "engine" ? "it is left out here" : undefined,
};

for (const [name, load] of implementations) {
  Deno.test(`Translator.load() translates as transformers does by ${name}, in any batch`, async () => {
    using translator = await load();
    assertEquals(translator.languages, [{ source: "en", target: "de" }]);
    assertEquals(translator.device?.name, "wasm");
    assertEquals(translator.device?.engine, name === "tfjs" ? "tfjs" : "engine");
    const greedy = await translator.translate(sources, { numBeams: 1 });
    assertEquals(
      greedy.map(([{ translation }]) => translation),
      rows.map((row) => row.greedy.translation),
    );
    for (const batchSize of [1, 16]) {
      const beam = await translator.translate(sources, { batchSize });
      assertEquals(
        beam.map(([{ translation }]) => translation),
        rows.map((row) => row.beam.translation),
      );
      beam.forEach(([{ score }], i) => assertAlmostEquals(score, rows[i].beam.score, tolerance));
    }
  });
}

Deno.test("Translator.load() takes the engine in int8 by default, the same in any batch and on any thread", async () => {
  using one = await Translator.load(assets, { device: "wasm", threads: 1 });
  using three = await Translator.load(assets, { device: "wasm", threads: 3 });
  const { dtype, engine, threads } = three.device!;
  assertEquals({ dtype, engine, threads }, { dtype: "int8", engine: "engine", threads: 3 });
  const texts = Array.from({ length: 2 }, () => sources).flat(); // enough to be spread
  const expected = await one.translate(texts);
  const golden = rows.map(({ beam }) => beam.translation);
  const equal = golden.filter((text, i) => text === expected[i][0].translation).length;
  assert(equal >= golden.length * 0.7, `${equal} of ${golden.length} as in single precision`);
  for (const batchSize of [1, 2, 16]) {
    assertEquals(await three.translate(texts, { batchSize }), expected);
  }
});

Deno.test("Translator.load() translates by the engine until it is told to stop", async () => {
  for (const threads of [1, 2]) {
    using translator = await Translator.load(assets, { device: "wasm", threads });
    const controller = new AbortController();
    const long = Array.from({ length: 24 }, (_, i) => `${i} ${sources.join(" ")}`);
    const translating = translator.translate(long, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await assertRejects(() => translating, Error, "enough");
    const [[{ translation }]] = await translator.translate([clearCase.source]);
    assertEquals(translation, clearCase.translation);
  }
});

Deno.test("Translator.load() gives n-best lists and attention", async () => {
  using translator = await Translator.load(assets, { device: "wasm" });
  const [ranked] = await translator.translate(["Open the file."], {
    numReturnSequences: 3,
    attention: true,
  });
  assertEquals(ranked.length, 3);
  assertEquals(new Set(ranked.map(({ translation }) => translation)).size, 3);
  const scores = ranked.map(({ score }) => score);
  assertEquals(scores, scores.toSorted((a, b) => b - a));
  for (const { sourceTokens, targetTokens, attention } of ranked) {
    assertEquals(attention?.length, targetTokens?.length);
    for (const row of attention!) {
      assertEquals(row.length, sourceTokens?.length);
      assertAlmostEquals(row.reduce((sum, weight) => sum + weight), 1, 1e-5);
    }
  }
});

Deno.test("Translator.load() translates a line that is longer than the model takes", async () => {
  using translator = await Translator.load(assets, { device: "wasm", maxSentenceTokens: Infinity });
  const line = Array.from({ length: 1_500 }, (_, i) => i % 50 === 49 ? "file," : "file").join(" ");
  const [[{ translation, sentences }]] = await translator.translate([line], {
    numBeams: 1,
    maxNewTokens: 8,
    attention: true,
  });
  assertEquals(sentences!.map(({ source }) => source).join(" "), line);
  assertEquals(sentences!.length, 4);
  assertEquals(translation, sentences!.map(({ translation }) => translation).join(" "));
});

Deno.test("Translator.load() and readLanguages() name what is missing", async () => {
  assertEquals(await readLanguages(assets), [{ source: "en", target: "de" }]);
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/vocab.json`, "{}");
  await assertRejects(
    () => Translator.load(directory),
    Error,
    "config.json, source.spm, target.spm are missing",
  );
  assertEquals(await readLanguages(directory), []);
  await Deno.writeTextFile(`${directory}/tokenizer_config.json`, "{");
  await assertRejects(() => readLanguages(directory), SyntaxError, "tokenizer_config.json");
  await Deno.remove(directory, { recursive: true });
});
