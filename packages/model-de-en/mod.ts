/**
 * German to English: a translation model as data, 7.3 million parameters in half precision.
 *
 * The package holds no code but the list of its files. They lie outside the module graph, so a
 * program that imports the package from JSR fetches them when it first needs them, and keeps them:
 * `resolveModel` of `@heed/checkpoint` does that, and everything of Heed that takes a model directory
 * takes these assets too.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-de-en";
 * import { assert, assertEquals } from "@std/assert";
 *
 * assertEquals(assets.name, "de-en");
 * const bytes = assets.files.reduce((sum, file) => sum + file.bytes, 0);
 * assert(bytes < 20e6); // what a program fetches
 * ```
 *
 * @module
 */
export type { ModelAssets, ModelFile } from "./assets.ts";
export { assets } from "./assets.ts";
