/**
 * German to English: a translation model as data, 7.3 million parameters in half precision.
 *
 * The package holds no code but the list of its files. They lie outside the module graph, so a
 * program that imports the package from JSR fetches them when it first needs them, and keeps them:
 * `resolveModel` of `@heed/checkpoint` does that, and everything of Heed that takes a model directory
 * takes these assets too.
 *
 * ```ts
 * import { assets } from "@heed/model-de-en";
 *
 * console.log(assets.name, assets.version); // de-en, and the version of this package
 * const bytes = assets.files.reduce((sum, file) => sum + file.bytes, 0);
 * console.log(`${(bytes / 1e6).toFixed(1)} MB in ${assets.base}`);
 * ```
 *
 * @module
 */
export type { ModelAssets, ModelFile } from "./assets.ts";
export { assets } from "./assets.ts";
