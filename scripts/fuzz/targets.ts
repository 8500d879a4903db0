import { openSafetensors, writeSafetensors } from "@heed/checkpoint";
import { CausalEngine, EncoderEngine, type EngineOptions, Seq2SeqEngine } from "@heed/engine";
import { loadTokenizer, openModel, tensorsOf } from "@heed/model";
import { loadTrainingConfig, runConfigOf } from "@heed/seq2seq/training";
import { PipelineTokenizer, SentencePieceTokenizer } from "@heed/tokenizer";
import {
  indexParallelText,
  indexRows,
  indexTaggedWords,
  listCheckpoints,
  openBlocks,
  type TextData,
} from "@heed/training";
import {
  readConfidence,
  readLanguages,
  readShortlist,
  Shortlist,
  writeShortlist,
} from "@heed/translation";
// Private, because a program reaches it only by going on with a run, which takes a model.
import { checkedState } from "../../packages/training/_checked_state.ts";
import type { Structure } from "./mutate.ts";

/** A reader that is tried on mutations of valid files. */
export interface Target {
  /** For the command line, the table and the seeds; one that changes tries other mutations. */
  readonly name: string;
  /** What its files are made of. */
  readonly structure: Structure;
  /** Name that a file gets in its folder. */
  readonly file: string;
  /** Valid files: names in `testdata`, or what makes one at a path. */
  readonly inputs: readonly (string | ((path: string) => Promise<void>))[];
  /** Files of `testdata` that lie beside it. */
  readonly beside?: readonly string[];
  /** What is found and not mended yet; the test leaves the target out and says this. */
  readonly known?: string;
  /** True where a file is read in many milliseconds; the test tries fewer. */
  readonly slow?: boolean;
  /** Makes the checksum of a mutation right again, so that it gets past it; done to every second one. */
  readonly seal?: (bytes: Uint8Array) => Uint8Array;
  /**
   * Reads a file as a program does that uses it. Only what it throws is judged.
   *
   * @param path The file.
   * @param directory Its folder.
   */
  read(path: string, directory: string): Promise<unknown>;
}

const LONG_MESSAGES = "its errors give a long value whole";

