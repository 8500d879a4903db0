import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LanguageError, modelLanguages } from "./languages.ts";
import { ReversingModel, WordTokenizer } from "./testing/fake_model.ts";
import { reverser } from "./testing/reverser.ts";
import { randomText } from "./testing/random_text.ts";
import { Translator } from "./translator.ts";

Deno.test("translate() keeps white space, line breaks and list markers of a document", async () => {
  const { translator } = reverser();
  const [[{ source, translation }]] = await translator.translate([
    "# A title\r\n\r\n- One two.  Three four!\n\n\t5\n",
  ]);
  assertEquals(source, "# A title\r\n\r\n- One two.  Three four!\n\n\t5\n");
  assertEquals(translation, "# title A\r\n\r\n- two. One  four! Three\n\n\t5\n");
});

Deno.test("translate() passes texts through that have nothing to translate", async () => {
  const { translator, model } = reverser();
  const texts = ["", "  ", "\n\n", "\t", "---", "42", "😀"];
  const translations = await translator.translate(texts, { numReturnSequences: 2, numBeams: 2 });
  assertEquals(
    translations,
    texts.map((source) => [
      { source, translation: source, score: 0 },
      { source, translation: source, score: 0 },
    ]),
  );
  assertEquals(model.batches, []);
  assertEquals(await translator.translate([]), []);
});

Deno.test("translate() pools the sentences of all texts, the longest first, and keeps order", async () => {
  const { translator, model } = reverser();
  const translations = await translator.translate(["Aa. B c d. E f.", "g h i j.", "k l."], {
    batchSize: 2,
  });
  assertEquals(translations.map(([best]) => best.translation), [
    "Aa. d. c B f. E",
    "j. i h g",
    "l. k",
  ]);
  assertEquals(model.batches.map((batch) => batch.map((ids) => ids.length)), [[5, 4], [3, 3], [2]]);
  assertEquals(model.options[0].numBeams, 4);
  assertEquals(model.options[0].maxNewTokens, [12, 12]);
});

Deno.test("translate() drops and reorders nothing in a line of 10,000 words", async () => {
  const { translator, model } = reverser({ maxSourceTokens: 100 });
  const words = Array.from({ length: 10_000 }, (_, i) => `w${i}`);
  const [[{ translation }]] = await translator.translate([words.join(" ")]);
  assert(model.batches.flat().every((ids) => ids.length <= 100));
  assertEquals(translation.split(" ").toSorted(), words.toSorted());
  // Reversed within a piece, pieces in order.
  const firstOfPieces = translation.split(" ").map((word) => Number(word.slice(1)));
  const pieceEnds = firstOfPieces.filter((number, i) => number > (firstOfPieces[i - 1] ?? -1));
  assertEquals(pieceEnds, pieceEnds.toSorted((a, b) => a - b));
});

Deno.test("translate() splits sentences at the lower of the two limits", async () => {
  for (const [maxSentenceTokens, longest] of [[4, 4], [1000, 12]]) {
    const { translator, model } = reverser({ maxSentenceTokens });
    await translator.translate(["a b c, d e f g h, i j k l m n o."]);
    const lengths = model.batches.flat().map((ids) => ids.length);
    assert(Math.max(...lengths) <= longest && Math.max(...lengths) > longest / 2, `${lengths}`);
  }
});

Deno.test("translate() leaves every character in place when the model copies, on random Unicode", async () => {
  const codePoints = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);
  const translator = new Translator({
    model: {
      maxSourceTokens: 40,
      maxTargetTokens: 40,
      generate: (batch) =>
        Promise.resolve(
          batch.map((ids) => [{ ids, logProb: 0, score: 0, finished: true, tokenLogProbs: [] }]),
        ),
      crossAttention: () => Promise.reject(new Error("not asked for")),
      dispose: () => {},
    },
    tokenizer: {
      encode: (text) => ({ ids: codePoints(text), tokens: [...text] }),
      decode: (ids) => [...ids].map((id) => String.fromCodePoint(id)).join(""),
      idToToken: (id) => String.fromCodePoint(id),
    },
  });
  const texts = Array.from({ length: 100 }, (_, seed) => randomText(seed));
  for (const splitSentences of [true, false]) {
    const translations = await translator.translate(texts, { splitSentences });
    assertEquals(translations.map(([best]) => best.translation), texts);
  }
});

