import {
  findFamily,
  type ModelConfig,
  type ModelDirectory,
  type ModelFamily,
  type ModelSource,
  openModel,
  type SearchConfig,
} from "@heed/model";
import type { Device } from "@heed/nn";
import { functionsOf } from "./functions.ts";
import type { EncoderDecoderModel, ModelOf } from "./model.ts";

/** Where a model runs, and whether it can be trained. */
export interface ModelOptions {
  /**
   * A device of tfjs by name, or `"auto"` (default): WebGPU on a real GPU, else WASM; or what
   * `selectDevice` gave, where it has been called already.
   */
  readonly device?: "auto" | Device["name"] | Device;
  /** Make the weights variables that a trainer can change. */
  readonly trainable?: boolean;
}

/**
 * Loads an encoder-decoder of any family from its directory (`config.json`, `model.safetensors`); tfjs is
 * loaded only now.
 *
 * @param source A path or URL of the directory, a model package's assets, or an open directory.
 * @param options The device; `trainable`, by default false; `family`, where another one is an error.
 * @returns The model; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When the config or the weights' file is malformed.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { loadModel } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadModel(assets, { device: "wasm" });
 * const [[best]] = await model.generate([[6, 2, 0]], { numBeams: 1, maxNewTokens: 8 });
 * assertEquals(best.ids.length <= 8, true);
 * ```
 */
export async function loadModel<Config extends SearchConfig = SearchConfig>(
  source: ModelSource,
  { device, trainable = false, family }: ModelOptions & {
    readonly family?: ModelFamily<Config, unknown>;
  } = {},
): Promise<ModelOf<Config>> {
  const directory = await openModel(source);
  const found = await directory.family();
  if (family && found.modelType !== family.modelType) {
    throw new SyntaxError(
      `Cannot load ${directory.path}: model_type is ${JSON.stringify(found.modelType)}, ` +
        `not ${JSON.stringify(family.modelType)}`,
    );
  }
  const config = await settledConfig(directory) as Config;
  const refusal = found.refusal?.("tfjs", await directory.json("config.json"));
  if (refusal !== undefined) {
    throw new SyntaxError(`Cannot load ${directory.path} on tfjs: ${refusal}; use the device wasm`);
  }
  const [parts, { readWeights }] = await Promise.all([
    startModel(config, device),
    import("@heed/nn"),
  ]);
  const weights = await readWeights(directory, config);
  return parts.create({ trainable, source: weights });
}

/**
 * Makes an encoder-decoder with fresh weights, ready to be trained; tfjs is loaded only now.
 *
 * @param config Sizes; see `defaultSeq2SeqConfig` and `defaultRnnConfig`.
 * @param options The seed, and where the model runs; `trainable` is true by default.
 * @returns The model; dispose of it when done, or declare it with `using`.
 *
 * @example
 * ```ts
 * import { createModel, defaultRnnConfig, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const sizes = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using transformer = await createModel(sizes, { seed: 1, device: "wasm" });
 * assertEquals(transformer.named.get("final_logits_bias")?.shape, [1, 16]);
 * using rnnsearch = await createModel(defaultRnnConfig({ vocabSize: 16 }), { seed: 1 });
 * assertEquals(rnnsearch.config.architecture, "rnnsearch");
 * ```
 */
export async function createModel<Config extends SearchConfig>(
  config: Config,
  { seed, device, trainable = true }: ModelOptions & { readonly seed: number },
): Promise<ModelOf<Config>> {
  findFamily(config.modelType);
  const [parts, { freshWeights }] = await Promise.all([
    startModel(config, device),
    import("@heed/nn"),
  ]);
  return parts.create({ trainable, source: freshWeights({ seed }) });
}

/** The config, with what of it only the weights tell. */
async function settledConfig(directory: ModelDirectory): Promise<ModelConfig> {
  const [family, config] = await Promise.all([directory.family(), directory.config()]);
  if (!family.settle) return config;
  const weights = await directory.weights();
  try {
    return await family.settle(config, weights);
  } finally {
    await weights.close();
  }
}

/** Starts the device and loads what computes. */
async function startModel<Config extends SearchConfig>(
  config: Config,
  device: ModelOptions["device"] = "auto",
) {
  const [{ EncoderDecoderModel }, { selectDevice }, functions] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
    functionsOf(config.modelType),
  ]);
  const started = typeof device === "string" ? await selectDevice({ prefer: device }) : device;
  type Parts = ConstructorParameters<typeof EncoderDecoderModel>[0];
  return {
    create: (rest: Pick<Parts, "trainable" | "source">): ModelOf<Config> =>
      new EncoderDecoderModel({ config, device: started, functions, ...rest }) as
        & EncoderDecoderModel
        & ModelOf<Config>,
  };
}
