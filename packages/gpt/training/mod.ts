/**
 * Trains a GPT from a configuration file, as `heed train` does.
 *
 * @example
 * ```ts
 * import { loadGptTrainingConfig } from "@heed/gpt/training";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * const path = `${directory}/config.json`;
 * await Deno.writeTextFile(path, `{
 *   "model": "gpt",
 *   "architecture": { "hiddenSize": 64, "numHiddenLayers": 2, "numHeads": 4 },
 *   "data": { "train": ["plays.txt"], "dev": "dev.txt" },
 *   "tokenizer": { "type": "bpe", "vocabSize": 1000 },
 *   "steps": 1000,
 *   "output": "run"
 * }`);
 * assertEquals((await loadGptTrainingConfig(path)).data.train, [`${directory}/plays.txt`]);
 * await Deno.remove(directory, { recursive: true });
 * ```
 *
 * @module
 */
export * from "./config.ts";
export * from "./prepare.ts";
export * from "./text_evaluation.ts";
