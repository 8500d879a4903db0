import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openTextEncoder } from "./open_text_encoder.ts";
import { tinyEncoder } from "./testing/tiny_encoder.ts";

async function withTiny(
  name: string,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await tinyEncoder(name);
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const choice = { device: "wasm", dtype: "fp32", threads: 1 } as const;

/** Makes a folder of sentence-transformers of a model folder. */
async function addModules(
  folder: string,
  { pooling, modules = ["Transformer", "Pooling", "Normalize"] }: {
    pooling: Record<string, unknown>;
    modules?: string[];
  },
) {
  const list = modules.map((type, idx) => ({
    idx,
    name: String(idx),
    path: idx === 0 ? "" : `${idx}_${type}`,
    type: `sentence_transformers.models.${type}`,
  }));
  await Deno.writeTextFile(`${folder}/modules.json`, JSON.stringify(list));
  await Deno.mkdir(`${folder}/1_Pooling`, { recursive: true });
  await Deno.writeTextFile(`${folder}/1_Pooling/config.json`, JSON.stringify(pooling));
  await Deno.writeTextFile(
    `${folder}/sentence_bert_config.json`,
    JSON.stringify({ max_seq_length: 8, do_lower_case: false }),
  );
}

Deno.test("embed() does what a folder of sentence-transformers says", () =>
  withTiny("bert/model", async (folder) => {
    const texts = ["The cat sat on a mat.", "who", ""];
    using plain = await openTextEncoder(folder, choice);
    assertEquals([plain.sentence.pooling, plain.sentence.normalize], ["mean", false]);
    await addModules(folder, {
      pooling: { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
    });
    const warnings: string[] = [];
    using encoder = await openTextEncoder(folder, {
      ...choice,
      onWarning: (text) => warnings.push(text),
    });
    assertEquals([encoder.sentence.pooling, encoder.maxTokens], ["cls", 8]);
    const vectors = await encoder.embed(texts);
    for (const vector of vectors) assertAlmostEquals(Math.hypot(...vector), 1, 1e-6);
    const expected = await plain.embed(texts.slice(1), { pooling: "cls", normalize: true });
    assertEquals(vectors.slice(1), expected);
    assertEquals(warnings, ["text 1 is longer than 8 tokens and was cut"]);
  }));

Deno.test("embed() averages the parts of a long text, and leaves what fits as it is", () =>
  withTiny("roberta/model", async (folder) => {
    using encoder = await openTextEncoder(folder, choice);
    const long = "the cat sat on a mat the dog ran in paris who is my card not good film";
    const [cut] = await encoder.embed([long]);
    const [whole, short] = await encoder.embed([long, "the cat"], { long: "stride" });
    assertEquals(short, (await encoder.embed(["the cat"]))[0]);
    assertEquals(whole.every((value, i) => value === cut[i]), false);
    const { ids } = encoder.tokenizer.encode(long);
    assertEquals(ids.length > encoder.maxTokens, true);
  }));

Deno.test("embed() gives a text the same vector whatever is beside it", () =>
  withTiny("distilbert/model", async (folder) => {
    using encoder = await openTextEncoder(folder, { device: "wasm", dtype: "int8", threads: 2 });
    const texts = Array.from(
      { length: 70 },
      (_, i) => i % 2 === 0 ? "the cat" : "ada lives in paris",
    );
    const vectors = await encoder.embed(texts);
    const alone = await encoder.embed(["ada lives in paris"]);
    assertEquals(vectors.length, 70);
    assertEquals(vectors[69], alone[0]);
  }));

Deno.test("modules and ways of pooling that are not known are named", () =>
  withTiny("bert/model", async (folder) => {
    const open = () => openTextEncoder(folder, choice);
    await addModules(folder, { pooling: {}, modules: ["Transformer", "Pooling", "Dense"] });
    await assertRejects(open, SyntaxError, "pooling_mode_undefined_tokens");
    await addModules(folder, {
      pooling: { pooling_mode: "max" },
      modules: ["Transformer", "Pooling", "Dense"],
    });
    await assertRejects(open, SyntaxError, "its module Dense is not one of");
    await addModules(folder, { pooling: { pooling_mode_weightedmean_tokens: true } });
    await assertRejects(open, SyntaxError, "Cannot pool by pooling_mode_weightedmean_tokens");
    await addModules(folder, { pooling: { pooling_mode: "cls" } });
    using encoder = await open();
    assertEquals(encoder.sentence.pooling, "cls");
  }));

Deno.test("classify() gives all labels by probability", () =>
  withTiny("roberta/sequence-classification", async (folder) => {
    using encoder = await openTextEncoder(folder, choice);
    const [first, second] = await encoder.classify(["the cat", ["where is ada", "in london"]]);
    assertEquals(first.scores.map(({ label }) => label).sort(), ["cold", "mild", "warm"]);
    assertAlmostEquals(first.scores.reduce((sum, { score }) => sum + score, 0), 1, 1e-6);
    assertEquals(first.score, Math.max(...first.scores.map(({ score }) => score)));
    assertEquals(second.label, second.scores[0].label);
    await assertRejects(
      () => encoder.tag(["the"]),
      RangeError,
      "a head for sequence-classification",
    );
  }));

Deno.test("fillMask() guesses for each gap, and says where none is", () =>
  withTiny("bert/masked-lm", async (folder) => {
    using encoder = await openTextEncoder(folder, choice);
    const gaps = await encoder.fillMask("the [MASK] sat on a <mask>", { top: 3 });
    assertEquals(gaps.map((guesses) => guesses.length), [3, 3]);
    const [{ token, id, score, text }, second] = gaps[0];
    assertEquals([encoder.tokenizer.idToToken(id), score >= second.score], [token, true]);
    assertEquals(text.includes("sat on a"), true);
    await assertRejects(() => encoder.fillMask("the cat"), RangeError, "write [MASK]");
  }));

Deno.test("tag() gives stretches of the text", () =>
  withTiny("distilbert/token-classification", async (folder) => {
    using encoder = await openTextEncoder(folder, choice);
    const text = "Ada lives in Paris, unknownly.";
    const [entities] = await encoder.tag([text]);
    assertEquals(entities.length > 0, true);
    for (const { text: stretch, start, end, score } of entities) {
      assertEquals(stretch, text.slice(start, end));
      assertEquals(score > 0 && score <= 1, true);
    }
  }));

Deno.test("answer() finds a stretch of a text that is longer than the model reads", () =>
  withTiny("bert/question-answering", async (folder) => {
    using encoder = await openTextEncoder(folder, choice);
    const context = "the cat sat on a mat the dog ran in paris ada lives in london not good film";
    const answer = await encoder.answer("where is ada?", context, { maxTokens: 4 });
    assertEquals(answer.text, context.slice(answer.start, answer.end));
    assertEquals(answer.text.split(" ").length <= 4, true);
    assertEquals(answer.score > 0 && answer.score <= 1, true);
    assertEquals((await encoder.answer("who?", "")).text, "");
  }));
