import type { Command } from "commander";
import type { TranslatorDevice } from "@heed/translation";
import type { Host } from "../host.ts";
import { chooseModel } from "../models.ts";
import {
  addLanguageOptions,
  addSearchOptions,
  positiveInteger,
  runtimeFrom,
  type SearchOptions,
} from "../options.ts";
import { readPairs } from "../pairs.ts";
import { startProgress } from "../progress.ts";
import { ranOn } from "../ran_on.ts";
import { scoreTable, scoreTexts } from "../scores.ts";

interface EvaluateCommandOptions extends SearchOptions {
  readonly test: string;
  readonly limit?: number;
  readonly json?: boolean;
  readonly reverse?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** Adds `heed evaluate`. */
export function addEvaluateCommand(program: Command, host: Host): void {
  const command = program.command("evaluate")
    .description("Translate a test set and compare with its references: BLEU and chrF.")
    .requiredOption("--test <file>", "lines of source, tab, reference")
    .option("--reverse", "the lines are reference, tab, source")
    .option("--limit <n>", "stop after so many sentences", positiveInteger);
  addSearchOptions(addLanguageOptions(command))
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Each source is translated as one sentence, as it stands, unless it is longer
than the model takes or --max-sentence-tokens allows. (heed translate splits
over 40 tokens, which small models gain from.) A line that is no pair is named,
left out and counted as "skipped". "seconds" is the time of translating, without
loading the model; "wordsPerSecond" counts words of the source.

Examples:
  heed evaluate --test test.tsv --json
  heed evaluate --from de --to en --test test.tsv --reverse
  heed evaluate --model my-model --test test.tsv --num-beams 1 --limit 500`,
    )
    .action((options: EvaluateCommandOptions) => evaluate(options, host));
}

async function evaluate(options: EvaluateCommandOptions, host: Host): Promise<void> {
  const runtime = runtimeFrom(options, host);
  const model = await chooseModel(options, host);
  const { test, limit, reverse } = options;
  const { sources, references, skipped } = await readPairs(test, { host, limit, reverse });
  using translator = await host.loadTranslator(model, {
    ...runtime,
    maxSentenceTokens: options.maxSentenceTokens ?? Infinity,
    shortlist: options.shortlist,
  });
  using progress = await startProgress(host, { total: sources.length, unit: "sentences" });

  const { numBeams, lengthPenalty, maxNewTokens, batchSize } = options;
  const hypotheses: string[] = [];
  let words = 0;
  const started = performance.now();
  const stream = translator.translateStream(sources, {
    numBeams,
    lengthPenalty,
    maxNewTokens,
    batchSize,
    from: options.from,
    to: options.to,
    splitSentences: false,
    signal: host.signal,
  });
  for await (const [{ translation }] of stream) {
    words += countWords(sources[hypotheses.length]);
    hypotheses.push(translation);
    const rate = words / (performance.now() - started) * 1000;
    progress.update(hypotheses.length, `${rate.toFixed(0)} words/s`);
  }
  const seconds = (performance.now() - started) / 1000;

  const result = {
    sentences: hypotheses.length,
    ...await scoreTexts(hypotheses, references),
    seconds: Number(seconds.toFixed(3)),
    wordsPerSecond: Number((words / seconds).toFixed(1)),
    ...describeDevice(translator.device),
    numBeams,
    skipped,
  };
  await host.writeOut(options.json ? JSON.stringify(result) + "\n" : table(result));
}

/** Where and by what the model ran; `dtype`, `simd` and `threads` are the engine's, `shortlist` says if one was used. */
function describeDevice(
  { name = "unknown", engine, dtype, simd, threads, shortlist }: Partial<TranslatorDevice> = {},
): Ran {
  return { device: name, engine, dtype, simd, threads, shortlist };
}

function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

type Ran =
  & { readonly device: string }
  & Pick<
    TranslatorDevice,
    "engine" | "dtype" | "simd" | "threads" | "shortlist"
  >;

interface Result extends Awaited<ReturnType<typeof scoreTexts>>, Ran {
  readonly sentences: number;
  readonly seconds: number;
  readonly wordsPerSecond: number;
  readonly numBeams: number;
  readonly skipped: number;
}

function table(result: Result): string {
  const { sentences, seconds, wordsPerSecond, device, numBeams, skipped } = result;
  const left = skipped === 0 ? "" : `, ${skipped} left out`;
  return `${sentences} sentences${left}, ${numBeams === 1 ? "greedy" : `${numBeams} beams`}\n` +
    scoreTable(result) +
    `${seconds.toFixed(1)} s, ${wordsPerSecond.toFixed(0)} words/s on ${
      ranOn({ ...result, name: device })
    }\n`;
}
