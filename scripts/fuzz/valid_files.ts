/** The valid files that are not in `testdata`. */
import { writeSafetensors } from "@heed/checkpoint";
import { Shortlist, writeShortlist } from "@heed/translation";

/** Writes JSON. */
export async function write(path: string, json: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(json));
}

/** A matrix as bytes, with the scales of its rows. */
export async function makeInt8(path: string): Promise<void> {
  await writeSafetensors(path, [
    { name: "a", dtype: "I8", shape: [2, 3], data: Int8Array.of(1, -2, 3, 4, 5, -127) },
    { name: "a.scale", dtype: "F32", shape: [2], data: Float32Array.of(0.5, 2) },
  ], { quantization: "int8-per-row" });
}

/** A shortlist for a vocabulary of 10. */
export async function makeShortlist(path: string): Promise<void> {
  await writeShortlist(
    path,
    new Shortlist({
      vocabSize: 10,
      always: Int32Array.of(0, 1),
      offsets: Int32Array.of(0, 0, 2, 3, 3, 3, 3, 3, 3, 3, 3),
      ids: Int32Array.of(8, 4, 6),
    }),
  );
}

const CURVE = { a: 1, b: 0.5, c: -0.25 };
/** The calibration of a model. */
export const CONFIDENCE = { word: CURVE, sentence: CURVE, fittedOn: "200 sentences" };
/** A `tokenizer_config.json` of a Marian model. */
export const MARIAN_TOKENIZER = {
  source_lang: "en",
  target_lang: "de+fr",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  separate_vocabs: false,
  model_max_length: 512,
};
/** A vocabulary of WordPiece. */
export const VOCAB_TXT =
  "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##d\nw\n##o\n##r\n##l\n1\n##2\n<\n";
/** A vocabulary of byte-level BPE. */
export const BPE_VOCAB = Object.fromEntries(
  ["h", "e", "l", "o", "he", "ll", "hell", "hello", "<|endoftext|>"].map((piece, i) => [piece, i]),
);
/** A training configuration without what a model begins with. */
export const TRAINING = {
  data: {
    train: ["train.tsv", { source: "train.en", target: "train.de" }],
    dev: "dev.tsv",
    sourceLanguage: "en",
    targetLanguage: "de",
    maxSourceTokens: 64,
    maxLines: 1000,
  },
  sampling: { alpha: 0.2, nbestSize: 64 },
  batch: { tokens: 1024, bucketLines: 2000, accumulate: 2 },
  optimizer: { name: "adamw", learningRate: 6e-4, weightDecay: 0.01, clipNorm: 1 },
  schedule: { name: "linear", warmupSteps: 10 },
  labelSmoothing: 0.1,
  dropout: 0,
  seed: 3,
  steps: 100,
  epochs: 2,
  evaluate: { every: 20, metric: "bleu", bleuSentences: 20, numBeams: 2, patience: 3 },
  checkpoint: { every: 10, keep: 2, average: { count: 2, of: "best" } },
  output: "runs/first",
  workers: 2,
  device: "wasm",
};
/** What a fresh model begins with. */
export const FRESH = {
  architecture: {
    hiddenSize: 64,
    encoderLayers: 2,
    attentionDropout: 0.1,
    activationFunction: "relu",
  },
  tokenizer: { type: "unigram", vocabSize: 500, languageCodes: ["fr"], userDefinedSymbols: ["@"] },
};
/** A `training_state.json`. */
export const STATE = {
  format: 1,
  step: 12,
  epoch: 1,
  position: { bucket: 3, batch: 1 },
  tokens: 1200,
  seconds: 4.5,
  evaluatedStep: 10,
  earlyStopping: { best: 3.2, evaluationsWithoutImprovement: 1 },
  logBytes: 900,
  identity: { seed: 3, "batch.accumulate": 1 },
};
