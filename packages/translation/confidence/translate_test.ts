import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { randomText } from "../testing/random_text.ts";
import { Translator } from "../translator.ts";
import type { ConfidenceCalibration } from "./confidence_calibration.ts";

/** Changes no probability of a word, and gives every sentence the odds that it has times 3. */
const confidence: ConfidenceCalibration = {
  word: { a: 1, b: 1, c: 0 },
  sentence: { a: 1, b: 1, c: Math.log(3) },
};

function reverser(calibration?: ConfidenceCalibration) {
  const model = new ReversingModel();
  const languages = [{ source: "en", target: "de" }];
  const tokenizer = new WordTokenizer();
  return {
    model,
    translator: new Translator({ model, tokenizer, languages, confidence: calibration }),
  };
}

/** The model's probability of a token of the k-th best, and what the calibration makes of it. */
const p = Math.exp(-1);
const tripled = 3 * p / (3 * p + 1 - p);

Deno.test("translate() rates sentences and texts when the model has a calibration", async () => {
  const { translator } = reverser(confidence);
  assertEquals(translator.confidence, confidence);
  const [[best], [several], [empty]] = await translator.translate(["a b.", "A b. C d e.", " - "]);
  assertAlmostEquals(best.confidence!, tripled, 1e-12);
  assertAlmostEquals(several.confidence!, tripled, 1e-12);
  assertEquals(empty.confidence, 1);
  assertEquals("words" in best, false);
});

Deno.test("translate() weights sentences by their tokens in the confidence of a text", async () => {
  const { translator, model } = reverser(confidence);
  const generate = model.generate.bind(model);
  // Sentences of 4 tokens get an even chance for each token, the others certainty.
  model.generate = async (inputIds, options) =>
    (await generate(inputIds, options)).map(([best]) => {
      const logProb = best.ids.length === 4 ? 4 * Math.log(0.5) : 0;
      return [{ ...best, logProb }];
    });
  const [[{ confidence: rated }]] = await translator.translate(["Ab b c. Dd."]);
  assertAlmostEquals(rated!, (4 * 0.75 + 2) / 6, 1e-5);
});

Deno.test("translate() rates a sentence alike whatever lengthPenalty makes of its score", async () => {
  const { translator, model } = reverser(confidence);
  const generate = model.generate.bind(model);
  model.generate = async (inputIds, options) =>
    (await generate(inputIds, options)).map(([best]) => [{ ...best, score: -0.01 }]);
  const [[best]] = await translator.translate(["a b."]);
  assertAlmostEquals(best.confidence!, tripled, 1e-12);
});

Deno.test("translate() returns words with their places in the text, probability and confidence", async () => {
  const { translator } = reverser(confidence);
  const source = "# Ab cd.\n\n- Ef, gh.\n";
  const [[{ translation, words }]] = await translator.translate([source], { words: true });
  assertEquals(translation, "# cd. Ab\n\n- gh. Ef,\n");
  assertEquals(words!.map(({ text }) => text), ["cd", "Ab", "gh", "Ef"]);
  for (const { text, start, end, probability, confidence } of words!) {
    assertEquals(translation.slice(start, end), text);
    assertAlmostEquals(probability, p, 1e-12);
    assertAlmostEquals(confidence!, p, 1e-12);
  }
  const [[empty]] = await translator.translate(["\n"], { words: true });
  assertEquals(empty.words, []);
});

