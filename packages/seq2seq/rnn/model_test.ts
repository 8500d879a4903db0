import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { files, joinPath } from "@heed/checkpoint";
import { paddingMask } from "@heed/attention";
import { selectDevice } from "@heed/nn";
import { idsTensor } from "../ids_tensor.ts";
import { defaultRnnConfig, parseRnnConfig, type RnnConfig, rnnConfigToJson } from "../config.ts";
import { decodeRnn, startRnn } from "./decoder.ts";
import { encodeRnn } from "./encoder.ts";
import { createModel, loadModel } from "../load.ts";
import { rnnLoss } from "./loss.ts";
import type { RnnModel } from "../model.ts";
import { trainableEncoderDecoder } from "../trainable.ts";

const device = "wasm";
const sources = [[5, 17, 3, 8, 0], [6, 0], [12, 13, 14, 15, 16, 17, 0]];
const small = {
  vocabSize: 24,
  embeddingSize: 8,
  encoderHiddenSize: 6,
  decoderHiddenSize: 12,
  attentionSize: 10,
  maxPositionEmbeddings: 16,
};

/** Every kind of model. */
const configs: Record<string, RnnConfig> = {
  additive: defaultRnnConfig(small),
  dot: defaultRnnConfig({ ...small, attentionScore: "dot" }),
  general: defaultRnnConfig({ ...small, attentionScore: "general", encoderLayers: 2 }),
  deep: defaultRnnConfig({ ...small, decoderLayers: 2, encoderLayers: 2 }),
  "no attention": defaultRnnConfig({ ...small, architecture: "rnnencdec" }),
  "no attention, LSTM": defaultRnnConfig({
    ...{ ...small, architecture: "rnnencdec", cell: "lstm", encoderLayers: 2, decoderLayers: 2 },
  }),
};

