/**
 * BERT and its relatives (DistilBERT, RoBERTa, sentence encoders): load a checkpoint with any head, train it further,
 * save it for Python's transformers.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadBert("testdata/bert/bert/masked-lm", { device: "wasm" });
 * const [logits] = await model.logits([[0, 17, 3, 2]], { positions: [[2]] });
 * assertEquals(logits.length, model.config.vocabSize);
 * ```
 *
 * @module
 */
export * from "./load.ts";
export type { BertModel } from "./model.ts";
export type { Answer } from "./answers.ts";
export type { ClassifiedText, LabelScore } from "./classify.ts";
export type { TaggedEntity } from "./entities.ts";
export type { RuntimeChoice } from "./open_encoder.ts";
export type { SentenceConfig } from "./sentence_config.ts";
export type { MaskCandidate } from "./mask_gaps.ts";
export * from "./open_text_encoder.ts";
export * from "./text_encoder.ts";
export type { TextOrPair } from "./text_windows.ts";
export * from "./npy.ts";
export * from "./vector_index.ts";
