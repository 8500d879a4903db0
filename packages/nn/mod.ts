/**
 * Device choice and the layers that everything else is made of, with kernels of our own on WASM (SIMD)
 * and WebGPU (WGSL); on tfjs's cpu backend they are composed of tfjs ops.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initLinearWeights, linear, selectDevice } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await selectDevice({ prefer: "wasm" });
 * assertEquals([device.name, device.reason], ["wasm", "asked for by name"]);
 * const weights = initLinearWeights({ inSize: 4, outSize: 2 }, { seed: 1 });
 * assertEquals(linear(weights, tf.ones([3, 4])).shape, [3, 2]);
 * ```
 *
 * @module
 */
export { activate, type Activation } from "./activation.ts";
export * from "./adam.ts";
export * from "./alignment.ts";
export * from "./attention_core.ts";
export * from "./attentive_gru.ts";
export * from "./copy_values.ts";
export * from "./cross_entropy.ts";
export * from "./device.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export * from "./embedding.ts";
export { gru, gruCell, type GruOptions, type GruWeights, initGruWeights } from "./gru.ts";
export * from "./initializers.ts";
export * from "./layer_norm.ts";
export * from "./linear.ts";
export * from "./lstm.ts";
export { maskedSoftmax, type MaskedSoftmaxOptions } from "./masked_softmax.ts";
export * from "./random.ts";
export * from "./weights.ts";
