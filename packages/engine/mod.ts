/**
 * Transformer inference on the CPU in WASM SIMD, without tfjs.
 *
 * @module
 */
export {
  type Json,
  parseSeq2SeqConfig,
  type Seq2SeqActivation,
  type Seq2SeqConfig,
} from "./configs/seq2seq_config.ts";
