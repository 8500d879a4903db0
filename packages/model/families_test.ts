import { assertEquals, assertThrows } from "@std/assert";
import { architectureProblems } from "./architecture.ts";
import { families, findFamily, refusalOf } from "./families.ts";
import { marian } from "./families/marian.ts";
import { tensorsOf } from "./tensor_spec.ts";
import { bergamotConfigToJson, parseBergamotConfig } from "./families/bergamot_config.ts";
import { parseEncoderConfig } from "./families/bert_config.ts";
import { parseCausalConfig } from "./families/gpt2.ts";
import { defaultSeq2SeqConfig, parseSeq2SeqConfig } from "./families/marian_config.ts";
import { parseRnnConfig, rnnConfigToJson } from "./families/rnn_config.ts";
import { defaultRnnConfig } from "./families/rnn_config.ts";
import { seq2SeqConfigToJson } from "./families/marian_config.ts";
import type { Json } from "./config_reader.ts";

const BERT = {
  model_type: "bert",
  vocab_size: 40,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  hidden_act: "gelu",
  max_position_embeddings: 12,
  type_vocab_size: 2,
};

/** A small config of every family, in the words of its file. */
const configs: Readonly<Record<string, Json>> = {
  marian: seq2SeqConfigToJson(defaultSeq2SeqConfig({ vocabSize: 40, hiddenSize: 8 })).model,
  bergamot: bergamotConfigToJson(parseBergamotConfig({
    model_type: "bergamot",
    type: "transformer",
    "dim-emb": 8,
    "dim-vocabs": [40, 40],
    "enc-depth": 3,
    "dec-depth": 2,
    "dec-cell": "ssru",
    "transformer-decoder-autoreg": "rnn",
    "transformer-heads": 2,
    "transformer-dim-ffn": 12,
    "transformer-ffn-activation": "relu",
    "transformer-postprocess": "dan",
    "transformer-postprocess-emb": "d",
    "tied-embeddings-all": true,
  })),
  "heed-rnn": rnnConfigToJson(defaultRnnConfig({ vocabSize: 40 })),
  bert: BERT,
  roberta: { ...BERT, model_type: "roberta", max_position_embeddings: 14 },
  "xlm-roberta": { ...BERT, model_type: "xlm-roberta", max_position_embeddings: 14 },
  big_bird: { ...BERT, model_type: "big_bird", block_size: 3, num_random_blocks: 2 },
  distilbert: {
    model_type: "distilbert",
    vocab_size: 40,
    dim: 8,
    n_layers: 2,
    n_heads: 2,
    hidden_dim: 16,
    activation: "relu",
    max_position_embeddings: 12,
  },
  gpt2: {
    model_type: "gpt2",
    vocab_size: 40,
    n_embd: 8,
    n_layer: 2,
    n_head: 2,
    n_positions: 12,
    activation_function: "gelu_new",
    eos_token_id: 0,
  },
  gpt3: {
    model_type: "gpt3",
    vocab_size: 40,
    n_embd: 8,
    n_layer: 3,
    n_head: 2,
    n_positions: 12,
    activation_function: "gelu_new",
    eos_token_id: 0,
    attention_layers: ["global", "local", "global"],
    window_size: 4,
  },
};

Deno.test("parseCausalConfig() refuses a GPT-3 whose layers do not alternate", () => {
  const { gpt3 } = configs;
  for (const attention_layers of [undefined, ["global", "local"], ["local", "global", "local"]]) {
    assertThrows(
      () => parseCausalConfig({ ...gpt3, attention_layers }),
      SyntaxError,
      'this model has "global" and "local" in turn',
    );
  }
  assertThrows(() => parseCausalConfig({ ...gpt3, window_size: 0 }), SyntaxError, "window_size");
  assertEquals(parseCausalConfig({ ...gpt3, model_type: "gpt2" }).windowSize, undefined);
});

