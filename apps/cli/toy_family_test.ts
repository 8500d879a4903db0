import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { paddingMask } from "@heed/attention";
import {
  ConfigReader,
  mapTensors,
  type ModelFamily,
  registerFamily,
  type SearchConfig,
  type TensorSpec,
} from "@heed/model";
import type { EncoderDecoderFunctions } from "@heed/seq2seq";
import { idsTensor, teacherForcedLoss } from "@heed/seq2seq/layers";
import { heedInEarnest } from "./testing/real_models.ts";

// A family that nobody but this file knows: a target token looks for source tokens like itself, and what
// it finds says what comes next. It is trained, saved, loaded, run and drawn by the commands as they are.

interface ToyConfig extends SearchConfig {
  readonly modelType: "toy";
  readonly hiddenSize: number;
}

interface Tensors<Leaf> {
  readonly tokens: Leaf;
  readonly output: Leaf;
}

const functions: EncoderDecoderFunctions<ToyConfig, Tensors<tf.Tensor>> = {
  build: (config, source) => mapTensors(toy.tensors(config), source),
  loss: (weights, batch, options) =>
    teacherForcedLoss(
      batch,
      options,
      ({ source, target, mask }) => toyForward(weights, { source, target, mask }).logits,
    ),
  startSearch(weights, inputIds, { config: { padTokenId, vocabSize } }) {
    const source = idsTensor(inputIds, { padTokenId }), mask = paddingMask(inputIds);
    const state = { source, mask };
    type State = typeof state;
    return {
      state,
      decoder: {
        vocabSize,
        async step(ids: Int32Array, state: State) {
          const logits = tf.tidy(() => {
            const target = tf.tensor2d(ids, [ids.length, 1], "int32");
            return toyForward(weights, { target, ...state }).logits;
          });
          const values = await logits.data<"float32">();
          logits.dispose();
          return { logits: values, state };
        },
        select(state: State, rows: Int32Array) {
          const index = tf.tensor1d(rows, "int32");
          const kept = {
            source: tf.gather(state.source, index),
            mask: tf.gather(state.mask!, index),
          };
          tf.dispose([index, state.source, state.mask!]);
          return kept as State;
        },
        release: (state: State) => tf.dispose([state.source, state.mask!]),
      },
    } as unknown as ReturnType<EncoderDecoderFunctions<ToyConfig, unknown>["startSearch"]>;
  },
  async attentions(weights, { inputIds, targetIds }, { config }) {
    const read = [config.decoderStartTokenId, ...targetIds.slice(0, -1)];
    const attention = tf.tidy(() =>
      toyForward(weights, {
        source: idsTensor([inputIds], config),
        target: idsTensor([read], config),
      }).attention
    );
    const found = await attention.data<"float32">();
    attention.dispose();
    const sizes = { layers: 1, heads: 1, queries: targetIds.length, keys: inputIds.length };
    return { cross: { weights: found, ...sizes } };
  },
};

function toyForward(
  { tokens, output }: Tensors<tf.Tensor>,
  { source, target, mask }: { source: tf.Tensor; target: tf.Tensor; mask?: tf.Tensor },
): { logits: tf.Tensor; attention: tf.Tensor } {
  const embed = (ids: tf.Tensor) => {
    const [batch, length] = ids.shape;
    const oneHot = tf.oneHot(tf.reshape(ids, [-1]) as tf.Tensor1D, tokens.shape[0]);
    return tf.reshape(tf.matMul(tf.cast(oneHot, "float32"), tokens as tf.Tensor2D), [
      batch,
      length,
      tokens.shape[1]!,
    ]);
  };
  const keys = embed(source), queries = embed(target);
  let scores = tf.matMul(queries, keys, false, true); // [batch, target_len, source_len]
  if (mask) scores = tf.add(scores, tf.mul(tf.sub(tf.expandDims(mask, 1), 1), 1e9));
  const attention = tf.softmax(scores);
  const states = tf.add(tf.matMul(attention, keys), queries);
  const flat = tf.reshape(states, [-1, tokens.shape[1]!]) as tf.Tensor2D;
  return { logits: tf.matMul(flat, output as tf.Tensor2D, false, true), attention };
}

