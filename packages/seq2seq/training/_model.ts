import {
  type Architecture,
  architectureOf,
  architectureProblems,
  familyOfArchitecture,
  findFamily,
  openModel,
  type SearchConfig,
  tensorsOf,
} from "@heed/model";
import type { MarianTokenizer } from "@heed/tokenizer";
import { createModel as createFresh, loadModel } from "../load.ts";
import type { EncoderDecoderModel } from "../model.ts";
import type { TrainingConfig } from "./config.ts";
import { TrainingConfigError } from "@heed/training/config";

/** What a configuration may choose of a fresh model; its schema has checked that there is such a model. */
function architectureNamed(name: string): Architecture<SearchConfig> {
  return familyOfArchitecture(name)!.architectures[name] as unknown as Architecture<SearchConfig>;
}

/** Finds what is wrong with `architecture` of a training configuration; names every wrong key and value. */
export function modelProblems(
  { model, architecture = {}, tokenizer }: Pick<
    TrainingConfig,
    "model" | "architecture" | "tokenizer"
  >,
): string[] {
  const named = architectureNamed(model);
  const problems = architectureProblems(named, architecture)
    .map((problem) => `architecture.${problem}`);
  if (problems.length > 0) return problems;
  const vocabSize = tokenizer && "vocabSize" in tokenizer ? tokenizer.vocabSize : 1;
  const config = named.config(architecture, { vocabSize, padTokenId: 0, eosTokenId: 0 });
  const count = countWeights(config);
  if (count <= MAX_WEIGHTS) return [];
  return [`architecture: makes a model of ${count} weights, more than ${MAX_WEIGHTS}`];
}

/** Weights of a fresh model; with the moments of Adam they take 16 bytes each. */
const MAX_WEIGHTS = 2 ** 32;

function countWeights(config: SearchConfig): number {
  const tensors = tensorsOf(findFamily(config.modelType).tensors(config));
  const sizes = [...tensors.values()].map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Makes the model of a run: with fresh weights for the vocabulary, or loaded to go on from. */
export async function createModel(
  config: TrainingConfig,
  { vocabSize, padTokenId, eosTokenId }: MarianTokenizer,
): Promise<EncoderDecoderModel> {
  const { model, architecture = {}, initialCheckpoint, device, seed } = config;
  if (initialCheckpoint !== undefined) return await goOnFrom(initialCheckpoint, config);
  const tokens = { vocabSize, padTokenId, eosTokenId };
  return await createFresh<SearchConfig>(architectureNamed(model).config(architecture, tokens), {
    device,
    seed,
  });
}

async function goOnFrom(
  path: string,
  { model, device }: TrainingConfig,
): Promise<EncoderDecoderModel> {
  const directory = await openModel(path);
  const found = architectureOf(await directory.config());
  if (found !== model) {
    throw new TrainingConfigError([`model: is "${model}", but the model in ${path} is "${found}"`]);
  }
  return await loadModel(directory, { device, trainable: true });
}
