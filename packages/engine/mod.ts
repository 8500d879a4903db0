/**
 * Transformer inference on the CPU: int8 or float32 in WebAssembly SIMD, without tfjs, in Deno,
 * browsers and Node.
 *
 * {@linkcode Seq2SeqEngine} translates (MarianMT), {@linkcode EncoderEngine} encodes and classifies
 * (BERT, DistilBERT, RoBERTa), {@linkcode CausalEngine} continues texts (GPT-2). Each loads a directory in Hugging
 * Face's layout and takes and gives ids; several calls at once run on several threads.
 *
 * @example Translate ids
 * ```ts
 * import { Seq2SeqEngine } from "@heed/engine";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * using engine = await Seq2SeqEngine.load(assets.base, { threads: 1 });
 * const [[best]] = await engine.generate([[6, 2, 0]], { numBeams: 4, maxNewTokens: 10 });
 * assertEquals(best.tokenLogProbs.length, best.ids.length);
 * ```
 *
 * @module
 */
export { Seq2SeqEngine } from "./seq2seq/engine.ts";
export type {
  AttendedHypothesis,
  DecodedTarget,
  EngineGenerateOptions,
} from "./seq2seq/runtime.ts";
export { EncoderEngine } from "./encoder/engine.ts";
export type { EncodeTextOptions, LogitsOptions, Pooling, PoolTextOptions } from "@heed/model";
export { VectorTable } from "./vectors/vector_table.ts";
export { CausalEngine } from "./causal/engine.ts";
export type { CausalGenerateOptions, CausalPrefix, ReadText } from "./causal/runtime.ts";
export { describeMachine, type EngineMachine, type EngineOptions } from "./options.ts";
export type { EngineDType } from "./packing/linear_packer.ts";
export type { SimdMode } from "./kernels/simd_mode.ts";
