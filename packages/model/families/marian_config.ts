import type { Architecture } from "../architecture.ts";
import type { SearchConfig } from "../encoder_decoder.ts";
import { ConfigReader, definedOnly, type Json, MOST } from "../config_reader.ts";

/** Activations a MarianMT checkpoint may name. */
export type Seq2SeqActivation = "relu" | "gelu" | "swish" | "silu";

/** A head of the decoder's attention to the source: its layer and its number there, both from 0. */
export type AlignmentHead = readonly [layer: number, head: number];

/**
 * Sizes and special tokens of an encoder-decoder Transformer in MarianMT's shape: post-norm layers,
 * sinusoidal positions laid out `[sin | cos]`, and one embedding table for source, target and output.
 */
export interface Seq2SeqConfig extends SearchConfig {
  /** The family: MarianMT's files, or Marian's own. */
  readonly modelType: "marian" | "bergamot";
  /** Number of token ids; of the target's, where the source has its own. */
  readonly vocabSize: number;
  /** Number of the source's token ids, where it has a table of embeddings of its own. */
  readonly sourceVocabSize?: number;
  /** The projection to logits has a matrix of its own; default false, it is the target's embeddings. */
  readonly hasUntiedOutput?: boolean;
  /** The config ties that matrix, but the file has another one, which is used; default false. */
  readonly hasStoredOutput?: boolean;
  /** The projection to logits has a bias; default true. */
  readonly hasOutputBias?: boolean;
  /** Width of the hidden states (`d_model`). */
  readonly hiddenSize: number;
  /** Encoder layers. */
  readonly encoderLayers: number;
  /** Decoder layers. */
  readonly decoderLayers: number;
  /** Heads in every encoder layer. */
  readonly encoderAttentionHeads: number;
  /** Heads in every decoder layer. */
  readonly decoderAttentionHeads: number;
  /** Width of the encoder's feed-forward networks. */
  readonly encoderFfnDim: number;
  /** Width of the decoder's feed-forward networks. */
  readonly decoderFfnDim: number;
  /** Activation of the feed-forward networks. */
  readonly activationFunction: Seq2SeqActivation;
  /** Dropout of embeddings and sub-layers while training. */
  readonly dropout: number;
  /** Dropout of the attention weights while training. */
  readonly attentionDropout: number;
  /** Dropout inside the feed-forward networks while training. */
  readonly activationDropout: number;
  /**
   * What a decoder layer reads earlier target tokens with: attention, or a simpler simple recurrent unit
   * (Kim et al. 2019), which only the engine runs. Default attention.
   */
  readonly decoderAutoreg?: "self-attention" | "rnn";
  /** Embeddings are multiplied by sqrt(hiddenSize). */
  readonly scaleEmbedding: boolean;
}

/** What parseSeq2SeqConfig accepts in one way only. */
const FIXED: readonly (readonly [key: string, value: unknown])[] = [
  ["is_encoder_decoder", true],
  ["static_position_embeddings", true],
  ["normalize_before", false],
  ["normalize_embedding", false],
  ["add_final_layer_norm", false],
  ["layernorm_embedding", false],
];
const ACTIVATIONS = { relu: "relu", gelu: "gelu", swish: "swish", silu: "silu" } as const;
const AUTOREG = { "self-attention": "self-attention", rnn: "rnn" } as const;

/**
 * Reads a MarianMT checkpoint's `config.json` (and `generation_config.json`).
 *
 * @param json The parsed `config.json`.
 * @param options `generation`: the parsed `generation_config.json`, which wins where it speaks.
 * @returns The config.
 * @throws {SyntaxError} When a key is missing, has a wrong type, or asks for a layout that this model
 * does not have; all of them are named.
 *
 * @example
 * ```ts
 * import { parseSeq2SeqConfig } from "@heed/model";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseSeq2SeqConfig({ model_type: "bert" }), SyntaxError, "model_type");
 * ```
 */