Deno.test("translate() finds every word in its place, and its letters' probability, on random Unicode", async () => {
  const codePoints = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);
  const translator = new Translator({
    model: {
      maxSourceTokens: 1000,
      maxTargetTokens: 1000,
      generate: (batch) =>
        Promise.resolve(batch.map((ids) => {
          const tokenLogProbs = ids.map(() => -0.25);
          return [{ ids, logProb: -ids.length / 4, score: 0, finished: true, tokenLogProbs }];
        })),
      crossAttention: () => Promise.reject(new Error("not asked for")),
      dispose: () => {},
    },
    tokenizer: {
      encode: (text) => ({ ids: codePoints(text), tokens: [...text] }),
      decode: (ids) => [...ids].map((id) => String.fromCodePoint(id)).join(""),
      idToToken: (id) => String.fromCodePoint(id),
    },
    confidence,
  });
  const texts = Array.from({ length: 60 }, (_, seed) => randomText(seed));
  let count = 0;
  for (const [{ translation, words }] of await translator.translate(texts, { words: true })) {
    let last = 0;
    for (const { text, start, end, probability } of words!) {
      assert(start >= last && end > start);
      assertEquals(translation.slice(start, end), text);
      assertAlmostEquals(probability, Math.exp(-codePoints(text).length / 4), 1e-9);
      last = end;
      count++;
    }
  }
  assert(count > 200, `${count} words`);
});

Deno.test("translate() rates each of several translations", async () => {
  const { translator } = reverser(confidence);
  const [ranks] = await translator.translate(["a b c."], {
    words: true,
    numBeams: 2,
    numReturnSequences: 2,
  });
  assert(ranks[0].confidence! > ranks[1].confidence!);
  assertEquals(ranks.map(({ words }) => words!.length), [3, 2]);
  assertAlmostEquals(ranks[1].words![0].probability, p * p, 1e-12);
});

Deno.test("translate() without a calibration gives words their probability, and no confidence", async () => {
  const { translator } = reverser();
  const [[best], [several]] = await translator.translate(["a b.", "A b. C d."], {
    words: true,
    attention: true,
  });
  assertEquals("confidence" in best, false);
  assertEquals(best.words, [
    { text: "b", start: 0, end: 1, probability: p },
    { text: "a", start: 3, end: 4, probability: p },
  ]);
  assertEquals("confidence" in several.sentences![0], false);
});

Deno.test("translate() gives sentences with attention their confidence too", async () => {
  const { translator } = reverser(confidence);
  const [[{ sentences }]] = await translator.translate(["A b. C d."], { attention: true });
  sentences!.forEach((sentence) => assertAlmostEquals(sentence.confidence!, tripled, 1e-12));
});

Deno.test("Translator.load() reads the calibration, and refuses a broken one", async () => {
  const model = fileURLToPath(new URL("../../model-en-de/model/", import.meta.url));
  const directory = await Deno.makeTempDir();
  for await (const { name } of Deno.readDir(model)) {
    if (name === "generation_config.json") continue;
    await Deno.symlink(`${model}${name}`, `${directory}/${name}`);
  }
  const path = `${directory}/generation_config.json`;
  const generation = JSON.parse(await Deno.readTextFile(`${model}generation_config.json`));
  await Deno.writeTextFile(path, JSON.stringify({ ...generation, confidence }));
  {
    using translator = await Translator.load(directory, { device: "wasm", threads: 1 });
    const [[best]] = await translator.translate(["The file could not be opened."], { words: true });
    assertEquals(best.words!.map(({ text }) => text).join(" "), best.translation.slice(0, -1));
    for (const { probability, confidence } of best.words!) {
      assertAlmostEquals(confidence!, probability, 2e-6); // kept as far from 0 and 1
    }
    // What the words have of the log-probability; the rest is that of the full stop and the end.
    const ofWords = best.words!.reduce((sum, { probability }) => sum + Math.log(probability), 0);
    assert(ofWords < 0 && ofWords > best.score * (best.words!.length * 4), `${ofWords}`);
    const raw = Math.exp(best.score);
    assertAlmostEquals(best.confidence!, 3 * raw / (3 * raw + 1 - raw), 1e-9);
  }
  await Deno.writeTextFile(path, JSON.stringify({ ...generation, confidence: { word: 1 } }));
  await assertRejects(
    () => Translator.load(directory, { device: "wasm", threads: 1 }),
    SyntaxError,
    "confidence.word is 1",
  );
  await Deno.remove(directory, { recursive: true });
});
