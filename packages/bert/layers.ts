/**
 * The pure functions beneath {@linkcode BertModel}; importing this module loads tfjs.
 *
 * @module
 */
export * from "./forward.ts";
export { BertModel, type BertParts } from "./model.ts";
export * from "./token_tensors.ts";
export * from "./weights.ts";
export * from "./loss.ts";
export * from "./trainable.ts";
