import { ConfigReader, definedOnly, type Json, MOST } from "../config_reader.ts";
import type { Seq2SeqConfig } from "./marian_config.ts";

/** Marian's activations that are what their names say; its `gelu` is `x * sigmoid(1.702 x)`, and not here. */
const ACTIVATIONS = { relu: "relu", swish: "swish" } as const;
const AUTOREG = { "self-attention": "self-attention", rnn: "rnn" } as const;

/** What a model of this family has in one way only. */
const FIXED: readonly (readonly [key: string, value: unknown])[] = [
  ["type", "transformer"],
  ["transformer-ffn-depth", 2],
  ["transformer-no-projection", false],
  ["transformer-pool", false],
  ["transformer-rnn-projection", false],
  ["transformer-train-position-embeddings", false],
  ["transformer-train-positions", false],
  ["transformer-postprocess-top", ""],
  ["layer-normalization", false],
  ["lemma-dim-emb", 0],
  ["ulr", false],
];

/** Marian's own numbers: `</s>` and `<unk>` are the first two pieces of every vocabulary. */
const EOS = 0, UNKNOWN = 1;

/** Sinusoids have no limit; this bounds the table, and Marian cuts what it translates at 1000 tokens. */
const POSITIONS = 1024;

/**
 * Reads Marian's own options of a model, as they stand in its file under `special:model.yml`.
 *
 * The decoder of Marian starts from zeros and not from the embedding of a token. Here a token stands for that: one
 * behind the vocabulary, whose embedding is a row of zeros, and which is never produced.
 *
 * @param json The options, parsed, and `model_type`.
 * @returns The config.
 * @throws {SyntaxError} Names everything that is missing, wrong, or not supported.
 *
 * @example
 * ```ts
 * import { parseBergamotConfig } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * const s2s = { model_type: "bergamot", type: "s2s" };
 * assertThrows(() => parseBergamotConfig(s2s), SyntaxError, 'type is "s2s"');
 * ```
 */
export function parseBergamotConfig(json: Json): Seq2SeqConfig {
  const reader = new ConfigReader(json);
  if (json.model_type !== "bergamot") reader.wrong("model_type", 'this model reads "bergamot"');
  for (const [key, value] of FIXED) reader.fixed(key, value);
  checkProcesses(json, reader);
  const isRecurrent = reader.oneOf("transformer-decoder-autoreg", AUTOREG, "self-attention");
  if (isRecurrent === "rnn") reader.fixed("dec-cell", "ssru");
  const tied = json["transformer-tied-layers"] ?? [];
  if (!Array.isArray(tied) || tied.length > 0) reader.wrong("transformer-tied-layers", "not empty");
  const sizes = json["dim-vocabs"];
  const isPair = Array.isArray(sizes) && sizes.length === 2 &&
    sizes.every((size) => Number.isSafeInteger(size) && size > UNKNOWN && size < MOST.vocabulary);
  if (!isPair) reader.wrong("dim-vocabs", "not the sizes of two vocabularies");
  const [source, target] = isPair ? sizes as [number, number] : [2, 2];
  const isShared = json["tied-embeddings-all"] === true || json["tied-embeddings-src"] === true;
  if (isShared && source !== target) {
    reader.wrong("dim-vocabs", "but one table of embeddings is for both");
  }
  const isTied = json["tied-embeddings-all"] === true || json["tied-embeddings"] === true;
  const layers = { most: MOST.layers };
  const hiddenSize = reader.size("dim-emb");
  const heads = reader.size("transformer-heads");
  reader.divides("dim-emb", hiddenSize, heads);
  const width = reader.size("transformer-dim-ffn");
  const decoderLayers = reader.size("dec-depth", layers);
  const config = definedOnly<Seq2SeqConfig>({
    modelType: "bergamot",
    vocabSize: target + 1,
    sourceVocabSize: isShared ? undefined : source,
    hasUntiedOutput: isTied ? undefined : true,
    hasOutputBias: json["output-omit-bias"] === true ? false : undefined,
    hiddenSize,
    encoderLayers: reader.size("enc-depth", layers),
    decoderLayers,
    encoderAttentionHeads: heads,
    decoderAttentionHeads: heads,
    encoderFfnDim: width,
    decoderFfnDim: json["transformer-decoder-dim-ffn"]
      ? reader.size("transformer-decoder-dim-ffn")
      : width,
    activationFunction: reader.oneOf("transformer-ffn-activation", ACTIVATIONS),
    dropout: 0,
    attentionDropout: 0,
    activationDropout: 0,
    decoderAutoreg: isRecurrent === "rnn" ? "rnn" : undefined,
    scaleEmbedding: true,
    maxPositionEmbeddings: POSITIONS,
    padTokenId: target,
    eosTokenId: EOS,
    decoderStartTokenId: target,
    numBeams: 1,
    bannedTokenIds: [UNKNOWN, target],
    // What guided alignment trains: the first head of the last layer.
    alignmentHeads: [[decoderLayers - 1, 0]],
  });
  reader.finish();
  return config;
}

/** Dropout (d) does nothing in a finished model; what is left must be addition and then normalisation. */
function checkProcesses(json: Json, reader: ConfigReader): void {
  const expected = [
    ["transformer-preprocess", ""],
    ["transformer-postprocess", "an"],
    ["transformer-postprocess-emb", ""],
  ] as const;
  for (const [key, operations] of expected) {
    const value = json[key] ?? operations;
    if (typeof value === "string" && value.replaceAll("d", "") === operations) continue;
    reader.wrong(key, `and this model has ${JSON.stringify(operations)}, with or without d`);
  }
}

/**
 * Writes a config as Marian's options.
 *
 * @param config The config.
 * @returns The options, and `model_type`.
 */
export function bergamotConfigToJson(config: Seq2SeqConfig): Json {
  const { vocabSize, sourceVocabSize, decoderAutoreg = "self-attention" } = config;
  const target = vocabSize - 1, isTied = !config.hasUntiedOutput;
  return definedOnly({
    model_type: "bergamot",
    type: "transformer",
    "dim-emb": config.hiddenSize,
    "dim-vocabs": [sourceVocabSize ?? target, target],
    "enc-depth": config.encoderLayers,
    "dec-depth": config.decoderLayers,
    "dec-cell": decoderAutoreg === "rnn" ? "ssru" : undefined,
    "transformer-decoder-autoreg": decoderAutoreg,
    "transformer-heads": config.encoderAttentionHeads,
    "transformer-dim-ffn": config.encoderFfnDim,
    "transformer-decoder-dim-ffn": config.decoderFfnDim,
    "transformer-ffn-depth": 2,
    "transformer-ffn-activation": config.activationFunction,
    "transformer-preprocess": "",
    "transformer-postprocess": "dan",
    "transformer-postprocess-emb": "d",
    "tied-embeddings": isTied && sourceVocabSize !== undefined,
    "tied-embeddings-all": isTied && sourceVocabSize === undefined,
    "tied-embeddings-src": !isTied && sourceVocabSize === undefined,
    "output-omit-bias": config.hasOutputBias === false,
  });
}
