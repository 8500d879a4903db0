/**
 * Transformer inference on the CPU in WASM SIMD, without tfjs.
 *
 * @module
 */
export { type CrossAttention, Seq2SeqEngine } from "./seq2seq/engine.ts";
export type { DecodedTarget, EngineGenerateOptions, HiddenStates } from "./seq2seq/runtime.ts";
export { EncoderEngine } from "./encoder/engine.ts";
export type { EncodedTexts, EncodeTextOptions, Pooling } from "./encoder/runtime.ts";
export { CausalEngine } from "./causal/engine.ts";
export type { ReadText } from "./causal/runtime.ts";
export { type EncoderConfig, parseEncoderConfig } from "./configs/encoder_config.ts";
export { type CausalConfig, parseCausalConfig } from "./configs/causal_config.ts";
export type { Activation } from "./spec.ts";
export type { AttentionMaps } from "./programs/attention_maps.ts";
export { describeMachine, type EngineMachine, type EngineOptions } from "./options.ts";
export type { EngineDType } from "./packing/linear_packer.ts";
export type { SimdMode } from "./kernels/simd_mode.ts";
export {
  type Json,
  parseSeq2SeqConfig,
  type Seq2SeqActivation,
  type Seq2SeqConfig,
} from "./configs/seq2seq_config.ts";
