import { clearCase, shipped } from "./real_models.ts";

/** A command that is killed in a folder of its own. */
export interface KilledCommand {
  /** What a table calls it. */
  readonly name: string;
  /** Its arguments; paths are relative to the folder. */
  readonly args: readonly string[];
  /** File that standard input reads. */
  readonly stdin?: string;
  /** Files that it makes or changes, which have to be whole, or as they were. */
  readonly outputs?: readonly string[];
  /** What of the content of an output, or of standard output, is the same every time. */
  readonly normalize?: (text: string) => string;
  /** Whether it refuses to start in what an earlier run left. */
  readonly startsOnce?: boolean;
  /** Writes what it reads, and older outputs, into the folder. */
  setUp(folder: string): Promise<void>;
}

const sentences = [
  clearCase.source,
  "The file could not be opened.",
  "Please enter your name.",
  "Close the window and start again.",
  "",
  "The disk is full. Remove some files.",
];

const write = (files: Readonly<Record<string, string>>) => async (folder: string) => {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
};

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `${sentences[i % sentences.length]}\n`).join("");
const pairs = (count: number) =>
  Array.from({ length: count }, (_, i) => `${sentences[i % 4]}\tDie Datei ${i}.\n`).join("");
const older = "This is older.\n";

async function copyModel(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/model`, { recursive: true });
  for await (const { name } of Deno.readDir(shipped)) {
    await Deno.copyFile(new URL(name, shipped), `${folder}/model/${name}`);
  }
}

const words = ["red", "blue", "green", "small", "large", "house", "tree", "river", "cloud"];
const phrases = Array.from({ length: 60 }, (_, i) => {
  const chosen = [words[i % 9], words[i * 5 % 9], words[i * 7 % 8]];
  return `${chosen.join(" ")}\t${chosen.toReversed().join(" ")}\n`;
});
const training = {
  model: "transformer",
  architecture: {
    hiddenSize: 16,
    encoderLayers: 1,
    decoderLayers: 1,
    encoderAttentionHeads: 2,
    decoderAttentionHeads: 2,
    encoderFfnDim: 16,
    decoderFfnDim: 16,
    maxPositionEmbeddings: 32,
  },
  data: { train: ["train.tsv"], dev: "dev.tsv", sourceLanguage: "en", targetLanguage: "xx" },
  tokenizer: { type: "unigram", vocabSize: 28 },
  batch: { tokens: 256 },
  schedule: { name: "constant", warmupSteps: 0 },
  evaluate: { every: 20, bleuSentences: 2 },
  checkpoint: { every: 7 },
  device: "wasm",
  steps: 60,
  output: "run",
};
const setUpTraining = write({
  "train.tsv": phrases.join(""),
  "dev.tsv": phrases.slice(0, 3).join(""),
  "config.json": JSON.stringify(training),
});

const engine = ["--device", "wasm", "--threads", "1"];
const greedy = [...engine, "--num-beams", "1"];
/** Without what depends on the clock. */
const withoutTimes = (text: string) => text.replaceAll(/"(?:seconds|wordsPerSecond)":[\d.]+/g, "");

/** Every command that reads or writes files, or reads standard input. */
export const killedCommands: readonly KilledCommand[] = [
  {
    name: "translate --output",
    args: ["translate", "--input", "in.txt", "--output", "out.txt", ...greedy],
    outputs: ["out.txt"],
    setUp: write({ "in.txt": lines(150), "out.txt": older }),
  },
  {
    name: "translate < in > out",
    args: ["translate", "--json", ...greedy],
    stdin: "in.txt",
    setUp: write({ "in.txt": lines(150) }),
  },
  {
    name: "evaluate",
    args: ["evaluate", "--json", "--test", "test.tsv", ...greedy],
    setUp: write({ "test.tsv": pairs(30) }),
    normalize: withoutTimes,
  },
  {
    name: "score",
    args: ["score", "--hypothesis", "out.txt", "--reference", "reference.txt"],
    setUp: write({ "out.txt": lines(3000), "reference.txt": lines(3000).toLowerCase() }),
  },
  {
    name: "tokenize encode",
    args: ["tokenize", "encode", "--json"],
    stdin: "in.txt",
    setUp: write({ "in.txt": lines(3000) }),
  },
  {
    name: "tokenize decode",
    args: ["tokenize", "decode"],
    stdin: "ids.txt",
    setUp: write({ "ids.txt": "71 225 3 0\n".repeat(3000) }),
  },
  {
    name: "tokenize train",
    args: [
      ...["tokenize", "train", "--vocab-size", "40"],
      ...["--input", "in.txt", "--output", "out.spm"],
    ],
    outputs: ["out.spm"],
    setUp: write({ "in.txt": lines(1500), "out.spm": older }),
  },
  {
    name: "attention --out",
    args: ["attention", sentences[1], "--out", "out.html", ...greedy],
    outputs: ["out.html"],
    setUp: write({ "out.html": older }),
  },
  {
    name: "align --write",
    args: ["align", "--model", "model", "--gold", "gold.tsv", "--write", ...engine],
    outputs: ["model/generation_config.json"],
    async setUp(folder) {
      await copyModel(folder);
      const gold = new URL("../../../testdata/alignment/en-de.tsv", import.meta.url);
      const text = await Deno.readTextFile(gold);
      await write({ "gold.tsv": text.split("\n").slice(0, 20).join("\n") + "\n" })(folder);
    },
  },
  {
    name: "calibrate --write --report",
    args: [
      ...["calibrate", "--model", "model", "--data", "data.tsv", "--write", "--report", "report"],
      ...greedy,
    ],
    outputs: [
      "model/generation_config.json",
      ...["calibration.json", "sentence_reliability.svg", "word_reliability.svg"].map((name) =>
        `report/${name}`
      ),
    ],
    async setUp(folder) {
      await copyModel(folder);
      await write({ "data.tsv": pairs(30) })(folder);
    },
  },
  {
    name: "shortlist",
    args: ["shortlist", "--model", "model", "--data", "data.tsv"],
    outputs: ["model/shortlist.safetensors"],
    async setUp(folder) {
      await copyModel(folder);
      await write({ "data.tsv": pairs(2000) })(folder);
    },
  },
  {
    name: "train",
    args: ["train", "config.json"],
    outputs: ["run/model/model.safetensors", "run/model/config.json", "run/model/source.spm"],
    startsOnce: true,
    setUp: setUpTraining,
  },
  {
    name: "train --resume",
    args: ["train", "config.json", "--resume"],
    outputs: ["run/model/model.safetensors", "run/model/config.json", "run/model/source.spm"],
    setUp: setUpTraining,
  },
];
