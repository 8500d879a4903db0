import type { Architecture } from "../architecture.ts";
import type { SearchConfig } from "../encoder_decoder.ts";
import { ConfigReader, definedOnly, type Json, MOST } from "../config_reader.ts";

/** With attention (Bahdanau et al. 2015) or without (Cho et al. 2014, Sutskever et al. 2014). */
export type RnnArchitecture = "rnnencdec" | "rnnsearch";

/** Gated recurrent units, or long short-term memory. */
export type RnnCell = "gru" | "lstm";

/** How a decoder state is compared with the encoder's: Bahdanau's score, or one of Luong's. */
export type RnnAttentionScore = "additive" | "dot" | "general";

/**
 * Sizes and special tokens of a recurrent encoder-decoder. One embedding table serves source, target
 * and output; the token ids mean what they mean in `Seq2SeqConfig`.
 */
export interface RnnConfig extends SearchConfig {
  /** The family. */
  readonly modelType: "heed-rnn";
  /** With or without attention. */
  readonly architecture: RnnArchitecture;
  /** Recurrent cell of encoder and decoder; `rnnsearch` has `gru`. */
  readonly cell: RnnCell;
  /** Score of `rnnsearch`; `rnnencdec` does not use it. */
  readonly attentionScore: RnnAttentionScore;
  /** Width of the embeddings, and of what the deep output compares with them. */
  readonly embeddingSize: number;
  /** Width of the encoder's states in each direction. */
  readonly encoderHiddenSize: number;
  /** Width of the decoder's states. */
  readonly decoderHiddenSize: number;
  /** Width in which additive attention compares states. */
  readonly attentionSize: number;
  /** Bidirectional encoder layers. */
  readonly encoderLayers: number;
  /** Decoder layers; the first one attends. */
  readonly decoderLayers: number;
  /** Dropout of embeddings, between layers, and before the output, while training. */
  readonly dropout: number;
}

/** `model_type` in `config.json`. */
export const RNN_MODEL_TYPE = "heed-rnn";

const CELLS = { gru: "gru", lstm: "lstm" } as const;
const ARCHITECTURES = { rnnencdec: "rnnencdec", rnnsearch: "rnnsearch" } as const;
const SCORES = { additive: "additive", dot: "dot", general: "general" } as const;

const SIZES = [
  ["vocab_size", "vocabSize", MOST.vocabulary],
  ["embedding_size", "embeddingSize", MOST.size],
  ["encoder_hidden_size", "encoderHiddenSize", MOST.size],
  ["decoder_hidden_size", "decoderHiddenSize", MOST.size],
  ["attention_size", "attentionSize", MOST.size],
  ["encoder_layers", "encoderLayers", MOST.layers],
  ["decoder_layers", "decoderLayers", MOST.layers],
  ["max_position_embeddings", "maxPositionEmbeddings", MOST.size],
  ["num_beams", "numBeams", MOST.beams],
] as const;
/**
 * Reads the `config.json` of a recurrent model.
 *
 * @param json The parsed file.
 * @returns The config.
 * @throws {SyntaxError} When a key is missing or wrong; all of them are named.
 *
 * @example
 * ```ts
 * import { defaultRnnConfig, parseRnnConfig, rnnConfigToJson } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 8000 });
 * assertEquals(parseRnnConfig(rnnConfigToJson(config)), config);
 * ```
 */
export function parseRnnConfig(json: Json): RnnConfig {
  const reader = new ConfigReader(json);
  if (json.model_type !== RNN_MODEL_TYPE) {
    reader.wrong("model_type", `this model reads ${JSON.stringify(RNN_MODEL_TYPE)}`);
  }
  const sizes = Object.fromEntries(
    SIZES.map(([key, name, most]) => [name, reader.size(key, { most })]),
  ) as Pick<RnnConfig, typeof SIZES[number][1]>;
  const { vocabSize } = sizes;
  const config = definedOnly<RnnConfig>({
    modelType: RNN_MODEL_TYPE,
    architecture: reader.oneOf("architecture", ARCHITECTURES),
    cell: reader.oneOf("cell", CELLS),
    attentionScore: reader.oneOf("attention_score", SCORES),
    ...sizes,
    dropout: reader.rate("dropout"),
    padTokenId: reader.token("pad_token_id", { vocabSize }),
    eosTokenId: reader.token("eos_token_id", { vocabSize }),
    decoderStartTokenId: reader.token("decoder_start_token_id", { vocabSize }),
    forcedEosTokenId: json.forced_eos_token_id == null
      ? undefined
      : reader.token("forced_eos_token_id", { vocabSize }),
    bannedTokenIds: bannedTokens(reader, json.banned_token_ids, vocabSize),
  });
  for (const problem of rnnConfigProblems(config)) reader.problem(problem);
  reader.finish();
  return config;
}