Deno.test("translate() without splitting sends a text as it stands", async () => {
  const { translator, model } = reverser();
  const [[{ translation }]] = await translator.translate([" one. two. three.\n"], {
    splitSentences: false,
  });
  assertEquals(translation, " three. two. one.\n");
  assertEquals(model.batches.length, 1);
});

Deno.test("translate() joins the k-th best of every sentence", async () => {
  const { translator } = reverser();
  const [ranks] = await translator.translate(["A b c. D e."], {
    numReturnSequences: 2,
    numBeams: 3,
  });
  assertEquals(ranks.map(({ translation }) => translation), ["c. b A e. D", "c. b e."]);
  assertEquals(ranks.map(({ score }) => score), [-1, -2]);
});

Deno.test("translate() weights sentences by their tokens in the score of a text", async () => {
  const { translator, model } = reverser();
  const generate = model.generate.bind(model);
  model.generate = async (inputIds, options) =>
    (await generate(inputIds, options)).map(([best]) => [{ ...best, score: -best.ids.length }]);
  const [[{ score }]] = await translator.translate(["Ab b c. Dd."]); // 4 and 2 tokens
  assertEquals(score, -(4 * 4 + 2 * 2) / 6);
});

Deno.test("translate() returns tokens and attention of a sentence on request", async () => {
  const { translator } = reverser();
  const [[best]] = await translator.translate(["- a b.\n"], { attention: true });
  assertEquals(best.sourceTokens, ["a", "b.", "</s>"]);
  assertEquals(best.targetTokens, ["b.", "a", "</s>"]);
  assertEquals(best.attention, [[0, 1, 0], [1, 0, 0], [0, 0, 1]]);
  assertEquals(best.sentences, undefined);
});

Deno.test("translate() returns attention sentence by sentence for a document", async () => {
  const { translator } = reverser();
  const [[best], [empty]] = await translator.translate(["Ab b. Cc d.", " "], { attention: true });
  assertEquals(best.attention, undefined);
  assertEquals(best.sentences?.map(({ source }) => source), ["Ab b.", "Cc d."]);
  assertEquals(empty.attention, []);
  assertEquals(best.sentences?.[1], {
    source: "Cc d.",
    translation: "d. Cc",
    score: -1,
    sourceTokens: ["Cc", "d.", "</s>"],
    targetTokens: ["d.", "Cc", "</s>"],
    attention: [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
  });
  assertEquals("attention" in (await translator.translate(["a b."]))[0][0], false);
});

Deno.test("translate() refuses languages that the model does not know", async () => {
  const { translator } = reverser();
  const error = await assertRejects(() => translator.translate(["a"], { from: "en", to: "fr" }));
  assertEquals(
    (error as Error).message,
    "Cannot translate from en to fr: on offer is en to de",
  );
  await translator.translate(["a"], { from: "en-US", to: "deu" });
});

Deno.test("translate() begins each sentence with the token of the target language", async () => {
  const model = new ReversingModel();
  const translator = new Translator({
    model,
    tokenizer: new WordTokenizer(),
    languages: modelLanguages({ source: "en", target: "fr+pt" }, ["fr", "pt"]),
  });
  const texts = ["Aa b. Cc d."];
  const [[{ translation, sentences }]] = await translator.translate(texts, {
    to: "pt-BR",
    attention: true,
  });
  assertEquals(translation, "b. Aa >>pt<< d. Cc >>pt<<");
  assertEquals(sentences!.map(({ source }) => source), ["Aa b.", "Cc d."]);
  assertEquals(sentences![0].sourceTokens, [">>pt<<", "Aa", "b.", "</s>"]);
  await assertRejects(
    () => translator.translate(texts),
    LanguageError,
    "writes fr, pt; ask for one",
  );
  await assertRejects(() => translator.translate(texts, { to: "de" }), LanguageError, "en to fr");
});

Deno.test("translate() counts the token of the target language when it splits a sentence", async () => {
  const model = new ReversingModel({ maxSourceTokens: 6 });
  const translator = new Translator({
    model,
    tokenizer: new WordTokenizer(),
    languages: modelLanguages({ source: "en", target: "roa" }, ["fr"]),
  });
  await translator.translate(["a b c, d e f g h, i j k l m n o."]);
  const lengths = model.batches.flat().map((ids) => ids.length);
  assertEquals(Math.max(...lengths), 6, `${lengths}`);
});

Deno.test("translate() refuses options out of range before it searches", async () => {
  const { translator, model } = reverser();
  for (
    const options of [
      { numBeams: 0 },
      { numBeams: 1.5 },
      { numBeams: 2, numReturnSequences: 3 },
      { batchSize: 0 },
      { maxNewTokens: 0 },
      { lengthPenalty: NaN },
    ]
  ) {
    await assertRejects(() => translator.translate(["a"], options), RangeError);
  }
  assertEquals(model.batches, []);
});

Deno.test("translate() ends with the signal's reason", async () => {
  const { translator } = reverser();
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => translator.translate(["a"], { signal }), Error, "enough");
});