export function parseSeq2SeqConfig(
  json: Json,
  { generation = {} }: { generation?: Json } = {},
): Seq2SeqConfig {
  const merged = { ...json, ...generation };
  const reader = new ConfigReader(merged);
  if (json.model_type !== "marian") reader.wrong("model_type", 'this model reads "marian"');
  for (const [key, value] of FIXED) reader.fixed(key, value);
  const sourceSize = reader.size("vocab_size", { most: MOST.vocabulary });
  const isShared = flag("share_encoder_decoder_embeddings", json, reader);
  const isTied = flag("tie_word_embeddings", json, reader);
  const vocabSize = reader.size("decoder_vocab_size", {
    most: MOST.vocabulary,
    fallback: sourceSize,
  });
  if (isShared && vocabSize !== sourceSize) {
    reader.wrong("decoder_vocab_size", "and this model has one vocabulary");
  }
  const layers = { most: MOST.layers };
  const padTokenId = reader.token("pad_token_id", { vocabSize });
  const autoreg = reader.oneOf("decoder_autoreg", AUTOREG, "self-attention");
  const config = definedOnly<Seq2SeqConfig>({
    modelType: "marian",
    vocabSize,
    sourceVocabSize: isShared ? undefined : sourceSize,
    hasUntiedOutput: isTied ? undefined : true,
    hiddenSize: reader.size("d_model"),
    encoderLayers: reader.size("encoder_layers", layers),
    decoderLayers: reader.size("decoder_layers", layers),
    encoderAttentionHeads: reader.size("encoder_attention_heads"),
    decoderAttentionHeads: reader.size("decoder_attention_heads"),
    encoderFfnDim: reader.size("encoder_ffn_dim"),
    decoderFfnDim: reader.size("decoder_ffn_dim"),
    activationFunction: reader.oneOf("activation_function", ACTIVATIONS),
    dropout: reader.rate("dropout"),
    attentionDropout: reader.rate("attention_dropout"),
    activationDropout: reader.rate("activation_dropout"),
    decoderAutoreg: autoreg === "rnn" ? autoreg : undefined,
    scaleEmbedding: json.scale_embedding === true,
    maxPositionEmbeddings: reader.size("max_position_embeddings", { most: MOST.positions }),
    padTokenId,
    eosTokenId: reader.token("eos_token_id", { vocabSize }),
    decoderStartTokenId: reader.token("decoder_start_token_id", {
      vocabSize,
      fallback: padTokenId,
    }),
    forcedEosTokenId: merged.forced_eos_token_id == null
      ? undefined
      : reader.token("forced_eos_token_id", { vocabSize }),
    numBeams: reader.size("num_beams", { most: MOST.beams, fallback: 1 }),
    bannedTokenIds: neverPad(
      bannedTokens(merged.bad_words_ids, { reader, vocabSize }),
      merged,
      padTokenId,
    ),
    ...alignmentOf(merged, reader),
  });
  for (const heads of [config.encoderAttentionHeads, config.decoderAttentionHeads]) {
    reader.divides("d_model", config.hiddenSize, heads);
  }
  reader.finish();
  return config;
}

/** Padding is never produced, whatever the file leaves out; unless it is what ends a target. */
function neverPad(banned: readonly number[], { eos_token_id: eos }: Json, pad: number): number[] {
  return banned.includes(pad) || pad === eos ? [...banned] : [...banned, pad];
}

/** A switch that is on where nothing is said. */
function flag(key: string, json: Json, reader: ConfigReader): boolean {
  const value = json[key] ?? true;
  if (typeof value !== "boolean") reader.wrong(key, "not true or false");
  return value !== false;
}

function bannedTokens(
  words: unknown,
  { reader, vocabSize }: { reader: ConfigReader; vocabSize: number },
): number[] {
  if (words == null) return [];
  const single = Array.isArray(words) &&
    words.every((word) =>
      Array.isArray(word) && word.length === 1 && Number.isSafeInteger(word[0]) &&
      word[0] >= 0 && word[0] < vocabSize
    );
  if (single) return (words as number[][]).map(([id]) => id);
  reader.wrong("bad_words_ids", `not a list of single token ids below ${vocabSize}`);
  return [];
}

function alignmentOf(
  json: Json,
  reader: ConfigReader,
): Pick<Seq2SeqConfig, "alignmentHeads" | "alignmentShift"> {
  const { alignment_heads: heads, alignment_shift: shift = 0 } = json;
  if (heads == null) return {};
  const below = (value: unknown, limit: unknown) =>
    Number.isSafeInteger(value) && value as number >= 0 && (value as number) < (limit as number);
  const fits = Array.isArray(heads) && heads.length > 0 &&
    heads.every((pair) =>
      Array.isArray(pair) && pair.length === 2 && below(pair[0], json.decoder_layers) &&
      below(pair[1], json.decoder_attention_heads)
    );
  if (!fits) reader.wrong("alignment_heads", "not a list of [layer, head] of the decoder");
  if (shift !== 0 && shift !== 1) reader.wrong("alignment_shift", "not 0 or 1");
  return {
    alignmentHeads: heads as AlignmentHead[],
    alignmentShift: shift === 1 ? 1 : undefined,
  };
}

/**
 * Writes a config as the two files that Python's transformers reads.
 *
 * @param config The config.
 * @returns The contents of `config.json` and `generation_config.json`.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, parseSeq2SeqConfig, seq2SeqConfigToJson } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8000 });
 * const { model, generation } = seq2SeqConfigToJson(config);
 * assertEquals(parseSeq2SeqConfig(model, { generation }), config);
 * ```
 */
