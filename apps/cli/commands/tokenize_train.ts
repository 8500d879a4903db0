import { type Command, Option } from "commander";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { inputLines } from "../lines.ts";
import { finiteNumber, positiveInteger } from "../options.ts";
import { checkOutput, openFile, writeWhole } from "../output.ts";
import { startWarnings } from "../warnings.ts";
import { type Progress, startProgress } from "../progress.ts";
import type { TokenizerType } from "@heed/tokenizer";

interface TrainCommandOptions {
  readonly type: TokenizerType;
  readonly vocabSize: number;
  readonly input: string[];
  readonly output: string;
  readonly cased?: boolean;
  readonly byteFallback?: boolean;
  readonly characterCoverage?: number;
  readonly requiredChars?: string;
  readonly userDefinedSymbols?: string[];
}

/** Kinds of vocabularies; named here too, so that help loads no trainer. */
const types: readonly TokenizerType[] = ["unigram", "bpe", "wordpiece", "word", "character"];

/** Adds `heed tokenize train`. */
export function addTokenizeTrainCommand(parent: Command, host: Host): void {
  parent.command("train")
    .description("Learn a vocabulary from files, one text a line.")
    .addOption(
      new Option("--type <type>", "kind of vocabulary").choices(types).default("unigram"),
    )
    .option("--vocab-size <n>", "number of tokens, special ones included", positiveInteger, 8000)
    .requiredOption("--input <file...>", "text files")
    .requiredOption("--output <path>", "file to write")
    .option("--cased", "with --type wordpiece: keep capitals and accents")
    .option(
      "--byte-fallback",
      "with --type unigram: 256 tokens for bytes, so that any text is kept",
    )
    .option(
      "--character-coverage <share>",
      "with --type unigram: share of the characters that get a token (default: 0.9995)",
      finiteNumber,
    )
    .option("--required-chars <text>", "with --type unigram: characters that get a token anyway")
    .option("--user-defined-symbols <text...>", "with --type unigram: strings that stay whole")
    .addHelpText(
      "after",
      `
  unigram    SentencePiece's unigram model; writes .spm or .model
  bpe        GPT-2's byte-level BPE; writes .json
  wordpiece  BERT's WordPiece; writes .json, or the tokens alone as .txt
  word       lower-cased words without punctuation, the most frequent ones first;
             writes .json
  character  each character a token, line ends too; writes .json

The files are read once and not held in memory. The same lines give the same
vocabulary.

Examples:
  heed tokenize train --vocab-size 8000 --input en.txt de.txt --output joint.spm
  heed tokenize train --type bpe --input en.txt --output tokenizer.json`,
    )
    .action((options: TrainCommandOptions) => train(options, host));
}

async function train(options: TrainCommandOptions, host: Host): Promise<void> {
  const { type, vocabSize, input, output, cased = false } = options;
  const ending = output.slice(output.lastIndexOf("."));
  const { tokenizerEndings, trainTokenizer } = await import("@heed/tokenizer");
  const endings = tokenizerEndings[type];
  if (!endings.includes(ending)) {
    throw new UsageError(
      `Cannot write ${output}: --type ${type} writes ${endings.join(" or ")}`,
    );
  }
  if (cased && type !== "wordpiece") {
    throw new UsageError(`Cannot use --cased with --type ${type}: it belongs to wordpiece`);
  }
  const { byteFallback, characterCoverage, requiredChars, userDefinedSymbols } = options;
  const forUnigram = { byteFallback, characterCoverage, requiredChars, userDefinedSymbols };
  const wrong = type !== "unigram" &&
    Object.entries(forUnigram).find(([, value]) => value !== undefined);
  if (wrong) {
    const flag = wrong[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`Cannot use --${flag} with --type ${type}: it belongs to unigram`);
  }
  await checkOutput(host, { path: output, paths: input });
  for (const path of input) (await openFile(path, { read: true })).close();
  let bytes: Uint8Array;
  {
    using progress = await startProgress(host, { unit: "lines" });
    bytes = await trainTokenizer(textsOf(input, host), {
      type,
      ...forUnigram,
      vocabSize,
      lowercase: !cased,
      ending,
      signal: host.signal,
      onProgress: ({ lines, tokens, stage }) => note(progress, { lines, tokens, stage }),
    });
  }
  await writeWhole(output, bytes, { host, paths: input });
  host.writeError(`Wrote ${output}, ${bytes.length} bytes.\n`);
}

function note(
  progress: Progress,
  { lines, tokens, stage }: { lines: number; tokens: number; stage: string },
): void {
  progress.update(lines, stage === "read" ? "read" : `read, ${tokens} tokens`);
}

/** All lines of the files; empty ones are left out. */
async function* textsOf(paths: readonly string[], host: Host): AsyncGenerator<string> {
  for (const path of paths) {
    const file = await openFile(path, { read: true });
    using warnings = startWarnings(host);
    for await (const line of inputLines(file.readable, { signal: host.signal })) {
      if (!line.isValid) {
        warnings.add(`${path}:${line.number} is not UTF-8: replaced what cannot be read`);
      }
      if (line.text !== "") yield line.text;
    }
  }
}
