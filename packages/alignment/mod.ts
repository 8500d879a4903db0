/**
 * Word alignment of parallel text by expectation maximization: which target token comes from which source token, and
 * how probable each translation of a token is. Works on token ids of any vocabulary, words or sub-words.
 *
 * ```ts
 * import { alignTokens, ParallelCorpus, trainAligner } from "@heed/alignment";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([0, 1], [0, 1]);
 * corpus.add([0, 2], [0, 2]);
 * const model = await trainAligner(corpus);
 * console.log(alignTokens(model, [0, 2], [0, 2])); // 0, 1
 * ```
 *
 * @module
 */
export { alignTokens } from "./align_tokens.ts";
export type { AlignerOptions, AlignerProgress, AlignmentModel } from "./aligner.ts";
export { trainAligner } from "./aligner.ts";
export { ParallelCorpus } from "./corpus.ts";
export type { LexicalTable } from "./lexical_table.ts";
export { probabilityOf } from "./lexical_table.ts";
