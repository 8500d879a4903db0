/** Activations a MarianMT checkpoint may name. */
export type Seq2SeqActivation = "relu" | "gelu" | "swish" | "silu";

/** A head of the decoder's attention to the source: its layer and its number there, both from 0. */
export type AlignmentHead = readonly [layer: number, head: number];

/**
 * Sizes and special tokens of an encoder-decoder Transformer in MarianMT's shape: post-norm layers,
 * sinusoidal positions laid out `[sin | cos]`, and one embedding table for source, target and output.
 */
export interface Seq2SeqConfig {
  /** Number of token ids. */
  readonly vocabSize: number;
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
  /** Longest source and target, in tokens. */
  readonly maxPositionEmbeddings: number;
  /** Fills batches; never produced. */
  readonly padTokenId: number;
  /** Ends a sequence. */
  readonly eosTokenId: number;
  /** Decoding starts from it (Marian: the padding token). */
  readonly decoderStartTokenId: number;
  /** Token that is forced at the length limit; absent when none is. */
  readonly forcedEosTokenId?: number;
  /** Beams that the checkpoint recommends. */
  readonly numBeams: number;
  /** Tokens that are never produced. */
  readonly bannedTokenIds: readonly number[];
  /** Heads whose mean aligns target tokens with source tokens; absent when nobody has looked for them. */
  readonly alignmentHeads?: readonly AlignmentHead[];
  /**
   * Whose attention aligns a token in those heads: 0, that of the step that produces it (default), or 1, that
   * of the step that reads it (Chen et al. 2020, "Accurate Word Alignment Induction from NMT").
   */
  readonly alignmentShift?: 0 | 1;
}

/** A parsed JSON object. */
export type Json = Record<string, unknown>;

/** What parseSeq2SeqConfig accepts in one way only, with the reason. */
const FIXED: readonly (readonly [key: string, value: unknown])[] = [
  ["is_encoder_decoder", true],
  ["static_position_embeddings", true],
  ["share_encoder_decoder_embeddings", true],
  ["tie_word_embeddings", true],
  ["normalize_before", false],
  ["normalize_embedding", false],
  ["add_final_layer_norm", false],
  ["layernorm_embedding", false],
];

/**
 * Reads a checkpoint's `config.json` (and `generation_config.json`).
 *
 * @param json The parsed `config.json`.
 * @param options `generation`: the parsed `generation_config.json`, which wins where it speaks.
 * @returns The config.
 * @throws {SyntaxError} When a key is missing, has a wrong type, or asks for a layout that this model
 * does not have; all of them are named.
 *
 * @example
 * ```ts
 * import { parseSeq2SeqConfig } from "@heed/engine";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseSeq2SeqConfig({ model_type: "bert" }), SyntaxError, "model_type");
 * ```
 */