const toy: ModelFamily<ToyConfig, Tensors<TensorSpec>> = {
  modelType: "toy",
  kind: "encoder-decoder",
  tasks: ["translation"],
  tokenizer: "marian",
  runners: ["tfjs"],
  ignored: /^$/,
  architectures: {
    toy: {
      sizes: ["hiddenSize"],
      rates: [],
      choices: {},
      config: ({ hiddenSize = 8 }, { vocabSize, padTokenId, eosTokenId }) => ({
        modelType: "toy",
        vocabSize,
        hiddenSize: hiddenSize as number,
        maxPositionEmbeddings: 64,
        padTokenId,
        eosTokenId,
        decoderStartTokenId: padTokenId,
        forcedEosTokenId: eosTokenId,
        numBeams: 2,
        bannedTokenIds: [padTokenId],
      }),
    },
  },
  parseConfig(json) {
    const reader = new ConfigReader(json);
    const vocabSize = reader.size("vocab_size");
    const padTokenId = reader.token("pad_token_id", { vocabSize });
    const tokens = {
      vocabSize,
      padTokenId,
      eosTokenId: reader.token("eos_token_id", { vocabSize }),
    };
    const config = toy.architectures.toy.config({ hiddenSize: reader.size("hidden_size") }, tokens);
    reader.finish();
    return config;
  },
  configFiles: (config) => ({
    "config.json": {
      model_type: "toy",
      vocab_size: config.vocabSize,
      hidden_size: config.hiddenSize,
      pad_token_id: config.padTokenId,
      eos_token_id: config.eosTokenId,
    },
  }),
  tensors({ vocabSize, hiddenSize }) {
    const table = (name: string): TensorSpec => ({
      name,
      shape: [vocabSize, hiddenSize],
      init: { kind: "normal", std: hiddenSize ** -0.5 },
    });
    return { tokens: table("tokens"), output: table("output") };
  },
  tfjs: () => Promise.resolve(functions),
};

Deno.test("a family in one file trains, saves, loads, runs and is drawn by the commands", async () => {
  registerFamily(toy);
  const folder = await Deno.makeTempDir();
  const names: [string, string][] = [["one", "eins"], ["two", "zwei"], ["three", "drei"]];
  const lines = Array.from({ length: 60 }, (_, i) => names[i % 3].join("\t"));
  await Deno.writeTextFile(`${folder}/train.tsv`, lines.join("\n") + "\n");
  const config = {
    model: "toy",
    architecture: { hiddenSize: 16 },
    data: { train: ["train.tsv"], dev: "train.tsv", sourceLanguage: "en", targetLanguage: "de" },
    tokenizer: { type: "unigram", vocabSize: 18 },
    batch: { tokens: 512 },
    optimizer: { learningRate: 0.05 },
    schedule: { name: "constant", warmupSteps: 1 },
    steps: 60,
    evaluate: { every: 60, bleuSentences: 3 },
    output: "run",
    device: "wasm",
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const trained = await heedInEarnest(["train", `${folder}/config.json`]);
  assertEquals(trained.exitCode, 0, trained.errors);
  const model = `${folder}/run/model`;
  const saved = JSON.parse(await Deno.readTextFile(`${model}/config.json`));
  assertEquals(saved.model_type, "toy");

  const { out, errors } = await heedInEarnest(["translate", "one", "three", "--model", model]);
  assertEquals(out, "eins\ndrei\n", errors);
  const picture = `${folder}/picture.svg`;
  const drawn = await heedInEarnest(["attention", "two", "--model", model, "--out", picture]);
  assertEquals(drawn.exitCode, 0, drawn.errors);
  assertStringIncludes(await Deno.readTextFile(picture), "<svg");
  const wrong = await heedInEarnest(["translate", "one", "--model", model, "--dtype", "int8"]);
  assert(wrong.exitCode !== 0 && wrong.errors.includes('this is "toy"'), wrong.errors);
  await Deno.remove(folder, { recursive: true });
});
