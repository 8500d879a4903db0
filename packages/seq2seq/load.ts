import type { Path } from "@heed/checkpoint";
import type { Device } from "@heed/nn";
import type { Seq2SeqConfig } from "./config.ts";
import type { Seq2SeqModel } from "./model.ts";

/** Where a model runs, and whether it can be trained. */
export interface Seq2SeqModelOptions {
  /** A device of tfjs by name, or `"auto"` (default): WebGPU on a real GPU, else WASM. */
  readonly device?: "auto" | Device["name"];
  /** Make the weights variables that a trainer can change; default false. */
  readonly trainable?: boolean;
}

/**
 * Loads a MarianMT model directory (`config.json`, `model.safetensors`); tfjs is loaded only now.
 *
 * @param directory A path or URL of the directory.
 * @param options The device.
 * @returns The model; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When the config or the weights' file is malformed.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { loadSeq2SeqModel } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadSeq2SeqModel(assets.base, { device: "wasm" });
 * const [[best]] = await model.generate([[6, 2, 0]], { numBeams: 1, maxNewTokens: 8 });
 * assertEquals(best.ids.length <= 8, true);
 * ```
 */
export async function loadSeq2SeqModel(
  directory: Path,
  { device = "auto", trainable = false }: Seq2SeqModelOptions = {},
): Promise<Seq2SeqModel> {
  const [{ Seq2SeqModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const selected = await selectDevice({ prefer: device });
  return await Seq2SeqModel.load(directory, { device: selected, trainable });
}

/**
 * Makes a model with fresh weights, ready to be trained; tfjs is loaded only now.
 *
 * @param config Sizes; see `defaultSeq2SeqConfig`.
 * @param options The seed, and where the model runs; `trainable` defaults to true.
 * @returns The model; dispose of it when done, or declare it with `using`.
 *
 * @example
 * ```ts
 * import { createSeq2SeqModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createSeq2SeqModel(config, { seed: 1, device: "wasm" });
 * assertEquals(model.named.get("final_logits_bias")?.shape, [1, 16]);
 * ```
 */
export async function createSeq2SeqModel(
  config: Seq2SeqConfig,
  { seed, device = "auto", trainable = true }: Seq2SeqModelOptions & { seed: number },
): Promise<Seq2SeqModel> {
  const [{ Seq2SeqModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const selected = await selectDevice({ prefer: device });
  return Seq2SeqModel.create(config, { device: selected, seed, trainable });
}