for (const { modelType } of families()) {
  Deno.test(`a config of ${modelType} is read as it was written, and finds its family`, () => {
    const family = findFamily(modelType);
    const config = family.parseConfig(configs[modelType]);
    assertEquals(config.modelType, modelType);
    const { "config.json": model, "generation_config.json": generation = {} } = family
      .configFiles(config);
    assertEquals(family.parseConfig(model, { generation }), config);
    assertEquals(JSON.parse(JSON.stringify(model)), model);
  });

  Deno.test(`the tensors of ${modelType} have one shape for each name, and none is ignored`, () => {
    const family = findFamily(modelType);
    const tree = family.tensors(family.parseConfig(configs[modelType]));
    const tensors = tensorsOf(tree);
    for (const { name, shape, slice } of tensors.values()) {
      assertEquals(family.ignored.test(name), false, name);
      assertEquals(shape.every((size) => Number.isInteger(size) && size > 0), true, name);
      if (slice) assertEquals(shape.at(-1)! % slice.count, 0, name);
    }
  });
}

Deno.test("tensorsOf() lists what checkpoints of each family hold", () => {
  const count = (type: string, names: string[] = []) => {
    const family = findFamily(type);
    return tensorsOf(family.tensors(family.parseConfig(configs[type]), names)).size;
  };
  // By hand: shared and bias; 16 for an encoder layer, 26 for a decoder layer.
  assertEquals(count("marian"), 2 + 4 * 16 + 2 * 26);
  // Table and bias; 16 for an encoder layer, 21 for a decoder layer with an SSRU.
  assertEquals(count("bergamot"), 2 + 3 * 16 + 2 * 21);
  // Two tables, bias, 8 in both directions, bridge 2, decoder 4, alignment 3, output 2.
  assertEquals(count("heed-rnn"), 2 + 8 + 2 + 4 + 3 + 2);
  // Three tables, their norm, 16 a layer; with the pooler's two.
  assertEquals(count("bert"), 3 + 2 + 2 * 16);
  assertEquals(count("bert", ["bert.pooler.dense.weight"]), 3 + 2 + 2 * 16 + 2);
  assertEquals(count("distilbert"), 2 + 2 + 2 * 16);
  // Two tables, 12 a layer (queries, keys and values are one), last norm.
  assertEquals(count("gpt2"), 2 + 2 * 12 + 2);
});

Deno.test("refusalOf() says who knows which types, and what one model lacks", () => {
  const ssru = { model_type: "marian", decoder_autoreg: "rnn" };
  assertEquals(refusalOf("engine", ssru, "translation"), undefined);
  assertEquals(
    refusalOf("tfjs", ssru, "translation"),
    "tfjs has no SSRU decoder, which this model has",
  );
  assertEquals(
    refusalOf("engine", { model_type: "bert" }, "translation"),
    'the engine knows models of type marian, bergamot, and this is "bert"',
  );
  assertEquals(refusalOf("engine", { model_type: "bert" }, "embedding"), undefined);
});

Deno.test("findFamily() names the families when there is none", () => {
  assertThrows(
    () => findFamily("t5"),
    SyntaxError,
    'model_type is "t5", not one of marian, bergamot, heed-rnn, bert, distilbert, roberta, xlm-roberta, big_bird, gpt2, gpt3',
  );
});

const readers: readonly [type: string, read: (json: Json) => unknown, keys: readonly string[]][] = [
  ["marian", (json) => parseSeq2SeqConfig(json), [
    "encoder_layers",
    "decoder_layers",
    "d_model",
    "encoder_ffn_dim",
    "vocab_size",
    "max_position_embeddings",
    "num_beams",
  ]],
  ["bergamot", parseBergamotConfig, [
    "enc-depth",
    "dec-depth",
    "dim-emb",
    "transformer-dim-ffn",
    "transformer-heads",
  ]],
  ["heed-rnn", parseRnnConfig, ["encoder_layers", "embedding_size", "vocab_size", "num_beams"]],
  ["bert", parseEncoderConfig, ["num_hidden_layers", "hidden_size", "max_position_embeddings"]],
  ["gpt2", parseCausalConfig, ["n_layer", "n_embd", "n_positions", "vocab_size"]],
];
for (const [type, read, keys] of readers) {
  Deno.test(`numbers that no model has are refused before work begins (${type})`, () => {
    for (const key of keys) {
      for (const value of [1e12, 2 ** 31]) {
        assertThrows(() => read({ ...configs[type], [key]: value }), SyntaxError, key);
      }
      for (const value of [0, -1, 1.5, NaN, "8", null, [8], undefined]) {
        if (key === "num_beams" && value == null && type === "marian") continue; // has a default
        assertThrows(() => read({ ...configs[type], [key]: value }), SyntaxError, key);
      }
    }
  });
}

