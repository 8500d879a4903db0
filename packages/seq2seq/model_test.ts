import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { joinPath, writeSafetensors } from "@heed/checkpoint";
import { Seq2SeqEngine } from "@heed/engine";
import { marian } from "@heed/model";
import { createModel, defaultSeq2SeqConfig, loadModel } from "./mod.ts";
import { seq2SeqLoss } from "./layers.ts";

const directory = new URL("../../testdata/marian/relu/", import.meta.url);
const sources = [[5, 17, 33, 8, 0], [60, 0], [12, 13, 14, 15, 16, 17, 0]];
const device = "wasm";

Deno.test("generate() gives a sentence the same ids alone and in a batch", async () => {
  using model = await loadModel(directory, { device });
  for (const numBeams of [1, 4]) {
    const together = await model.generate(sources, { numBeams, maxNewTokens: 12 });
    for (const [i, source] of sources.entries()) {
      const [alone] = await model.generate([source], { numBeams, maxNewTokens: 12 });
      assertEquals(alone[0].ids, together[i][0].ids);
      assertAlmostEquals(alone[0].logProb, together[i][0].logProb, 1e-4);
    }
  }
});

Deno.test("generate() keeps interleaved requests apart", async () => {
  using model = await loadModel(directory, { device });
  const alone = [];
  for (const source of sources) alone.push(await model.generate([source], { numBeams: 4 }));
  const interleaved = await Promise.all(
    sources.map((source) => model.generate([source], { numBeams: 4 })),
  );
  assertEquals(interleaved, alone);
});

Deno.test("score() gives a generated target its own log-probability", async () => {
  using model = await loadModel(directory, { device, family: marian });
  const generated = await model.generate(sources, { numBeams: 1, forcedEosTokenId: undefined });
  const scored = await model.score(sources, generated.map(([best]) => best.ids));
  const before = tf.memory().numTensors;
  const { lossSum } = seq2SeqLoss(
    model.weights,
    { inputIds: sources, labels: generated.map(([best]) => best.ids) },
    { config: model.config },
  );
  const total = scored.reduce((sum, { logProb }) => sum + logProb, 0);
  assertAlmostEquals(-(await lossSum.data())[0], total, 1e-3);
  assertEquals(tf.memory().numTensors, before + 1);
});

Deno.test("attentions() equals the engine's, and leaves no tensor", async () => {
  using model = await loadModel(directory, { device });
  using engine = await Seq2SeqEngine.load(directory, { dtype: "fp32", threads: 1 });
  const target = [7, 8, 9, 0];
  const before = tf.memory().numTensors;
  const found = await model.attentions(sources[0], target);
  assertEquals(tf.memory().numTensors, before);
  const expected = await engine.attentions(sources[0], target);
  assertEquals(found.startTokenId, expected.startTokenId);
  for (const kind of ["encoder", "decoder", "cross"] as const) {
    const { weights, ...sizes } = found[kind]!,
      { weights: others, ...otherSizes } = expected[kind]!;
    assertEquals(sizes, otherSizes);
    weights.forEach((weight, i) => assertAlmostEquals(weight, others[i], 1e-4));
  }
});

