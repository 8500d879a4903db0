/**
 * Weights that were not saved as safetensors: PyTorch's and Marian's files. `openWeights` takes those of PyTorch by
 * itself where a directory has no others.
 *
 * @example
 * ```ts
 * import { openTorch } from "@heed/checkpoint/formats";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => openTorch("data:,no%20pickle"), SyntaxError);
 * ```
 *
 * @module
 */
export { openTorch } from "./torch/torch_reader.ts";
export { openMarian } from "./marian/marian_reader.ts";
export type { MarianShortlist } from "./marian/marian_shortlist.ts";
export { readMarianShortlist } from "./marian/marian_shortlist.ts";
export type { WeightsReader } from "./weights_reader.ts";