function bannedTokens(reader: ConfigReader, ids: unknown, vocabSize: number): number[] {
  const isId = (id: unknown) =>
    Number.isSafeInteger(id) && id as number >= 0 && id as number < vocabSize;
  if (Array.isArray(ids) && ids.every(isId)) return ids;
  reader.wrong("banned_token_ids", "not a list of ids");
  return [];
}

/** What does not fit together in a config, in the names of `config.json`; empty when all is well. */
export function rnnConfigProblems(config: RnnConfig): string[] {
  if (config.architecture !== "rnnsearch") return [];
  const problems: string[] = [];
  if (config.cell === "lstm") {
    problems.push('cell is "lstm": rnnsearch has "gru"; lstm is for rnnencdec');
  }
  const { encoderHiddenSize, decoderHiddenSize } = config;
  if (config.attentionScore === "dot" && decoderHiddenSize !== 2 * encoderHiddenSize) {
    problems.push(
      `attention_score is "dot", which needs decoder_hidden_size ${decoderHiddenSize} to be twice ` +
        `encoder_hidden_size ${encoderHiddenSize}; take "general"`,
    );
  }
  return problems;
}

/**
 * Writes a config as its `config.json`.
 *
 * @param config The config.
 * @returns The contents of the file.
 *
 * @example
 * ```ts
 * import { defaultRnnConfig, rnnConfigToJson } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rnnConfigToJson(defaultRnnConfig({ vocabSize: 9 })).model_type, "heed-rnn");
 * ```
 */
export function rnnConfigToJson(config: RnnConfig): Json {
  return definedOnly({
    model_type: RNN_MODEL_TYPE,
    is_encoder_decoder: true,
    architecture: config.architecture,
    cell: config.cell,
    attention_score: config.attentionScore,
    ...Object.fromEntries(SIZES.map(([key, name]) => [key, config[name]])),
    dropout: config.dropout,
    pad_token_id: config.padTokenId,
    eos_token_id: config.eosTokenId,
    decoder_start_token_id: config.decoderStartTokenId,
    forced_eos_token_id: config.forcedEosTokenId,
    banned_token_ids: config.bannedTokenIds,
  });
}

/**
 * A config with usual values: RNNsearch, embeddings and states of 256, one layer each side.
 *
 * @param sizes What differs; `vocabSize` is required. Padding is the last id unless given.
 * @returns The whole config.
 * @throws {RangeError} When the sizes do not fit together.
 *
 * @example
 * ```ts
 * import { defaultRnnConfig } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultRnnConfig({ vocabSize: 8000 }).architecture, "rnnsearch");
 * ```
 */
export function defaultRnnConfig(
  sizes: Partial<RnnConfig> & Pick<RnnConfig, "vocabSize">,
): RnnConfig {
  const padTokenId = sizes.padTokenId ?? sizes.vocabSize - 1;
  const config: RnnConfig = {
    modelType: RNN_MODEL_TYPE,
    architecture: "rnnsearch",
    cell: "gru",
    attentionScore: "additive",
    embeddingSize: 256,
    encoderHiddenSize: 256,
    decoderHiddenSize: 256,
    attentionSize: 256,
    encoderLayers: 1,
    decoderLayers: 1,
    dropout: 0.1,
    maxPositionEmbeddings: 512,
    padTokenId,
    eosTokenId: 0,
    decoderStartTokenId: padTokenId,
    forcedEosTokenId: sizes.eosTokenId ?? 0,
    numBeams: 4,
    bannedTokenIds: [padTokenId],
    ...sizes,
  };
  const problems = rnnConfigProblems(config);
  if (problems.length === 0) return config;
  throw new RangeError(`Cannot make a recurrent model: ${problems.join("; ")}`);
}

/** `"model": "rnnencdec"` or `"rnnsearch"` of a training configuration. */
export function rnnArchitecture(architecture: RnnArchitecture): Architecture<RnnConfig> {
  const attends = architecture === "rnnsearch";
  return {
    sizes: [
      "embeddingSize",
      "encoderHiddenSize",
      "decoderHiddenSize",
      "attentionSize",
      "encoderLayers",
      "decoderLayers",
      "maxPositionEmbeddings",
    ],
    rates: [],
    choices: attends
      ? { cell: ["gru"], attentionScore: Object.keys(SCORES) }
      : { cell: Object.keys(CELLS) },
    problems({ attentionScore, encoderHiddenSize = 256, decoderHiddenSize = 256 }) {
      if (attentionScore !== "dot" || decoderHiddenSize === 2 * (encoderHiddenSize as number)) {
        return [];
      }
      return [
        `attentionScore: "dot" needs decoderHiddenSize ${decoderHiddenSize} to be twice ` +
        `encoderHiddenSize ${encoderHiddenSize}; take "general"`,
      ];
    },
    config: (json, tokens) => defaultRnnConfig({ ...json, ...tokens, architecture }),
  };
}