Deno.test("save() keeps the alignment heads, and crossAttention() takes them", async () => {
  const config = defaultSeq2SeqConfig({
    vocabSize: 24,
    hiddenSize: 8,
    alignmentHeads: [[0, 2], [1, 0]],
    alignmentShift: 1,
  });
  using model = await createModel(config, { device, seed: 2 });
  const folder = await Deno.makeTempDir();
  await model.save(folder);
  using loaded = await loadModel(folder, { device });
  assertEquals(loaded.config, config);
  const { weights } = await loaded.crossAttention(sources[1].map((id) => id % 24), [7, 8, 0]);
  const heads = await Promise.all(
    config.alignmentHeads!.map(([layer, head]) =>
      loaded.crossAttention(sources[1].map((id) => id % 24), [7, 8, 0], { layer, head })
    ),
  );
  assertAlmostEquals(weights[0], (heads[0].weights[2] + heads[1].weights[2]) / 2, 1e-6);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("crossAttention() gives rows that sum to 1", async () => {
  using model = await loadModel(directory, { device });
  const { weights, targetLength, sourceLength } = await model.crossAttention(sources[0], [7, 8, 0]);
  assertEquals([targetLength, sourceLength], [3, 5]);
  for (let row = 0; row < 3; row++) {
    const sum = weights.slice(row * 5, row * 5 + 5).reduce((a, b) => a + b);
    assertAlmostEquals(sum, 1, 1e-5);
  }
  await assertRejects(
    () => model.crossAttention(sources[0], [7], { layer: 2 }),
    RangeError,
    "layers 0 to 1",
  );
});

Deno.test("save() and load() give the same model", async () => {
  const folder = await Deno.makeTempDir();
  const config = defaultSeq2SeqConfig({ vocabSize: 24, hiddenSize: 8, maxPositionEmbeddings: 16 });
  using model = await createModel(config, { seed: 4, device });
  await model.save(folder);
  using loaded = await loadModel(folder, { device });
  assertEquals(loaded.config, config);
  assertEquals([...loaded.named.keys()].sort(), [...model.named.keys()].sort());
  for (const [name, tensor] of model.named) {
    assertEquals(await loaded.named.get(name)!.data(), await tensor.data(), name);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("createModel() follows the seed", async () => {
  const config = defaultSeq2SeqConfig({ vocabSize: 24, hiddenSize: 8 });
  const values = async (seed: number) => {
    using model = await createModel(config, { seed, device });
    return await model.named.get("model.shared.weight")!.data();
  };
  assertEquals(await values(1), await values(1));
  assert((await values(1))[0] !== (await values(2))[0]);
});

Deno.test("dispose() releases every tensor, twice without harm", async () => {
  const before = tf.memory().numTensors;
  const model = await loadModel(directory, { device, trainable: true });
  await model.generate(sources, { numBeams: 2, maxNewTokens: 4 });
  model.dispose();
  model.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("generate() refuses ids and lengths that the model does not have", async () => {
  using model = await loadModel(directory, { device });
  const before = tf.memory().numTensors;
  await assertRejects(
    () => model.generate([[5, 97]]),
    RangeError,
    "token id 97 at position 1 is outside",
  );
  await assertRejects(
    () => model.generate([[5], []]),
    RangeError,
    "source 1 of 2: it has no tokens",
  );
  await assertRejects(() => model.generate([new Array(65).fill(1)]), RangeError, "65 tokens");
  assertEquals(await model.generate([]), []);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("load() names every wrong weight and every wrong config key", async () => {
  const folder = await Deno.makeTempDir();
  const read = async (name: string) => await Deno.readTextFile(new URL(name, directory));
  const config = JSON.parse(await read("config.json"));
  await Deno.writeTextFile(
    joinPath(folder, "config.json"),
    JSON.stringify({ ...config, d_model: "16", activation_function: "mish" }),
  );
  const wrongConfig = await assertRejects(() => loadModel(folder, { device }), SyntaxError);
  assert(wrongConfig.message.includes("d_model") && wrongConfig.message.includes("mish"));

  await Deno.writeTextFile(joinPath(folder, "config.json"), JSON.stringify(config));
  await writeSafetensors(joinPath(folder, "model.safetensors"), [
    { name: "model.shared.weight", dtype: "F32", shape: [2, 2], data: new Float32Array(4) },
    { name: "surprise", dtype: "F32", shape: [1], data: new Float32Array(1) },
  ]);
  const wrongWeights = await assertRejects(() => loadModel(folder, { device }), TypeError);
  for (const part of ["missing: final_logits_bias", "unexpected: surprise", "[2, 2]"]) {
    assert(wrongWeights.message.includes(part), `${part} is not in: ${wrongWeights.message}`);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("load() refuses weights that are not finite", async () => {
  const folder = await Deno.makeTempDir();
  const config = defaultSeq2SeqConfig({
    vocabSize: 8,
    hiddenSize: 4,
    encoderFfnDim: 4,
    decoderFfnDim: 4,
  });
  {
    using model = await createModel(config, { seed: 1, device });
    (model.named.get("final_logits_bias") as tf.Variable).assign(
      tf.tensor2d([[0, 0, 0, Infinity, 0, 0, 0, 0]]),
    );
    await model.save(folder);
  }
  const { message } = await assertRejects(() => loadModel(folder, { device }), RangeError);
  for (const part of ["weight final_logits_bias of", "it holds Infinity at element 3"]) {
    assert(message.includes(part), message);
  }
  await Deno.remove(folder, { recursive: true });
});
