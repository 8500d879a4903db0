import type { MarianTokenizer } from "@heed/tokenizer";
import { defaultSeq2SeqConfig } from "../config.ts";
import { createSeq2SeqModel } from "../load.ts";
import type { Seq2SeqModel } from "../model.ts";
import { defaultRnnConfig } from "../rnn/config.ts";
import { createRnnModel, loadEncoderDecoder } from "../rnn/load.ts";
import type { RnnModel } from "../rnn/model.ts";
import type { TrainingConfig } from "./config.ts";
import { TrainingConfigError } from "./config_error.ts";

/** Makes the model of a run: with fresh weights for the vocabulary, or loaded to go on from. */
export async function createModel(
  config: TrainingConfig,
  { vocabSize, padTokenId, eosTokenId }: MarianTokenizer,
): Promise<Seq2SeqModel | RnnModel> {
  const { model, architecture, initialCheckpoint, device, seed } = config;
  if (initialCheckpoint !== undefined) return await loadModel(initialCheckpoint, config);
  const sizes = { ...architecture, vocabSize, padTokenId, eosTokenId };
  return model === "transformer"
    ? await createSeq2SeqModel(defaultSeq2SeqConfig(sizes), { device, seed })
    : await createRnnModel(defaultRnnConfig({ ...sizes, architecture: model }), { device, seed });
}

async function loadModel(
  directory: string,
  { model, device }: TrainingConfig,
): Promise<Seq2SeqModel | RnnModel> {
  const loaded = await loadEncoderDecoder(directory, { device, trainable: true });
  const found = "architecture" in loaded.config ? loaded.config.architecture : "transformer";
  if (found === model) return loaded;
  loaded.dispose();
  throw new TrainingConfigError([
    `model: is "${model}", but the model in ${directory} is "${found}"`,
  ]);
}
