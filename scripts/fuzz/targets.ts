import { openSafetensors, openWeights, type WeightsReader } from "@heed/checkpoint";
import { openMarian, readMarianShortlist } from "@heed/checkpoint/formats";
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
import { readConfidence, readLanguages, readShortlist } from "@heed/translation";
// Private, because a program reaches it only by going on with a run, which takes a model.
import { checkedState } from "../../packages/training/_checked_state.ts";
import { documentTargets } from "./document_targets.ts";
import type { Structure } from "./mutate.ts";
import {
  BPE_VOCAB,
  CONFIDENCE,
  FRESH,
  makeInt8,
  makeShortlist,
  MARIAN_TOKENIZER,
  STATE,
  TRAINING,
  VOCAB_TXT,
  write,
} from "./valid_files.ts";

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

/** Every reader. A new one is one entry more, so that the list is long. */
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
  {
    name: "torch",
    structure: "bytes",
    file: "pytorch_model.bin",
    inputs: ["pytorch_model", "protocol_4", "legacy"].map((name) => `checkpoint/torch/${name}.bin`),
    read: async (_, directory) => await readWeights(openWeights(directory)),
  },
  {
    name: "torch-index",
    structure: "json",
    file: "pytorch_model.bin.index.json",
    inputs: ["checkpoint/torch/sharded/pytorch_model.bin.index.json"],
    beside: [1, 2].map((part) => `checkpoint/torch/sharded/pytorch_model-0000${part}-of-00002.bin`),
    read: async (_, directory) => await readWeights(openWeights(directory)),
  },
  {
    name: "marian weights",
    structure: "bytes",
    file: "model.bin",
    inputs: ["model.bin", "model.intgemm.alphas.bin", "model.npz", "types.npz", "deflated.npz"]
      .map((name) => `checkpoint/marian/${name}`),
    read: async (path) => await readWeights(openMarian(path)),
  },
  {
    name: "marian shortlist",
    structure: "bytes",
    file: "lex.s2t.bin",
    inputs: ["checkpoint/marian/lex.s2t.bin"],
    seal: sealShortlist,
    read: async (path) => await readMarianShortlist(path, { vocabSize: 10 }),
  },
  ...["marian/relu", "engine/marian-ssru", "engine/gpt2", "engine/bert", "engine/distilbert"]
    .concat("bert/roberta/sequence-classification")
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
  ...documentTargets,
];

async function readWeights(opened: Promise<WeightsReader>): Promise<void> {
  await using reader = await opened;
  for (const name of reader.names) await reader.read(name);
}

/** Marian's hash of what follows the checksum, in 64 bits: `hash ^= word + 0x9e3779b9 + (hash << 6) + (hash >> 2)`. */
function sealShortlist(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 16) return bytes;
  const sealed = bytes.slice(), view = new DataView(sealed.buffer);
  let hash = 0n;
  for (let at = 16; at + 8 <= sealed.length; at += 8) {
    const word = view.getBigUint64(at, true) + 0x9e3779b9n + (hash << 6n) + (hash >> 2n);
    hash = BigInt.asUintN(64, hash ^ word);
  }
  view.setBigUint64(8, hash, true);
  return sealed;
}

/** A file of a model, read by what runs the model. */
function modelFile(model: string, file: string): Target {
  const name = model.split("/")[1];
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
