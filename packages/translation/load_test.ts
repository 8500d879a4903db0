import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { readLanguages } from "./load.ts";
import { Translator } from "./translator.ts";

interface Golden {
  readonly rows: {
    readonly source: string;
    readonly greedy: { readonly translation: string };
    readonly beam: { readonly translation: string; readonly score: number };
  }[];
}

/** Made by Python's transformers; see testdata/translation/README.md. */
const { rows }: Golden = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/translation/golden.json", import.meta.url)),
);
const sources = rows.map(({ source }) => source);
/** On scores, which are means of some ten log-probabilities in single precision. */
const tolerance = 1e-4;

Deno.test("Translator.load() translates as transformers does, in any batch", async () => {
  using translator = await Translator.load(assets, { device: "wasm" });
  assertEquals(translator.languages, { source: "en", target: "de" });
  assertEquals(translator.device?.name, "wasm");
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
  assertEquals(await readLanguages(assets), { source: "en", target: "de" });
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/vocab.json`, "{}");
  await assertRejects(
    () => Translator.load(directory),
    Error,
    "config.json, source.spm, target.spm are missing",
  );
  assertEquals(await readLanguages(directory), undefined);
  await Deno.writeTextFile(`${directory}/tokenizer_config.json`, "{");
  await assertRejects(() => readLanguages(directory), SyntaxError, "tokenizer_config.json");
  await Deno.remove(directory, { recursive: true });
});