/** Every reader. A new one is one entry more. */
export const targets: readonly Target[] = [
  {
    name: "safetensors",
    structure: "safetensors",
    file: "model.safetensors",
    inputs: [
      "checkpoint/every_dtype.safetensors",
      "checkpoint/unsharded.safetensors",
      makeInt8,
    ],
    async read(path) {
      await using reader = await openSafetensors(path);
      for (const name of reader.names) {
        const { dtype } = reader.info(name);
        if (/^(?:F32|F16|BF16|I8)$/.test(dtype)) await reader.readFloat32(name);
        else await reader.read(name);
      }
    },
  },
  {
    name: "safetensors-index",
    structure: "json",
    file: "model.safetensors.index.json",
    inputs: ["checkpoint/sharded/model.safetensors.index.json"],
    beside: [1, 2, 3].map((part) => `checkpoint/sharded/model-0000${part}-of-00003.safetensors`),
    async read(path) {
      await using reader = await openSafetensors(path);
      for (const name of reader.names) await reader.read(name);
    },
  },
  ...["marian/relu", "engine/marian-ssru", "engine/gpt2", "engine/bert", "engine/distilbert"]
    .flatMap((model): Target[] => [
      modelFile(model, "config.json"),
      // The other families read all they need in config.json.
      ...model.includes("marian") ? [modelFile(model, "generation_config.json")] : [],
      modelFile(model, "model.safetensors"),
    ]),
  {
    name: "config rnn",
    structure: "json",
    file: "config.json",
    inputs: ["rnn/additive/config.json", "rnn/encdec_lstm/config.json"],
    async read(_, directory) {
      const model = await openModel(directory);
      tensorsOf((await model.family()).tensors(await model.config()));
    },
  },
  {
    name: "confidence",
    structure: "json",
    file: "generation_config.json",
    inputs: [(path) => write(path, { confidence: CONFIDENCE })],
    read: (_, directory) => readConfidence(directory),
  },
  {
    name: "shortlist",
    structure: "safetensors",
    file: "shortlist.safetensors",
    inputs: [makeShortlist],
    async read(_, directory) {
      (await readShortlist(directory, { vocabSize: 10 }))?.select([0, 1, 2, 9]);
    },
  },
  {
    name: "spm",
    structure: "bytes",
    file: "spiece.model",
    inputs: [
      "tokenizer/rules.spm",
      ...["bpe", "bpe_unused", "char", "suffix", "word"]
        .map((name) => `tokenizer/sentencepiece/${name}.spm`),
    ],
    async read(path) {
      use(SentencePieceTokenizer.load(await Deno.readFile(path)));
    },
  },
  {
    name: "tokenizer.json",
    known: LONG_MESSAGES,
    structure: "json",
    file: "tokenizer.json",
    inputs: ["added_tokens", "bert", "gpt2", "llama", "metaspace_bpe", "roberta", "split_bpe"]
      .concat("unfused_bpe", "unigram", "unigram_bytes", "word_level")
      .map((name) => `tokenizer/json/${name}.json`),
    async read(path) {
      use(PipelineTokenizer.parse(await Deno.readTextFile(path)));
    },
  },
  {
    name: "vocab.txt",
    structure: "lines",
    file: "vocab.txt",
    inputs: [(path) => Deno.writeTextFile(path, VOCAB_TXT)],
    read: useTokenizer,
  },
  {
    name: "merges.txt",
    known: LONG_MESSAGES,
    structure: "lines",
    file: "merges.txt",
    inputs: [(path) => Deno.writeTextFile(path, "#version: 0.2\nh e\nl l\nhe ll\nhell o\n")],
    async read(_, directory) {
      await write(`${directory}/vocab.json`, BPE_VOCAB);
      await useTokenizer(_, directory);
    },
  },
  {
    name: "vocab.json",
    known: LONG_MESSAGES,
    structure: "json",
    file: "vocab.json",
    inputs: [(path) => write(path, BPE_VOCAB)],
    async read(_, directory) {
      await Deno.writeTextFile(`${directory}/merges.txt`, "#version: 0.2\nh e\nl l\nhe ll\n");
      await useTokenizer(_, directory);
    },
  },
  ...["vocab.json", "tokenizer_config.json"].map((file): Target => ({
    name: `marian ${file}`,
    known: LONG_MESSAGES,
    structure: "json",
    file,
    inputs: [
      file === "vocab.json" ? "tokenizer/vocab.json" : (path) => write(path, MARIAN_TOKENIZER),
    ],
    beside: ["tokenizer/vocab.json", "tokenizer/unigram.spm"],
    async read(_, directory) {
      for (const side of ["source", "target"]) {
        await Deno.copyFile(`${directory}/unigram.spm`, `${directory}/${side}.spm`);
      }
      await useTokenizer(_, directory);
    },
  })),
  {
    name: "languages",
    structure: "json",
    file: "tokenizer_config.json",
    inputs: [(path) => write(path, MARIAN_TOKENIZER)],
    async read(_, directory) {
      await write(`${directory}/vocab.json`, { ">>de<<": 0, ">>fr<<": 1, "</s>": 2 });
      await readLanguages(directory);
    },
  },
  {
    name: "tsv",
    structure: "lines",
    file: "train.tsv",
    inputs: ["training/bad_lines.tsv"],
    read: async (path) => await readAll(await indexParallelText([path])),
  },
  {
    name: "csv",
    structure: "lines",
    file: "rows.csv",
    inputs: [(path) => Deno.writeTextFile(path, 'text,label\nA cat,1\n"Two, ""2""\nlines",0\n')],
    read: async (path) =>
      await readAll(await indexRows([path], { columns: { text: "text", label: "label" } })),
  },
  {
    name: "jsonl",
    structure: "lines",
    file: "rows.jsonl",
    inputs: [(path) => Deno.writeTextFile(path, '{"a":"x","b":1}\n["x",2]\n{"a":true,"b":"y"}\n')],
    read: async (path) => await readAll(await indexRows([path], { columns: { a: "a", b: "b" } })),
  },
  {
    name: "tagged words",
    structure: "lines",
    file: "words.conll",
    inputs: [(path) => Deno.writeTextFile(path, "-DOCSTART- O\n\nA DT\ncat NN\n\nIt\tPRP\n")],
    read: async (path) => await readAll(await indexTaggedWords([path])),
  },
  {
    name: "training config",
    structure: "json",
    file: "train.json",
    inputs: [
      (path) => write(path, { ...TRAINING, model: "transformer", ...FRESH }),
      (path) => write(path, { ...TRAINING, model: "rnnsearch", initialCheckpoint: "model" }),
    ],
    read: async (path) => runConfigOf(await loadTrainingConfig(path)),
  },
  {
    name: "latest.json",
    structure: "json",
    file: "latest.json",
    inputs: [
      (path) => write(path, { checkpoints: [{ name: "step-00000001", step: 1, value: 2 }] }),
    ],
    read: (_, directory) => listCheckpoints(directory),
  },
  {
    name: "training_state.json",
    structure: "json",
    file: "training_state.json",
    inputs: [(path) => write(path, STATE)],
    async read(path) {
      const text = await Deno.readTextFile(path);
      try {
        checkedState(JSON.parse(text));
      } catch (error) {
        // As the trainer says it, which goes on from the checkpoint before.
        if (!(error instanceof SyntaxError)) throw error;
        throw new SyntaxError(`Cannot resume: ${error.message}`, { cause: error });
      }
    },
  },
];

