import type { Json, Seq2SeqConfig } from "@heed/engine";

export {
  type AlignmentHead,
  type Json,
  parseSeq2SeqConfig,
  type Seq2SeqActivation,
  type Seq2SeqConfig,
} from "@heed/engine";

/**
 * Writes a config as the two files that Python's transformers reads.
 *
 * @param config The config.
 * @returns The contents of `config.json` and `generation_config.json`.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, parseSeq2SeqConfig, seq2SeqConfigToJson } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 8000 });
 * const { model, generation } = seq2SeqConfigToJson(config);
 * assertEquals(parseSeq2SeqConfig(model, { generation }), config);
 * ```
 */
export function seq2SeqConfigToJson(config: Seq2SeqConfig): { model: Json; generation: Json } {
  const generation: Json = {
    ...(config.alignmentHeads && { alignment_heads: config.alignmentHeads }),
    ...(config.alignmentShift && { alignment_shift: config.alignmentShift }),
    bad_words_ids: config.bannedTokenIds.map((id) => [id]),
    decoder_start_token_id: config.decoderStartTokenId,
    eos_token_id: config.eosTokenId,
    ...(config.forcedEosTokenId !== undefined && { forced_eos_token_id: config.forcedEosTokenId }),
    max_length: config.maxPositionEmbeddings,
    num_beams: config.numBeams,
    pad_token_id: config.padTokenId,
  };
  const model: Json = {
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
    ...(config.decoderAutoreg === "rnn" && { decoder_autoreg: "rnn" }),
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
    share_encoder_decoder_embeddings: true,
    static_position_embeddings: true,
    tie_word_embeddings: true,
    vocab_size: config.vocabSize,
  };
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
 * import { defaultSeq2SeqConfig } from "@heed/seq2seq";
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