export function seq2SeqConfigToJson(config: Seq2SeqConfig): { model: Json; generation: Json } {
  const generation = definedOnly<Json>({
    alignment_heads: config.alignmentHeads,
    alignment_shift: config.alignmentShift || undefined,
    bad_words_ids: config.bannedTokenIds.map((id) => [id]),
    decoder_start_token_id: config.decoderStartTokenId,
    eos_token_id: config.eosTokenId,
    forced_eos_token_id: config.forcedEosTokenId,
    max_length: config.maxPositionEmbeddings,
    num_beams: config.numBeams,
    pad_token_id: config.padTokenId,
  });
  const model = definedOnly<Json>({
    architectures: ["MarianMTModel"],
    model_type: "marian",
    activation_dropout: config.activationDropout,
    activation_function: config.activationFunction,
    attention_dropout: config.attentionDropout,
    d_model: config.hiddenSize,
    decoder_attention_heads: config.decoderAttentionHeads,
    decoder_ffn_dim: config.decoderFfnDim,
    decoder_layers: config.decoderLayers,
    decoder_start_token_id: config.decoderStartTokenId,
    decoder_autoreg: config.decoderAutoreg === "rnn" ? "rnn" : undefined,
    decoder_vocab_size: config.vocabSize,
    dropout: config.dropout,
    encoder_attention_heads: config.encoderAttentionHeads,
    encoder_ffn_dim: config.encoderFfnDim,
    encoder_layers: config.encoderLayers,
    eos_token_id: config.eosTokenId,
    is_encoder_decoder: true,
    max_position_embeddings: config.maxPositionEmbeddings,
    num_hidden_layers: config.encoderLayers,
    pad_token_id: config.padTokenId,
    scale_embedding: config.scaleEmbedding,
    share_encoder_decoder_embeddings: config.sourceVocabSize === undefined,
    static_position_embeddings: true,
    tie_word_embeddings: !config.hasUntiedOutput,
    vocab_size: config.sourceVocabSize ?? config.vocabSize,
  });
  return { model, generation };
}

/**
 * A config with usual values: d 256, 4 heads, feed-forward 1024, 4 encoder and 2 decoder layers.
 *
 * @param sizes What differs; `vocabSize` is required. Padding is the last id unless given.
 * @returns The whole config.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultSeq2SeqConfig({ vocabSize: 8000 }).padTokenId, 7999);
 * ```
 */
export function defaultSeq2SeqConfig(
  sizes: Partial<Seq2SeqConfig> & Pick<Seq2SeqConfig, "vocabSize">,
): Seq2SeqConfig {
  const padTokenId = sizes.padTokenId ?? sizes.vocabSize - 1;
  return {
    modelType: "marian",
    hiddenSize: 256,
    encoderLayers: 4,
    decoderLayers: 2,
    encoderAttentionHeads: 4,
    decoderAttentionHeads: 4,
    encoderFfnDim: 1024,
    decoderFfnDim: 1024,
    activationFunction: "relu",
    dropout: 0.1,
    attentionDropout: 0,
    activationDropout: 0,
    scaleEmbedding: true,
    maxPositionEmbeddings: 512,
    padTokenId,
    eosTokenId: 0,
    decoderStartTokenId: padTokenId,
    forcedEosTokenId: sizes.eosTokenId ?? 0,
    numBeams: 4,
    bannedTokenIds: [padTokenId],
    ...sizes,
  };
}

/** `"model": "transformer"` of a training configuration. */
export const transformerArchitecture: Architecture<Seq2SeqConfig> = {
  sizes: [
    "hiddenSize",
    "encoderLayers",
    "decoderLayers",
    "encoderAttentionHeads",
    "decoderAttentionHeads",
    "encoderFfnDim",
    "decoderFfnDim",
    "maxPositionEmbeddings",
  ],
  rates: ["attentionDropout", "activationDropout"],
  choices: { activationFunction: Object.keys(ACTIVATIONS) },
  problems(json) {
    const { hiddenSize, encoderAttentionHeads, decoderAttentionHeads } = defaultSeq2SeqConfig({
      vocabSize: 1,
      ...json,
    });
    return [...new Set([encoderAttentionHeads, decoderAttentionHeads])]
      .filter((heads) => hiddenSize % heads !== 0)
      .map((heads) => `hiddenSize: ${hiddenSize} is not divisible by ${heads} heads`);
  },
  config: (json, tokens) => defaultSeq2SeqConfig({ ...json, ...tokens }),
};