export function parseSeq2SeqConfig(
  json: Json,
  { generation = {} }: { generation?: Json } = {},
): Seq2SeqConfig {
  const problems: string[] = [];
  const integer = (
    source: Json,
    key: string,
    { least = 0, fallback = undefined as number | undefined } = {},
  ) => {
    const value = source[key] ?? fallback;
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    problems.push(`${key} is ${JSON.stringify(source[key])}, not an integer of at least ${least}`);
    return least;
  };
  const size = (key: string) => integer(json, key, { least: 1 });
  const rate = (key: string) => {
    const value = json[key] ?? 0;
    if (typeof value === "number" && value >= 0 && value < 1) return value;
    problems.push(`${key} is ${JSON.stringify(value)}, not a number of at least 0 and below 1`);
    return 0;
  };
  if (json.model_type !== "marian") {
    problems.push(`model_type is ${JSON.stringify(json.model_type)}; this model reads "marian"`);
  }
  for (const [key, value] of FIXED) {
    if (json[key] !== undefined && json[key] !== value) {
      problems.push(
        `${key} is ${JSON.stringify(json[key])}; this model has ${JSON.stringify(value)}`,
      );
    }
  }
  const activation = json.activation_function;
  if (!["relu", "gelu", "swish", "silu"].includes(activation as string)) {
    problems.push(
      `activation_function is ${JSON.stringify(activation)}, not one of relu, gelu, swish, silu`,
    );
  }
  const autoreg = json.decoder_autoreg ?? "self-attention";
  if (autoreg !== "self-attention" && autoreg !== "rnn") {
    problems.push(`decoder_autoreg is ${JSON.stringify(autoreg)}, not one of self-attention, rnn`);
  }
  const merged = { ...json, ...generation };
  const vocabSize = size("vocab_size");
  if (json.decoder_vocab_size !== undefined && json.decoder_vocab_size !== vocabSize) {
    problems.push(
      `decoder_vocab_size is ${json.decoder_vocab_size}; this model has one vocabulary`,
    );
  }
  const token = (key: string, fallback?: number) => {
    const id = integer(merged, key, { fallback });
    if (id >= vocabSize) problems.push(`${key} is ${id}, not below vocab_size ${vocabSize}`);
    return id;
  };
  const padTokenId = token("pad_token_id");
  const config: Seq2SeqConfig = {
    vocabSize,
    hiddenSize: size("d_model"),
    encoderLayers: size("encoder_layers"),
    decoderLayers: size("decoder_layers"),
    encoderAttentionHeads: size("encoder_attention_heads"),
    decoderAttentionHeads: size("decoder_attention_heads"),
    encoderFfnDim: size("encoder_ffn_dim"),
    decoderFfnDim: size("decoder_ffn_dim"),
    activationFunction: activation as Seq2SeqActivation,
    dropout: rate("dropout"),
    attentionDropout: rate("attention_dropout"),
    activationDropout: rate("activation_dropout"),
    ...(autoreg === "rnn" && { decoderAutoreg: autoreg }),
    scaleEmbedding: json.scale_embedding === true,
    maxPositionEmbeddings: size("max_position_embeddings"),
    padTokenId,
    eosTokenId: token("eos_token_id"),
    decoderStartTokenId: token("decoder_start_token_id", padTokenId),
    ...(merged.forced_eos_token_id != null && { forcedEosTokenId: token("forced_eos_token_id") }),
    numBeams: integer(merged, "num_beams", { least: 1, fallback: 1 }),
    bannedTokenIds: bannedTokens(merged.bad_words_ids, problems),
    ...alignmentOf(merged, problems),
  };
  for (const heads of [config.encoderAttentionHeads, config.decoderAttentionHeads]) {
    if (config.hiddenSize % heads !== 0) {
      problems.push(`d_model ${config.hiddenSize} is not divisible by ${heads} attention heads`);
    }
  }
  if (problems.length > 0) {
    throw new SyntaxError(`Cannot read the model's config:\n- ${problems.join("\n- ")}`);
  }
  return config;
}

function bannedTokens(words: unknown, problems: string[]): number[] {
  if (words == null) return [];
  const single = Array.isArray(words) &&
    words.every((word) =>
      Array.isArray(word) && word.length === 1 && Number.isSafeInteger(word[0])
    );
  if (single) return (words as number[][]).map(([id]) => id);
  problems.push(`bad_words_ids is ${JSON.stringify(words)}, not a list of single token ids`);
  return [];
}

function alignmentOf(
  json: Json,
  problems: string[],
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
  if (!fits) {
    problems.push(
      `alignment_heads is ${JSON.stringify(heads)}, not a list of [layer, head] of the decoder`,
    );
  }
  if (shift !== 0 && shift !== 1) {
    problems.push(`alignment_shift is ${JSON.stringify(shift)}, not 0 or 1`);
  }
  return {
    alignmentHeads: heads as AlignmentHead[],
    ...(shift === 1 && { alignmentShift: 1 }),
  };
}
