import { assertCheckpoint } from "@heed/checkpoint";
import {
  type ClassificationKind,
  type EncoderConfig,
  type EncoderHeadName,
  type EncoderTensors,
  findFamily,
  type ModelDirectory,
  type ModelFamily,
  type ModelSource,
  openModel,
  savedEncoderName,
  tensorsOf,
} from "@heed/model";
import type { Device, WeightSource } from "@heed/nn";
import type { BertModel } from "./model.ts";

/** Where a model runs, and whether it can be trained. */
export interface BertOptions {
  /** A device of tfjs by name, or `"auto"` (default): WebGPU on a real GPU, else WASM; or what `selectDevice` gave. */
  readonly device?: "auto" | Device["name"] | Device;
  /** Make the weights variables that a trainer can change. */
  readonly trainable?: boolean;
}

/** What is to stand on top of an encoder. */
export interface HeadChoice {
  /** The head; default that of the checkpoint. */
  readonly head?: EncoderHeadName;
  /** Names of a classifier's labels; default those of the checkpoint. */
  readonly labels?: readonly string[];
  /** What the logits of a sequence classifier mean; default what the checkpoint says. */
  readonly classification?: ClassificationKind;
}

/** Options of {@linkcode loadBert}. */
export interface LoadBertOptions extends BertOptions, HeadChoice {
  /** Seed of weights that the checkpoint does not have; default 1. */
  readonly seed?: number;
  /** Gets a line that names the weights that were made newly, because the checkpoint has none. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Loads a BERT, DistilBERT or RoBERTa checkpoint (`config.json`, `model.safetensors`) on tfjs, with the head that it
 * has or with another; a head that the checkpoint lacks is made newly.
 *
 * @param source A path or URL of the directory, or an open directory.
 * @param options The device, the head, and whether the model is to be trained.
 * @returns The model; dispose of it when done, or declare it with `using`.
 * @throws {SyntaxError} When the config or the weights' file is malformed, or of another family.
 * @throws {TypeError} When weights of the encoder are missing, or any are mis-shaped; all are named.
 * @throws {RangeError} When a weight holds NaN or infinity.
 *
 * @example
 * ```ts
 * import { loadBert } from "@heed/bert";
 * import { assertEquals } from "@std/assert";
 *
 * const warnings: string[] = [];
 * using model = await loadBert("testdata/bert/bert/model", {
 *   device: "wasm",
 *   head: "sequence-classification",
 *   labels: ["ham", "spam"],
 *   onWarning: (text) => warnings.push(text),
 * });
 * assertEquals((await model.logits([[0, 17, 2]]))[0].length, 2);
 * assertEquals(warnings, [
 *   "Made newly, for testdata/bert/bert/model has none: classifier.weight, classifier.bias",
 * ]);
 * ```
 */
export async function loadBert(
  source: ModelSource,
  { device, trainable = false, seed = 1, onWarning, ...choice }: LoadBertOptions = {},
): Promise<BertModel> {
  const directory = await openModel(source);
  const family = await encoderFamily(directory);
  const config = chooseHead(await directory.config() as EncoderConfig, choice);
  const [create, { freshWeights }] = await Promise.all([start(device), import("@heed/nn")]);
  const read = await readEncoder(directory, { family, config });
  if (read.missing.length > 0) {
    onWarning?.(`Made newly, for ${directory.path} has none: ${read.missing.join(", ")}`);
  }
  const fresh = freshWeights({ seed });
  return create({
    config,
    tensors: read.tensors,
    trainable,
    source: (spec) => read.source(spec) ?? fresh(spec),
  });
}

/**
 * Makes a model with fresh weights, ready to be trained.
 *
 * @param config Sizes and head; see `parseEncoderConfig` of `@heed/model`.
 * @param options The seed, and where the model runs; `trainable` is true by default.
 * @returns The model; dispose of it when done, or declare it with `using`.
 *
 * @example
 * ```ts
 * import { createBert } from "@heed/bert";
 * import { parseEncoderConfig } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const config = parseEncoderConfig({
 *   model_type: "bert",
 *   architectures: ["BertForMaskedLM"],
 *   vocab_size: 50,
 *   hidden_size: 8,
 *   num_hidden_layers: 1,
 *   num_attention_heads: 2,
 *   intermediate_size: 16,
 *   hidden_act: "gelu",
 *   max_position_embeddings: 12,
 *   type_vocab_size: 2,
 * });
 * using model = await createBert(config, { seed: 1, device: "wasm" });
 * assertEquals(model.tasks, ["masked-lm"]);
 * ```
 */
export async function createBert(
  config: EncoderConfig,
  { seed, device, trainable = true }: BertOptions & { readonly seed: number },
): Promise<BertModel> {
  const [create, { freshWeights }] = await Promise.all([start(device), import("@heed/nn")]);
  const tensors = findFamily(config.modelType).tensors(config) as EncoderTensors;
  return create({ config, tensors, trainable, source: freshWeights({ seed }) });
}

/** Starts the device and loads what computes. */
async function start(device: BertOptions["device"] = "auto") {
  const [{ BertModel }, { selectDevice }] = await Promise.all([
    import("./model.ts"),
    import("@heed/nn"),
  ]);
  const started = typeof device === "string" ? await selectDevice({ prefer: device }) : device;
  type Parts = ConstructorParameters<typeof BertModel>[0];
  return (parts: Omit<Parts, "device">): BertModel => new BertModel({ ...parts, device: started });
}

type EncoderFamily = ModelFamily<EncoderConfig, EncoderTensors>;

async function encoderFamily(directory: ModelDirectory): Promise<EncoderFamily> {
  const family = await directory.family();
  if (family.kind === "encoder") return family as unknown as EncoderFamily;
  throw new SyntaxError(
    `Cannot load ${directory.path} as an encoder: model_type is ` +
      `${JSON.stringify(family.modelType)}; give a BERT, DistilBERT or RoBERTa`,
  );
}

/** The config with another head; labels that are given stand for those of the checkpoint. */
function chooseHead(
  config: EncoderConfig,
  { head = config.head, labels = config.labels, classification }: HeadChoice,
): EncoderConfig {
  const kind = classification ??
    (labels === config.labels ? config.classification : "single");
  return { ...config, head, labels, classification: kind };
}

/** Reads what a checkpoint has of a model, whatever head it was saved with. */
async function readEncoder(
  directory: ModelDirectory,
  { family, config }: { family: EncoderFamily; config: EncoderConfig },
): Promise<{
  tensors: EncoderTensors;
  missing: string[];
  source: (spec: Parameters<WeightSource>[0]) => ReturnType<WeightSource> | undefined;
}> {
  const [tf, reader] = await Promise.all([import("@tensorflow/tfjs"), directory.weights()]);
  try {
    const inFile = new Map(reader.names.map((name) => [savedEncoderName(config, name), name]));
    const wanted = [...tensorsOf(family.tensors(config).heads).keys()];
    // What no head reads could not be trained, and transformers would not know where it belongs.
    const isLoose = (name: string) =>
      config.head !== "none" && /(^|\.)pooler\./.test(name) && !wanted.includes(name);
    const tensors = family.tensors(config, [
      ...[...inFile.keys()].filter((name) => !isLoose(name)),
      ...wanted,
    ]);
    const encoder = tensorsOf(tensors.encoder), expected = tensorsOf(tensors);
    const missing = wanted.filter((name) => !inFile.has(name) && !encoder.has(name));
    const found = [...inFile].map(([name, own]) => [name, reader.info(own)] as const);
    assertCheckpoint(found, expected, {
      ignored: (name) => family.ignored.test(name) || isLoose(name),
      optional: (name) => missing.includes(name),
    });
    const values = new Map<string, Float32Array>();
    for (const name of expected.keys()) {
      const own = inFile.get(name);
      if (own === undefined) continue;
      const numbers = await reader.readFloat32(own);
      const wrong = numbers.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) {
        throw new RangeError(
          `Cannot load weight ${own} of ${directory.path}: it holds ${numbers[wrong]} at element ` +
            `${wrong}; the checkpoint is damaged or its training diverged`,
        );
      }
      values.set(name, numbers);
    }
    return {
      tensors,
      missing,
      source({ name, shape }) {
        const numbers = values.get(name);
        values.delete(name);
        return numbers && tf.tensor(numbers, [...shape]);
      },
    };
  } finally {
    await reader.close();
  }
}
