import {
  type CausalConfig,
  type CausalTensors,
  findFamily,
  type ModelSource,
  openModel,
} from "@heed/model";
import type { Device } from "@heed/nn";
import type { GptModel } from "./model.ts";

/** Where a model runs, and whether it can be trained. */
export interface GptOptions {
  /** A device of tfjs by name, or `"auto"` (default): WebGPU on a real GPU, else WASM; or what `selectDevice` gave. */
  readonly device?: "auto" | Device["name"] | Device;
  /** Make the weights variables that a trainer can change. */
  readonly trainable?: boolean;
}

/**
 * Loads a GPT-2 checkpoint (`config.json`, `model.safetensors`) on tfjs.
 *
 * @param source A path or URL of the directory, or an open directory.
 * @param options The device, and whether the model is to be trained.
 * @returns The model; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When the config or the weights' file is malformed, or of another family.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 * @throws {RangeError} When a weight holds NaN or infinity.
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
 */
export async function loadGpt(
  source: ModelSource,
  { device, trainable = false }: GptOptions = {},
): Promise<GptModel> {
  const directory = await openModel(source);
  const family = await directory.family();
  if (family.modelType !== "gpt2" && family.modelType !== "gpt3") {
    throw new SyntaxError(
      `Cannot load ${directory.path} as a GPT: model_type is ${
        JSON.stringify(family.modelType)
      }; ` +
        "give a GPT-2 or GPT-3",
    );
  }
  const config = await directory.config() as CausalConfig;
  const [create, { readWeights }] = await Promise.all([start(device), import("@heed/nn")]);
  const reader = await directory.weights();
  const tensors = family.tensors(config, reader.names) as CausalTensors;
  await reader.close();
  const weights = await readWeights(directory, config);
  return create({ config, tensors, trainable, source: weights });
}

/**
 * Makes a model with fresh weights, ready to be trained.
 *
 * @param config Sizes; see `gptConfig`.
 * @param options The seed, and where the model runs; `trainable` is true by default.
 * @returns The model; dispose of it when done, or declare it with `using`.
 *
 * @example
 * ```ts
 * import { createGpt, gptConfig } from "@heed/gpt";
 * import { assertEquals } from "@std/assert";
 *
 * const config = gptConfig({ vocabSize: 50, hiddenSize: 8, numHiddenLayers: 1, numHeads: 2 });
 * using model = await createGpt(config, { seed: 1, device: "wasm" });
 * assertEquals(model.trainable, true);
 * ```
 */
export async function createGpt(
  config: CausalConfig,
  { seed, device, trainable = true }: GptOptions & { readonly seed: number },
): Promise<GptModel> {
  const create = await start(device);
  const [{ freshWeights }, { freshSpec }] = await Promise.all([
    import("@heed/nn"),
    import("./fresh_weights.ts"),
  ]);
  const tensors = findFamily(config.modelType).tensors(config) as CausalTensors;
  const fresh = freshWeights({ seed });
  return create({ config, tensors, trainable, source: (spec) => fresh(freshSpec(spec, config)) });
}

/** Starts the device and loads what computes. */
async function start(device: GptOptions["device"] = "auto") {
  const [{ GptModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const started = typeof device === "string" ? await selectDevice({ prefer: device }) : device;
  type Parts = ConstructorParameters<typeof GptModel>[0];
  return (parts: Omit<Parts, "device">): GptModel => new GptModel({ ...parts, device: started });
}