/** A file of a model, read by what runs the model. */
function modelFile(model: string, file: string): Target {
  const name = model.replace(/.*\//, "");
  return {
    name: `${name} ${file}`,
    structure: file.endsWith(".json") ? "json" : "safetensors",
    file,
    inputs: [`${model}/${file}`],
    slow: true,
    beside: ["config.json", "model.safetensors"].filter((other) => other !== file)
      .map((other) => `${model}/${other}`),
    async read(_, directory) {
      using engine = await load(name, directory);
      return engine;
    },
  };
}

async function load(name: string, directory: string): Promise<Disposable> {
  const options: EngineOptions = { threads: 1 };
  if (name.includes("bert")) return await EncoderEngine.load(directory, options);
  const engine = await (name === "gpt2" ? CausalEngine : Seq2SeqEngine).load(directory, options);
  try {
    await engine.generate([[5, 7]], { maxNewTokens: 2 });
  } catch (error) {
    engine.dispose();
    throw error;
  }
  return engine;
}

async function useTokenizer(_: string, directory: string): Promise<void> {
  use((await loadTokenizer(directory)).tokenizer);
}

/** Encodes and decodes, because a tokenizer may look at its tables only then. */
function use(
  tokenizer: { encode(text: string): { ids: number[] }; decode(ids: number[]): string },
): void {
  tokenizer.decode(tokenizer.encode("Hello wörld 12 </s> ").ids);
}

async function readAll<T extends object>(text: TextData<T>): Promise<void> {
  const blocks = openBlocks(text);
  try {
    for (const i of text.blocks.keys()) await blocks.read(i);
  } finally {
    await blocks.close();
  }
}

async function write(path: string, json: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(json));
}

async function makeInt8(path: string): Promise<void> {
  await writeSafetensors(path, [
    { name: "a", dtype: "I8", shape: [2, 3], data: Int8Array.of(1, -2, 3, 4, 5, -127) },
    { name: "a.scale", dtype: "F32", shape: [2], data: Float32Array.of(0.5, 2) },
  ], { quantization: "int8-per-row" });
}

async function makeShortlist(path: string): Promise<void> {
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
const CONFIDENCE = { word: CURVE, sentence: CURVE, fittedOn: "200 sentences" };
const MARIAN_TOKENIZER = {
  source_lang: "en",
  target_lang: "de+fr",
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  separate_vocabs: false,
  model_max_length: 512,
};
const VOCAB_TXT =
  "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##d\nw\n##o\n##r\n##l\n1\n##2\n<\n";
const BPE_VOCAB = Object.fromEntries(
  ["h", "e", "l", "o", "he", "ll", "hell", "hello", "<|endoftext|>"].map((piece, i) => [piece, i]),
);
const TRAINING = {
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
const FRESH = {
  architecture: {
    hiddenSize: 64,
    encoderLayers: 2,
    attentionDropout: 0.1,
    activationFunction: "relu",
  },
  tokenizer: { type: "unigram", vocabSize: 500, languageCodes: ["fr"], userDefinedSymbols: ["@"] },
};
const STATE = {
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
