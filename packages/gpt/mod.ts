/**
 * GPT-2-like decoders: load a checkpoint, make one of any size, train it, let it write, save it for Python's
 * transformers.
 *
 * @example
 * ```ts
 * import { loadGpt } from "@heed/gpt";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadGpt("testdata/engine/gpt2", { device: "wasm" });
 * const [[best]] = await model.generate([[71, 3, 29]], { numBeams: 4 });
 * assertEquals(best.ids, [8, 0]);
 * ```
 *
 * @module
 */
export * from "./config.ts";
export * from "./load.ts";
export type { GptGenerateOptions, GptModel } from "./model.ts";
export type { GptPrefix } from "./prompt_state.ts";
export * from "./stream_text.ts";
