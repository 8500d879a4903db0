/**
 * Trains an encoder-decoder without attention, one with attention and a Transformer on the same sentences, and
 * writes a report on what differs.
 *
 *     deno task experiment:attention                      minutes, on a made language
 *     deno task experiment:attention --full --data DIR    about an hour, on real text
 *     deno task experiment:attention --timings [--full]   time against length, on an idle machine
 *     deno task experiment:attention --report-only [--full]
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { selectDevice } from "@heed/nn";
import { type ExperimentConfig, parseExperimentConfig } from "./config.ts";
import { readResults, runExperiment, trainOne } from "./experiment.ts";
import { drawFigures } from "./figures.ts";
import { files, joinPath, readJson, writeJson, writeText } from "./files.ts";
import { interruptionSignal, startStatusLine } from "./status_line.ts";
import { describeMachine } from "./machine.ts";
import { writeReport } from "./report.ts";
import type { Results, Timings } from "./results.ts";
import { measureTimings } from "./timings.ts";

const HELP = `Compares RNNencdec, RNNsearch and the Transformer.

  deno task experiment:attention [options]

Without options it trains small models on a made language for some minutes and writes
.cache/experiments/attention/small/REPORT.md. It shows the shape: without attention long
sentences fail, with it they do not. Ctrl-C saves; the same command goes on.

  --full           the sizes of full.json, about an hour on two cores; writes REPORT.md and
                   results/ beside this program; needs --data
  --data DIR       folder with train.tsv (or train.tsv.xz), dev.tsv and handbook.tsv:
                   English, tab, German
  --timings        only measures time against length, on an idle machine
  --report-only    only writes the report again from the results
  --output DIR     folder of the run, for models and logs
                   (default .cache/experiments/attention/small or .../full)
  --report DIR     folder of REPORT.md and results/
  --config FILE    other numbers than small.json or full.json
  --train MODEL    only trains rnnencdec, rnnsearch or transformer, and writes no report; the
                   run without it goes on from there
  --workers N      threads that train together (default: the configuration's)
  --help           print this
`;

const HERE = import.meta.dirname!;

/** Runs the program. */
export async function main(
  args: readonly string[],
  { signal, write }: { signal: AbortSignal; write: (text: string) => void },
): Promise<void> {
  const flags = parseArgs([...args], {
    boolean: ["full", "timings", "report-only", "help"],
    string: ["data", "output", "report", "config", "workers", "train"],
    unknown: (flag) => {
      throw new RangeError(`Cannot use ${flag}: there is no such option; see --help`);
    },
  });
  if (flags.help) return write(HELP);
  const name = flags.full ? "full" : "small";
  const config = await loadConfig(flags.config ?? joinPath(HERE, `${name}.json`), flags.workers);
  const output: string = flags.output ?? `.cache/experiments/attention/${name}`;
  const report: string = flags.report ?? (flags.full ? HERE : output);
  const paths = {
    results: joinPath(report, "results/results.json"),
    timings: joinPath(report, "results/timings.json"),
  };
  using status = startStatusLine(write);
  const command = commandOf(flags);

  if (flags.timings) {
    await selectDevice({ prefer: "wasm" });
    const timings: Timings = {
      command,
      machine: describeMachine(),
      rounds: config.timings.rounds,
      timings: await measureTimings(config, { signal, onProgress: status.message }),
    };
    await writeJson(paths.timings, timings);
    status.message(`Timings are in ${paths.timings}`);
    if (!await files.exists(paths.results)) return;
  } else if (!flags["report-only"]) {
    const options = {
      command,
      data: flags.data,
      output,
      signal,
      onProgress: status.progress,
      onMessage: status.message,
    };
    if (flags.train !== undefined) return await trainOne(flags.train, config, options);
    await writeJson(paths.results, await runExperiment(config, options));
  }
  const path = await renderReport(report, paths);
  status.message(`The report is ${path}`);
}

async function loadConfig(path: string, workers?: string): Promise<ExperimentConfig> {
  const config = parseExperimentConfig(await readJson(path));
  if (workers === undefined) return config;
  const training = { ...config.training, workers: Number(workers) };
  return parseExperimentConfig({ ...config, training });
}

/** The command as others can give it: folders are those of their machines. */
function commandOf(flags: Record<string, unknown>): string {
  const given = ["full", "timings"].filter((flag) => flags[flag]).map((flag) => `--${flag}`);
  const named = [["data", "DIR"], ["config", "FILE"]].filter(([flag]) => flags[flag] !== undefined)
    .map(([flag, value]) => `--${flag} ${value}`);
  return ["deno task experiment:attention", ...given, ...named].join(" ");
}

async function renderReport(
  folder: string,
  paths: { readonly results: string; readonly timings: string },
): Promise<string> {
  const results = await readResults<Results>(paths.results);
  const timings = await files.exists(paths.timings)
    ? await readJson<Timings>(paths.timings)
    : undefined;
  for (const [name, svg] of Object.entries(await drawFigures(results, timings))) {
    await writeText(joinPath(folder, `results/${name}`), svg);
  }
  const path = joinPath(folder, "REPORT.md");
  await writeText(path, writeReport(results, timings));
  return path;
}

if (import.meta.main) {
  const signal = interruptionSignal();
  const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  try {
    await main(Deno.args, { signal, write });
  } catch (error) {
    if (signal.aborted) {
      write("Interrupted. The same command goes on from here.\n");
      Deno.exit(130);
    }
    write(`experiment: ${error instanceof Error ? error.message : error}\n`);
    Deno.exit(1);
  }
}
