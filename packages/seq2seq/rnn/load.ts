import { files, joinPath, type Path } from "@heed/checkpoint";
import { loadSeq2SeqModel, type Seq2SeqModelOptions } from "../load.ts";
import type { Seq2SeqModel } from "../model.ts";
import { RNN_MODEL_TYPE, type RnnConfig } from "./config.ts";
import type { RnnModel } from "./model.ts";

/**
 * Loads a directory of a recurrent model (`config.json`, `model.safetensors`); tfjs is loaded only now.
 *
 * @param directory A path or URL of the directory.
 * @param options The device.
 * @returns The model; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When the config or the weights' file is malformed.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 *
 * @example
 * ```ts
 * import { loadRnnModel } from "@heed/seq2seq";
 * import { files } from "@heed/checkpoint";
 *
 * if (await files.exists("runs/rnnsearch/model")) {
 *   using model = await loadRnnModel("runs/rnnsearch/model");
 *   console.log(model.config.architecture);
 * }
 * ```
 */
export async function loadRnnModel(
  directory: Path,
  { device = "auto", trainable = false }: Seq2SeqModelOptions = {},
): Promise<RnnModel> {
  const [{ RnnModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const selected = await selectDevice({ prefer: device });
  return await RnnModel.load(directory, { device: selected, trainable });
}

/**
 * Makes a recurrent model with fresh weights, ready to be trained; tfjs is loaded only now.
 *
 * @param config Sizes; see `defaultRnnConfig`.
 * @param options The seed, and where the model runs; `trainable` defaults to true.
 * @returns The model; dispose of it when done, or declare it with `using`.
 *
 * @example
 * ```ts
 * import { createRnnModel, defaultRnnConfig } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * const config = defaultRnnConfig({ vocabSize: 16, architecture: "rnnencdec", cell: "lstm" });
 * using model = await createRnnModel(config, { seed: 1, device: "wasm" });
 * assertEquals(model.named.get("final_logits_bias")?.shape, [16]);
 * ```
 */
export async function createRnnModel(
  config: RnnConfig,
  { seed, device = "auto", trainable = true }: Seq2SeqModelOptions & { seed: number },
): Promise<RnnModel> {
  const [{ RnnModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const selected = await selectDevice({ prefer: device });
  return RnnModel.create(config, { device: selected, seed, trainable });
}

/**
 * Loads a directory of either family, as its `config.json` says: a Transformer in MarianMT's layout or
 * a recurrent model.
 *
 * @param directory A path or URL of the directory.
 * @param options The device.
 * @returns The model; both families generate, score, show attention and save alike.
 * @throws {SyntaxError} When the config or the weights' file is malformed.
 * @throws {TypeError} When weights are missing, unexpected or mis-shaped; all are named.
 *
 * @example
 * ```ts
 * import { assets } from "@heed/model-en-de";
 * import { loadEncoderDecoder } from "@heed/seq2seq";
 * import { assertEquals } from "@std/assert";
 *
 * using model = await loadEncoderDecoder(assets.base, { device: "wasm" });
 * assertEquals((await model.generate([[6, 2, 0]], { numBeams: 1 })).length, 1);
 * ```
 */
export async function loadEncoderDecoder(
  directory: Path,
  options: Seq2SeqModelOptions = {},
): Promise<Seq2SeqModel | RnnModel> {
  let modelType: unknown;
  try {
    modelType = JSON.parse(await files.readText(joinPath(directory, "config.json"))).model_type;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // which key is wrong is said below
  }
  if (modelType === RNN_MODEL_TYPE) return await loadRnnModel(directory, options);
  return await loadSeq2SeqModel(directory, options);
}