Deno.test("padding is never produced, whatever generation_config.json leaves out", () => {
  const banned = (json: Json) =>
    parseSeq2SeqConfig({ ...configs.marian, pad_token_id: 39, ...json }).bannedTokenIds;
  assertEquals(banned({ bad_words_ids: null }), [39]);
  assertEquals(banned({ bad_words_ids: [[7]] }), [7, 39]);
  assertEquals(banned({ bad_words_ids: [[39], [7]] }), [39, 7]);
});

Deno.test("tables of their own for source, target and output are read as they were written", () => {
  const config = parseSeq2SeqConfig({
    ...configs.marian,
    share_encoder_decoder_embeddings: false,
    tie_word_embeddings: false,
    vocab_size: 50,
    decoder_vocab_size: 40,
  });
  assertEquals([config.sourceVocabSize, config.vocabSize, config.hasUntiedOutput], [50, 40, true]);
  assertEquals(parseSeq2SeqConfig(seq2SeqConfigToJson(config).model), config);
  const shared = () => parseSeq2SeqConfig({ ...configs.marian, decoder_vocab_size: 41 });
  assertThrows(shared, SyntaxError, "decoder_vocab_size");
  const json = { ...configs.marian, tie_word_embeddings: false };
  assertEquals(
    refusalOf("tfjs", json, "translation"),
    "tfjs has one table of embeddings, and this model has several",
  );
});

Deno.test("a million layers, and a table of ten million positions, are refused at once", () => {
  const wrong = (changes: Json) =>
    assertThrows(() => parseSeq2SeqConfig({ ...configs.marian, ...changes }), SyntaxError);
  assertEquals(
    wrong({ encoder_layers: 1_000_000 }).message,
    "Cannot read the model's config:\n- encoder_layers is 1000000, more than 1000",
  );
  assertEquals(wrong({ max_position_embeddings: 10_000_000 }).message.includes("65536"), true);
});

Deno.test("ids that no search can ban are refused with the config, not by the first search", () => {
  for (const ids of [[[40]], [[-1]], [[1, 2]], [3], "3", [[39], null]]) {
    assertThrows(
      () => parseSeq2SeqConfig({ ...configs.marian, bad_words_ids: ids }),
      SyntaxError,
      "not a list of single token ids below 40",
    );
  }
  const { bannedTokenIds } = parseSeq2SeqConfig({ ...configs.marian, bad_words_ids: [[39], [0]] });
  assertEquals(bannedTokenIds, [39, 0]);
});

Deno.test("a long value is shortened in the error", () => {
  const error = assertThrows(() =>
    parseSeq2SeqConfig({ ...configs.marian, d_model: "8".repeat(10_000) })
  );
  assertEquals((error as Error).message.length < 300, true);
  const unknown = assertThrows(() => findFamily("8".repeat(10_000)));
  assertEquals((unknown as Error).message.length < 300, true);
  const refusal = refusalOf("engine", { model_type: "8".repeat(10_000) }, "translation");
  assertEquals(refusal!.length < 300, true);
  const [problem] = architectureProblems(marian.architectures.transformer, {
    hiddenSize: "8".repeat(10_000),
  });
  assertEquals(problem.length < 200, true);
});

Deno.test("architectureProblems() has the limits of a config that is read", () => {
  const problemsOf = (json: Json) => architectureProblems(marian.architectures.transformer, json);
  assertEquals(problemsOf({ encoderLayers: 1000, hiddenSize: 1 << 20 }), []);
  assertEquals(problemsOf({ encoderLayers: 1001, hiddenSize: 1e12, maxPositionEmbeddings: 1e7 }), [
    "encoderLayers: is 1001, more than 1000",
    "hiddenSize: is 1000000000000, more than 1048576",
    "maxPositionEmbeddings: is 10000000, more than 65536",
  ]);
});