Deno.test("translate() keeps as many batches under way as the model gains from, with the same result", async () => {
  const texts = Array.from({ length: 90 }, (_, i) => `w${i} ${"x ".repeat((i * 7) % 9)}end.`);
  const expected = await reverser().translator.translate(texts);
  for (const concurrency of [2, 3, 8]) {
    const { model, translator } = reverser({ concurrency, delay: true });
    assertEquals(await translator.translate(texts), expected);
    assertEquals(model.mostRunning, concurrency);
    assertEquals(model.batches.length % concurrency, 0);
  }
  const { model, translator } = reverser({ concurrency: 4, delay: true });
  await translator.translate(["One two. Three four. Five six. Seven."]);
  assertEquals(model.batches.length, 1, "few words are not spread");
});

Deno.test("translate() ends all batches when one fails, and when it is aborted", async () => {
  const texts = Array.from({ length: 90 }, (_, i) => `w${i} a b c.`);
  const failing = reverser({ concurrency: 3, delay: true });
  const generate = failing.model.generate.bind(failing.model);
  let asked = 0;
  failing.model.generate = (inputIds, options) =>
    asked++ === 1 ? Promise.reject(new Error("out of memory")) : generate(inputIds, options);
  await assertRejects(() => failing.translator.translate(texts), Error, "out of memory");
  assertEquals([asked, failing.model.running, failing.model.batches], [3, 0, []]);

  const { model, translator } = reverser({ concurrency: 3, delay: true });
  const controller = new AbortController();
  const translating = translator.translate(texts, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => translating, Error, "enough");
  assertEquals([model.running, model.batches], [0, []]);
});

Deno.test("dispose() disposes the model", () => {
  const { translator, model } = reverser();
  {
    using _ = translator;
  }
  assert(model.disposed);
});

Deno.test("translate() holds some units of a long text at once, and puts all in their places", async () => {
  const tokenizer = new WordTokenizer();
  const model = new ReversingModel();
  const translator = new Translator({ model, tokenizer });
  let encoded = 0, before = 0;
  const encode = tokenizer.encode.bind(tokenizer);
  tokenizer.encode = (text) => (encoded++, encode(text));
  const generate = model.generate.bind(model);
  model.generate = (ids, options) => (before ||= encoded, generate(ids, options));
  const sentences = 10_000;
  const [[{ translation }]] = await translator.translate(["Red house. ".repeat(sentences)]);
  assertEquals(translation, "house. Red ".repeat(sentences));
  assert(before < sentences, `${before} pieces were encoded before the first was translated`);
  assertEquals(model.batches.flat().length, sentences);
});

Deno.test("checkLanguages() takes a model at its word that does not say", () => {
  const translator = new Translator({
    model: new ReversingModel(),
    tokenizer: new WordTokenizer(),
  });
  translator.checkLanguages({ from: "xx", to: "yy" });
  assertThrows(
    () => reverser().translator.checkLanguages({ to: "english" }),
    RangeError,
    "mean en",
  );
});
