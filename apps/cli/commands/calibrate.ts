import type { Command } from "commander";
import type { ConfidenceCalibration, ConfidenceSamples, Translator } from "@heed/translation";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { chooseModel } from "../models.ts";
import {
  addLanguageOptions,
  addRuntimeOptions,
  positiveInteger,
  runtimeFrom,
  type RuntimeOptions,
} from "../options.ts";
import { fileError } from "../output.ts";
import { type Pairs, readPairs } from "../pairs.ts";
import { startProgress } from "../progress.ts";
import {
  calibrationPlots,
  type CalibrationReport,
  calibrationTable,
  reportCalibration,
} from "./calibrate_report.ts";

interface CalibrateCommandOptions extends RuntimeOptions {
  readonly data: string;
  readonly model?: string;
  readonly test?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly numBeams: number;
  readonly batchSize?: number;
  readonly shortlist: boolean;
  readonly report?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Adds `heed calibrate`. */
export function addCalibrateCommand(program: Command, host: Host): void {
  const command = program.command("calibrate")
    .description("Learn how far a model's probabilities can be trusted: confidence.")
    .requiredOption("--data <file>", "lines of source, tab, reference that were not trained on")
    .option("--model <dir>", "model directory in MarianMT layout; the shipped model by default")
    .option("--test <file>", "measure on these lines, instead of every second one of the data")
    .option("--limit <n>", "stop after so many sentences of a file", positiveInteger)
    .option("--reverse", "the lines are reference, tab, source")
    .option("--num-beams <n>", "number of beams, 1 for greedy search", positiveInteger, 4)
    .option("--batch-size <n>", "sentences in a batch", positiveInteger)
    .option("--no-shortlist", "choose from all tokens, also if the model has a shortlist")
    .option("--report <dir>", "write the figures and the reliability curves to this folder")
    .option("--write", "fit on all of the data, and store it in generation_config.json");
  addRuntimeOptions(addLanguageOptions(command))
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Each source is translated as one sentence, and compared with its reference:

  words      are right when an alignment with the fewest edits pairs them with an
             equal word of the reference; case and punctuation do not count
  sentences  are as good as their chrF with the reference, from 0 to 1

Of words, the model's own probability is the product of their tokens'; of
sentences, the geometric mean. The function that makes confidence of it is
fitted on lines 1, 3, 5 and so on, and measured on the others; with --test, it
is fitted on all lines. Lines that are neighbours are alike: only --test with
other texts tells how confidence does there. A good translation may use other
words than its reference: confidence is a low estimate, good to compare with.

The calibration error is the mean distance of confidence from what happened,
0 at best; the Brier score the mean squared one. AUC is how often a right word
has more confidence than a wrong one, or a sentence above the median more than
one below; calibration does not change it.

Examples:
  heed calibrate --data dev.tsv
  heed calibrate --model my-model --data dev.tsv --report figures --write
  heed calibrate --model my-model --data dev.tsv --test other.tsv --json`,
    )
    .action((options: CalibrateCommandOptions) => calibrate(options, host));
}

async function calibrate(options: CalibrateCommandOptions, host: Host): Promise<void> {
  const { data, test, model, from, to, report, write, json } = options;
  const runtime = runtimeFrom(options, host);
  checkOptions(options);
  const chosen = await chooseModel({ model, from, to, write, yes: options.yes }, host);
  const pairs = await readPairs(data, { ...options, host });
  const testPairs = test === undefined ? undefined : await readPairs(test, { ...options, host });
  if (testPairs === undefined && pairs.sources.length < 2) {
    throw new RangeError(
      `Cannot fit and measure on ${data}: it has one pair; give more, or --test another file`,
    );
  }
  using translator = await host.loadTranslator(chosen, {
    ...runtime,
    maxSentenceTokens: Infinity,
    shortlist: options.shortlist,
  });
  const { fitConfidence } = await import("@heed/translation");
  const [fitting, measuring, all] = await gather();
  const figures = await reportCalibration(measuring, fitConfidence(fitting));
  const calibration = { ...fitConfidence(all), fittedOn: describe(all, { options, translator }) };
  const result = {
    fitted: sizes(fitting),
    measured: sizes(measuring),
    numBeams: options.numBeams,
    ...figures,
    confidence: calibration,
  };
  if (report !== undefined) await writeReport(report, result, figures);
  if (write) await store(model!, calibration);
  await host.writeOut(
    json ? JSON.stringify(result) + "\n" : heading(result) + calibrationTable(figures),
  );

  /** What to fit on for the figures, what to measure, and what to fit on for use. */
  async function gather(): Promise<[ConfidenceSamples, ConfidenceSamples, ConfidenceSamples]> {
    const total = pairs.sources.length + (testPairs?.sources.length ?? 0);
    using progress = await startProgress(host, { total, unit: "sentences" });
    let done = 0;
    const sample = (pairs: Pairs) =>
      samplesOf(pairs, {
        translator,
        options,
        host,
        onSentence: () => progress.update(++done, ""),
      });
    if (testPairs !== undefined) {
      const all = await sample(pairs);
      return [all, await sample(testPairs), all];
    }
    const halves = [await sample(half(pairs, 0)), await sample(half(pairs, 1))] as const;
    return [...halves, join(...halves)];
  }
}

function checkOptions({ model, write }: CalibrateCommandOptions): void {
  if (!write) return;
  if (model === undefined) {
    throw new UsageError(
      "Cannot write into the shipped model: name a model directory with --model",
    );
  }
  if (/^https?:/.test(model)) {
    throw new UsageError(`Cannot write into ${model}: name a model directory on this machine`);
  }
}

/** Every second pair, from the first or the second on. */
function half({ sources, references, skipped }: Pairs, first: 0 | 1): Pairs {
  const isOfHalf = (_: string, i: number) => i % 2 === first;
  return { sources: sources.filter(isOfHalf), references: references.filter(isOfHalf), skipped };
}

async function samplesOf(
  { sources, references }: Pairs,
  { translator, options: { from, to, numBeams, batchSize }, host: { signal }, onSentence }: {
    translator: Translator;
    options: CalibrateCommandOptions;
    host: Host;
    onSentence: () => void;
  },
): Promise<ConfidenceSamples> {
  const { sampleConfidence } = await import("@heed/translation");
  const translations = [];
  const locale = translator.checkLanguages({ from, to })?.target;
  const stream = translator.translateStream(sources, {
    to,
    numBeams,
    batchSize,
    splitSentences: false,
    words: true,
    signal,
  });
  for await (const [best] of stream) {
    translations.push(best);
    onSentence();
  }
  return sampleConfidence(translations, references, { locale });
}

function join(a: ConfidenceSamples, b: ConfidenceSamples): ConfidenceSamples {
  const both = (part: "word" | "sentence") => ({
    probabilities: [...a[part].probabilities, ...b[part].probabilities],
    outcomes: [...a[part].outcomes, ...b[part].outcomes],
  });
  return { word: both("word"), sentence: both("sentence") };
}

function sizes({ word, sentence }: ConfidenceSamples): { sentences: number; words: number } {
  return { sentences: sentence.outcomes.length, words: word.outcomes.length };
}

/** What a calibration was fitted on, in words. */
function describe(
  samples: ConfidenceSamples,
  { options: { data, numBeams }, translator: { device } }: {
    options: CalibrateCommandOptions;
    translator: Translator;
  },
): string {
  const { sentences, words } = sizes(samples);
  const name = data.split(/[/\\]/).at(-1);
  const numbers = device?.dtype === undefined ? "" : `, ${device.dtype}`;
  return `${name}: ${sentences} sentences, ${words} words, ${beams(numBeams)}${numbers}`;
}

function beams(count: number): string {
  return count === 1 ? "greedy" : `${count} beams`;
}

type Sizes = ReturnType<typeof sizes>;

function heading({ fitted, measured, numBeams, word, sentence }: CalibrationReport & {
  readonly fitted: Sizes;
  readonly measured: Sizes;
  readonly numBeams: number;
}): string {
  const show = ({ sentences, words }: Sizes) => `${sentences} sentences with ${words} words`;
  return `fitted on ${show(fitted)}, measured on ${show(measured)}, ${beams(numBeams)}\n` +
    `${(100 * word.outcome).toFixed(1)}% of the words measured are right, ` +
    `the sentences' mean chrF is ${sentence.outcome.toFixed(3)}\n\n`;
}

/** Writes the figures, and pictures of the reliability curves. */
async function writeReport(
  directory: string,
  result: unknown,
  figures: CalibrationReport,
): Promise<void> {
  const { files, joinPath, lockDirectory } = await import("@heed/checkpoint");
  const contents = {
    "calibration.json": JSON.stringify(result, undefined, 2) + "\n",
    ...await calibrationPlots(figures),
  };
  try {
    await files.makeDirectory(directory);
    // Of two reports, the files of one stay, and not some of each.
    using _lock = await lockDirectory(directory, { waitMs: 10_000 });
    for (const [name, text] of Object.entries(contents)) {
      await files.writeAtomic(joinPath(directory, name), new TextEncoder().encode(text));
    }
  } catch (cause) {
    throw fileError("write", { path: directory, cause });
  }
}

async function store(model: string, calibration: ConfidenceCalibration): Promise<void> {
  const { writeConfidence } = await import("@heed/translation");
  try {
    await writeConfidence(model, calibration);
  } catch (cause) {
    throw fileError("write", { path: `${model}/generation_config.json`, cause });
  }
}