const make = (config: RnnConfig): Promise<RnnModel> => createModel(config, { seed: 4, device });

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`generate() gives a sentence the same ids alone and in a batch (${name})`, async () => {
    using model = await make(config);
    for (const numBeams of [1, 4]) {
      const together = await model.generate(sources, { numBeams, maxNewTokens: 8 });
      for (const [i, source] of sources.entries()) {
        const [alone] = await model.generate([source], { numBeams, maxNewTokens: 8 });
        assertEquals(alone[0].ids, together[i][0].ids);
        assertAlmostEquals(alone[0].logProb, together[i][0].logProb, 1e-4);
      }
    }
  });

  Deno.test(`score() step by step equals one full pass (${name})`, async () => {
    using model = await make(config);
    const labels = [[7, 8, 9, 0], [10, 0], [11, 12, 13, 14, 0]];
    const before = tf.memory().numTensors;
    const scored = await model.score(sources, labels);
    assertEquals(tf.memory().numTensors, before);
    for (const [i, { logProb }] of scored.entries()) {
      const batch = { inputIds: [sources[i]], labels: [labels[i]] };
      const { lossSum } = rnnLoss(model.weights, batch, { config });
      assertAlmostEquals(-(await lossSum.data())[0], logProb, 1e-4);
      lossSum.dispose();
    }
    const { lossSum, tokens } = rnnLoss(model.weights, { inputIds: sources, labels }, { config });
    const total = scored.reduce((sum, { logProb }) => sum + logProb, 0);
    assertAlmostEquals(-(await lossSum.data())[0], total, 1e-3);
    assertEquals(tokens, 11);
    lossSum.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`save() and loadModel() give the same model (${name})`, async () => {
    const folder = await Deno.makeTempDir();
    using model = await make(config);
    await model.save(folder);
    using loaded = await loadModel(folder, { device });
    assertEquals(loaded.config as RnnConfig, config);
    assertEquals([...loaded.named.keys()].sort(), [...model.named.keys()].sort());
    for (const [weight, tensor] of model.named) {
      assertEquals(await loaded.named.get(weight)!.data(), await tensor.data(), weight);
    }
    assertEquals(
      await loaded.generate(sources, { numBeams: 2, maxNewTokens: 5 }),
      await model.generate(sources, { numBeams: 2, maxNewTokens: 5 }),
    );
    await Deno.remove(folder, { recursive: true });
  });

  Deno.test(`dispose() releases every tensor, twice without harm (${name})`, async () => {
    await selectDevice({ prefer: device });
    const before = tf.memory().numTensors;
    const model = await make(config);
    const trainable = trainableEncoderDecoder(model);
    const { value, grads } = tf.variableGrads(
      () =>
        trainable.loss({ inputIds: sources, labels: sources }, { training: true, seed: 1 }).lossSum,
      [...trainable.variables.values()],
    );
    assertEquals(Object.keys(grads).length, model.named.size, "every weight has a gradient");
    tf.dispose([value, grads]);
    await model.generate(sources, { numBeams: 2, maxNewTokens: 4 });
    model.dispose();
    model.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`padding never leaks from the source (${name})`, async () => {
    using model = await make(config);
    const mask = paddingMask(sources);
    const read = async (padTokenId: number) => {
      const ids = idsTensor(sources, { padTokenId });
      const logits = tf.tidy(() => {
        const encoded = encodeRnn(model.weights, ids, { config, attentionMask: mask });
        const start = startRnn(model.weights, encoded, { config, mask });
        const target = idsTensor([[23, 7], [23, 8], [23, 9]], config);
        return decodeRnn(model.weights, target, { config, ...start }).logits;
      });
      const values = await logits.data();
      tf.dispose([ids, logits]);
      return values;
    };
    assertEquals(await read(23), await read(5));
  });
}

for (const name of ["additive", "dot", "general", "deep"]) {
  Deno.test(`crossAttention() gives rows that sum to 1 (${name})`, async () => {
    using model = await make(configs[name]);
    const before = tf.memory().numTensors;
    const { weights, targetLength, sourceLength } = await model.crossAttention(sources[0], [
      7,
      8,
      0,
    ]);
    assertEquals(tf.memory().numTensors, before);
    assertEquals([targetLength, sourceLength], [3, 5]);
    for (let row = 0; row < 3; row++) {
      assertAlmostEquals(weights.slice(row * 5, row * 5 + 5).reduce((a, b) => a + b), 1, 1e-5);
    }
    await assertRejects(
      () => model.crossAttention(sources[0], [7], { layer: 1 }),
      RangeError,
      "layer 0",
    );
  });
}

Deno.test("attention rows of a padded batch sum to 1 over the tokens and are 0 beside them", async () => {
  using model = await make(configs.additive);
  const { config, weights } = model;
  const mask = paddingMask(sources);
  const encoded = encodeRnn(weights, idsTensor(sources, config), { config, attentionMask: mask });
  const start = startRnn(weights, encoded, { config, mask });
  const target = idsTensor([[23, 7], [23, 8], [23, 9]], config);
  const { attention } = decodeRnn(weights, target, { config, ...start });
  const rows = await attention!.array() as number[][][];
  rows.forEach((steps, i) =>
    steps.forEach((row) => {
      const tokens = row.slice(0, sources[i].length);
      assertAlmostEquals(tokens.reduce((a, b) => a + b), 1, 1e-6);
      assertEquals(row.slice(sources[i].length), row.slice(sources[i].length).fill(0));
    })
  );
});

Deno.test("a model without attention says so", async () => {
  using model = await make(configs["no attention"]);
  await assertRejects(() => model.crossAttention(sources[0], [7, 0]), TypeError, "has none");
});

Deno.test("dropout follows the seed and is off in evaluation", async () => {
  using model = await make(configs.additive);
  const trainable = trainableEncoderDecoder(model, { dropout: 0.5, labelSmoothing: 0.1 });
  const loss = async (training: boolean, seed: number) => {
    const { lossSum } = trainable.loss({ inputIds: sources, labels: sources }, { training, seed });
    return (await lossSum.data())[0];
  };
  assertEquals(await loss(true, 1), await loss(true, 1));
  assert(await loss(true, 1) !== await loss(true, 2));
  assertEquals(await loss(false, 1), await loss(false, 2));
  const { lossSum } = rnnLoss(model.weights, { inputIds: sources, labels: sources }, {
    config: model.config,
  });
  assertEquals(await loss(false, 1), (await lossSum.data())[0]);
});

Deno.test("generate() refuses ids and lengths that the model does not have", async () => {
  using model = await make(configs.additive);
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
  await assertRejects(() => model.generate([new Array(17).fill(1)]), RangeError, "17 tokens");
  assertEquals(await model.generate([]), []);
});

Deno.test("a fixed model cannot be trained", async () => {
  using model = await createModel(configs.dot, { seed: 1, device, trainable: false });
  assertThrows(() => trainableEncoderDecoder(model), TypeError, "trainable: true");
});

Deno.test("parseRnnConfig() names every wrong key", () => {
  const json = {
    ...rnnConfigToJson(configs.additive),
    cell: "lstm",
    encoder_layers: 0,
    dropout: 1,
  };
  const { message } = assertThrows(() => parseRnnConfig(json), SyntaxError);
  for (const part of ['cell is "lstm"', "encoder_layers is 0", "dropout is 1"]) {
    assert(message.includes(part), `${part} is not in: ${message}`);
  }
  const far = { ...rnnConfigToJson(configs.additive), eos_token_id: 24, model_type: "marian" };
  const wrong = assertThrows(() => parseRnnConfig(far), SyntaxError).message;
  assert(wrong.includes("eos_token_id is 24") && wrong.includes("model_type"));
  assertThrows(
    () => defaultRnnConfig({ vocabSize: 9, attentionScore: "dot" }),
    RangeError,
    'take "general"',
  );
});

Deno.test("loadModel() names what is wrong with the weights", async () => {
  const folder = await Deno.makeTempDir();
  {
    using model = await make(configs.additive);
    await model.save(folder);
    const json = rnnConfigToJson({ ...configs.additive, attentionSize: 11, encoderLayers: 2 });
    const bytes = new TextEncoder().encode(JSON.stringify(json));
    await files.writeAtomic(joinPath(folder, "config.json"), bytes);
    const { message } = await assertRejects(() => loadModel(folder, { device }), TypeError);
    assert(message.includes("encoder.layers.1.forward.weight_ih") && message.includes("[10]"));
    (model.named.get("attention.v") as tf.Variable).assign(tf.fill([10], NaN));
    await model.save(folder);
    await assertRejects(() => loadModel(folder, { device }), RangeError, "attention.v");
  }
  await Deno.remove(folder, { recursive: true });
});
