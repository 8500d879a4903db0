import {
  type Architecture,
  architectureOf,
  architectureProblems,
  familyOfArchitecture,
  openModel,
  type SearchConfig,
} from "@heed/model";
import type { MarianTokenizer } from "@heed/tokenizer";
import { createModel as createFresh, loadModel } from "../load.ts";
import type { EncoderDecoderModel } from "../model.ts";
import type { TrainingConfig } from "./config.ts";
import { TrainingConfigError } from "./config_error.ts";

/** What a configuration may choose of a fresh model; its schema has checked that there is such a model. */
function architectureNamed(name: string): Architecture<SearchConfig> {
  return familyOfArchitecture(name)!.architectures[name] as unknown as Architecture<SearchConfig>;
}

/** Finds what is wrong with `architecture` of a training configuration; names every wrong key and value. */
export function modelProblems(
  { model, architecture = {} }: Pick<TrainingConfig, "model" | "architecture">,
): string[] {
  return architectureProblems(architectureNamed(model), architecture)
    .map((problem) => `architecture.${problem}`);
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
