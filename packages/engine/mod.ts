/**
 * Transformer inference on the CPU in WASM SIMD, without tfjs.
 *
 * @module
 */
export {};
