import { isBesideWeights } from "../_files_beside_weights.ts";

/** Weights that can be read, the best first: a file, or an index with its shards. */
const WEIGHTS: readonly (readonly [whole: string, index: string, shard: RegExp])[] = [
  [
    "model.safetensors",
    "model.safetensors.index.json",
    /^model-\d+-of-\d+\.safetensors$/,
  ],
  [
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
    /^pytorch_model-\d+-of-\d+\.bin$/,
  ],
];
/** Weights of other programs. */
const FOREIGN = /\.(?:h5|msgpack|ot|onnx|gguf|npz|ckpt|pth|pt|bin|safetensors)$/;

/**
 * Chooses from a repository's files those that are needed to run the model: one kind of weights, its
 * configuration and its tokenizer.
 *
 * @throws {TypeError} When it is no model that can be run; says what it has.
 */
export function selectFiles(paths: readonly string[]): string[] {
  const all = new Set(paths);
  if (!all.has("config.json")) {
    throw new TypeError("it has no config.json, so it is not a model in transformers' layout");
  }
  const weights = selectWeights(all);
  if (weights.length === 0) {
    const others = paths.filter((path) => FOREIGN.test(path)).slice(0, 5).join(", ");
    throw new TypeError(
      `it has neither model.safetensors nor pytorch_model.bin${
        others === "" ? "" : `, but ${others}`
      }; choose a model with weights of PyTorch`,
    );
  }
  const beside = paths.filter(isBesideWeights);
  return [...new Set([...beside.sort(), ...weights])];
}

function selectWeights(all: ReadonlySet<string>): string[] {
  for (const [whole, index, shard] of WEIGHTS) {
    if (all.has(whole)) return [whole];
    if (!all.has(index)) continue;
    return [index, ...[...all].filter((path) => shard.test(path)).sort()];
  }
  return [];
}
