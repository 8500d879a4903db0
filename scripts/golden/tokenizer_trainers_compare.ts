// Compares the trainers with those of the Python package tokenizers: merges and vocabulary, in their order.
// Usage: deno run --allow-read --allow-run --allow-write scripts/golden/tokenizer_trainers_compare.ts TEXT_FILE [PYTHON]
// Besides the text file, it trains on 2,000 small random texts of two or three letters, in which the same token comes about
// by many merges.
import {
  byteAlphabet,
  byteLevelWords,
} from "../../packages/tokenizer/trainers/testing/byte_level_words.ts";
import { trainBpe, type TrainBpeOptions } from "../../packages/tokenizer/trainers/train_bpe.ts";
import { trainWordLevel } from "../../packages/tokenizer/trainers/train_word_level.ts";
import { trainWordPiece } from "../../packages/tokenizer/trainers/train_wordpiece.ts";

interface Job {
  type: "bpe" | "wordpiece" | "word";
  words: "whitespace" | "spaces" | "bytes";
  options: TrainBpeOptions;
  file?: string;
  lines?: string[];
}
interface Result {
  vocab: string[];
  merges: [string, string][];
  seconds: number;
}

const [file, python = "python"] = Deno.args;
const text = Deno.readTextFileSync(file).replace(/\n$/, "").split("\n");
const cut = {
  whitespace: undefined,
  spaces: (line: string) => line.split(/\p{White_Space}+/u).filter((word) => word !== ""),
  bytes: byteLevelWords,
};

async function train({ type, words, options, lines = text }: Job): Promise<Result> {
  const start = performance.now();
  const settings = { ...options, preTokenize: cut[words] };
  const result = type === "bpe"
    ? await trainBpe(lines, settings)
    : type === "wordpiece"
    ? { merges: [], ...await trainWordPiece(lines, settings) }
    : { merges: [], ...await trainWordLevel(lines, settings) };
  return {
    vocab: [...result.vocab.keys()],
    merges: result.merges,
    seconds: (performance.now() - start) / 1000,
  };
}

/** tokenizers gives marked characters ids in random order; as special tokens they have the same in both. */
async function withForms(job: Job): Promise<Job> {
  const specialTokens = job.options.specialTokens ?? [];
  const { vocab } = await train({ ...job, options: { ...job.options, vocabSize: 1 } });
  const forms = vocab.slice(specialTokens.length).filter((token) => [...token].length > 1);
  return { ...job, options: { ...job.options, specialTokens: [...specialTokens, ...forms] } };
}

async function reference(jobs: Job[]): Promise<Result[]> {
  const input = await Deno.makeTempFile();
  await Deno.writeTextFile(input, jobs.map((job) => JSON.stringify(job) + "\n").join(""));
  const script = new URL("tokenizer_trainers.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", `exec "$1" "$2" jobs < "$3"`, "sh", python, script, input],
  }).output();
  await Deno.remove(input);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((row) => JSON.parse(row));
}

/** Where two lists differ first, or undefined. */
function firstDifference(ours: readonly unknown[], theirs: readonly unknown[]): string | undefined {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const [a, b] = [JSON.stringify(ours[i]), JSON.stringify(theirs[i])];
    if (a !== b) return `at ${i} of ${ours.length} and ${theirs.length}: ${a}, not ${b}`;
  }
}

function compare(ours: Result, theirs: Result): string {
  const merges = firstDifference(ours.merges, theirs.merges);
  if (merges !== undefined) return `merges differ ${merges}`;
  const vocab = firstDifference(ours.vocab, theirs.vocab);
  return vocab === undefined ? "identical" : `vocabularies differ ${vocab}`;
}

const special = ["[PAD]", "[UNK]"];
const bytes = { initialAlphabet: byteAlphabet, specialTokens: ["<|endoftext|>"] };
const large: Job[] = [
  { type: "bpe", words: "whitespace", options: { vocabSize: 8000, specialTokens: ["<unk>"] } },
  { type: "bpe", words: "bytes", options: { vocabSize: 8000, minFrequency: 2, ...bytes } },
  { type: "bpe", words: "bytes", options: { vocabSize: 8000, maxTokenLength: 6, ...bytes } },
  await withForms({
    type: "bpe",
    words: "spaces",
    options: { vocabSize: 8000, endOfWordSuffix: "</w>", specialTokens: special },
  }),
  await withForms({
    type: "wordpiece",
    words: "whitespace",
    options: { vocabSize: 8000, minFrequency: 2, specialTokens: special },
  }),
  { type: "word", words: "whitespace", options: { vocabSize: 8000, specialTokens: special } },
];
for (const job of large) {
  const { type, words, options } = job;
  const [theirs] = await reference([{ ...job, file }]);
  const ours = await train(job);
  const settings = Object.entries(options).filter(([, value]) => !Array.isArray(value));
  console.log(
    `${type}, ${words}, ${settings.map((entry) => entry.join(" ")).join(", ")}: ` +
      `${compare(ours, theirs)}; ${ours.vocab.length} tokens, ${ours.merges.length} merges; ` +
      `${ours.seconds.toFixed(1)} s, tokenizers ${theirs.seconds.toFixed(1)} s`,
  );
}

let seed = 1;
const random = (below: number) => {
  seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
  return ((seed ^ (seed >>> 13)) >>> 0) % below;
};
const small: Job[] = [];
for (let i = 0; i < 2000; i++) {
  const letters = [..."ab a a😀 #a abc #ab".split(" ")[i % 6]];
  const longest = [8, 20, 40][random(3)];
  const word = () =>
    Array.from({ length: 1 + random(longest) }, () => letters[random(letters.length)]).join("");
  const line = () => Array.from({ length: 2 + random(8) }, word).join(" ");
  const lines = Array.from({ length: 1 + random(3) }, line);
  const options: TrainBpeOptions = {
    minFrequency: random(3),
    ...random(4) === 0 && { vocabSize: 5 + random(60) },
    ...random(4) === 0 && { maxTokenLength: 1 + random(10) },
    ...random(3) === 0 && { endOfWordSuffix: "a" },
    ...random(3) === 0 && { continuingSubwordPrefix: "#" },
  };
  small.push(await withForms({ type: "bpe", words: "spaces", options, lines }));
}
const results = await reference(small);
let same = 0;
let sameAsOneRun = 0;
for (const [i, job] of small.entries()) {
  const ours = await train(job);
  const outcome = compare(ours, results[i]);
  // Where many merges spell one token, tokenizers' own result is not the same on each run.
  if (outcome === "identical") same++;
  else if (
    (await reference(Array(100).fill(job))).some((theirs) => compare(ours, theirs) === "identical")
  ) {
    sameAsOneRun++;
  } else console.log(JSON.stringify(job), outcome);
}
console.log(
  `${small.length} small texts: ${same} identical, ${sameAsOneRun} identical to another run of tokenizers`,
);
