import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { EncoderEngine } from "@heed/engine";
import { encodeTokens } from "./forward.ts";
import { loadBert } from "./load.ts";
import { assertClose, FAMILIES, readGolden, tasksOf } from "./testing/golden.ts";
import { tokenTensors } from "./token_tensors.ts";

for (const family of FAMILIES) {
  Deno.test(`embeddings, states and attention of ${family} are those of transformers`, async () => {
    const { directory, golden } = await readGolden(`${family}/model`);
    using model = await loadBert(directory, { device: "wasm" });
    const { config, weights } = model;
    for (const [i, ids] of golden.inputIds.entries()) {
      const tokens = tokenTensors([ids], { ...config, hasTypes: family !== "distilbert" });
      const { hiddenStates } = encodeTokens(weights, tokens, { config, outputHiddenStates: true });
      for (const [layer, states] of hiddenStates!.entries()) {
        const what = `text ${i}, layer ${layer}`;
        assertClose(await states.data(), golden.hiddenStates[layer][i], { what });
        states.dispose();
      }
    }
    const { states, attentions } = await model.encode(golden.inputIds, { outputAttentions: true });
    states.forEach((values, i) => assertClose(values, golden.hiddenStates.at(-1)![i]));
    attentions!.forEach(({ weights }, i) =>
      assertClose(weights, golden.attentions.map((layer) => layer[i]))
    );
    assertEquals(model.hasPooler, golden.poolerOutput !== undefined);
    if (!golden.poolerOutput) return;
    const pooled = await model.pool(golden.inputIds, { pooling: "pooler" });
    pooled.forEach((vector, i) => assertClose(vector, golden.poolerOutput![i]));
  });

  for (const task of tasksOf(family)) {
    Deno.test(`logits() of ${family} for ${task} are those of transformers`, async () => {
      const { directory, golden } = await readGolden(`${family}/${task}`);
      using model = await loadBert(directory, { device: "wasm" });
      assertEquals(model.tasks, [task]);
      const logits = await model.logits(golden.inputIds);
      logits.forEach((values, i) => assertClose(values, golden.logits[i], { what: `text ${i}` }));
    });
  }
}

Deno.test("logits() of both heads of pre-training are those of transformers", async () => {
  const { directory, golden } = await readGolden("bert/pre-training");
  for (const kind of ["tfjs", "engine"] as const) {
    using model = kind === "tfjs"
      ? await loadBert(directory, { device: "wasm" })
      : await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
    assertEquals(model.tasks, ["masked-lm", "next-sentence"]);
    const words = await model.logits(golden.inputIds, { task: "masked-lm" });
    words.forEach((values, i) => assertClose(values, golden.logits[i], { what: `${kind} ${i}` }));
    const follows = await model.logits(golden.inputIds, { task: "next-sentence" });
    follows.forEach((values, i) => assertClose(values, golden.nextSentence![i]));
  }
});

Deno.test("the numbers of a text do not depend on what is beside it", async () => {
  const { directory, golden: { inputIds } } = await readGolden("roberta/model");
  using model = await loadBert(directory, { device: "wasm" });
  const together = await model.pool(inputIds, { pooling: "mean", normalize: true });
  for (const [i, ids] of inputIds.entries()) {
    const [alone] = await model.pool([ids], { pooling: "mean", normalize: true });
    const cosine = alone.reduce((sum, value, at) => sum + value * together[i][at], 0);
    assertEquals(cosine > 0.99999, true, `cosine ${cosine}`);
  }
});

Deno.test("pool() of engine and tfjs is the same", async () => {
  const { directory, golden: { inputIds } } = await readGolden("bert/model");
  using model = await loadBert(directory, { device: "wasm" });
  using engine = await EncoderEngine.load(directory, { dtype: "fp32", threads: 1 });
  for (const pooling of ["cls", "mean", "max", "pooler"] as const) {
    const [ours, theirs] = await Promise.all(
      [model, engine].map((encoder) => encoder.pool(inputIds, { pooling, normalize: true })),
    );
    ours.forEach((vector, i) => assertClose(vector, [...theirs[i]], { tolerance: 1e-5 }));
  }
});

Deno.test("logits() for some places are those of all", async () => {
  const { directory, golden: { inputIds, logits } } = await readGolden("bert/masked-lm");
  using model = await loadBert(directory, { device: "wasm" });
  const positions = [[3, 1], [], [0]];
  const found = await model.logits(inputIds, { positions });
  const rows = logits as number[][][];
  positions.forEach((places, i) => assertClose(found[i], places.map((place) => rows[i][place])));
});

Deno.test("a call leaves no tensor behind, and neither does a model", async () => {
  const { directory, golden: { inputIds } } = await readGolden("bert/masked-lm");
  using outer = await loadBert(directory, { device: "wasm" });
  const { numTensors } = tf.memory();
  const model = await loadBert(directory, { device: outer.device });
  const loaded = tf.memory().numTensors;
  await model.encode(inputIds, { outputAttentions: true });
  await model.pool(inputIds, { pooling: "mean" });
  await model.logits(inputIds, { positions: inputIds.map(() => []) });
  assertEquals(tf.memory().numTensors, loaded);
  model.dispose();
  model.dispose();
  assertEquals(tf.memory().numTensors, numTensors);
});

Deno.test("encode() names what is wrong with its input", async () => {
  const { directory } = await readGolden("distilbert/model");
  using model = await loadBert(directory, { device: "wasm" });
  await assertRejects(() => model.encode([[]]), RangeError, "no tokens");
  await assertRejects(() => model.encode([[37]]), RangeError, "token id 37");
  await assertRejects(() => model.encode([new Array(15).fill(1)]), RangeError, "15 tokens");
  await assertRejects(() => model.encode([[1]], { tokenTypeIds: [[0]] }), RangeError, "has none");
  await assertRejects(() => model.logits([[1]]), RangeError, "has no head");
  const pooler = () => model.pool([[1]], { pooling: "pooler" });
  await assertRejects(pooler, RangeError, "the checkpoint has none");
});
