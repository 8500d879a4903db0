import { selectDevice } from "@heed/nn";
import { loadModel } from "@heed/seq2seq";
import type { MarianTokenizer } from "@heed/tokenizer";
import type { TrainingProgress } from "@heed/training";
import { studyAlignments } from "./alignment_study.ts";
import {
  type Architecture,
  architectures,
  type ExperimentConfig,
  names,
  trainingOf,
} from "./config.ts";
import { prepareData, type PreparedData } from "./data.ts";
import { files, joinPath, keptJson, readJson } from "./files.ts";
import { trainLearnedPositions } from "./learned_positions.ts";
import { describeMachine } from "./machine.ts";
import { compareParameters } from "./models.ts";
import type { Results } from "./results.ts";
import { byArchitecture, sampleTranslations, scoreTranslations } from "./scoring.ts";
import { prepareTokenizer } from "./tokenizer.ts";
import { modelFolder, type TrainingSummary, trainModel } from "./training.ts";
import { translateAll } from "./translate.ts";

/** How far a stage is: what it does, and of how much. */
export interface StageProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Figures to show beside. */
  readonly note: string;
}

/** Where and how an experiment runs. */
export interface ExperimentOptions {
  /** The command, for the report. */
  readonly command: string;
  /** Folder with the given files. */
  readonly data?: string;
  /** Folder of the run, in which an interrupted one goes on. */
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StageProgress) => void;
  readonly onMessage: (text: string) => void;
}

/**
 * Runs the whole experiment: data, tokenizer, training, translations, scores, alignments, positions. What was
 * done before in `output` is not done again.
 *
 * @throws The signal's reason when it interrupts; the same call goes on from there.
 */
export async function runExperiment(
  config: ExperimentConfig,
  options: ExperimentOptions,
): Promise<Results> {
  const { output, onMessage } = options;
  const prepared = await prepare(config, options);
  const { data, tokenizer, parameters } = prepared;
  const training = {} as Record<Architecture, TrainingSummary>;
  for (const name of architectures) training[name] = await trainPrepared(name, prepared, options);
  const positions = await trainLearnedPositions({
    ...{ config, data, tokenizer, output, signal: options.signal, onWarning: onMessage },
    onProgress: progressOf("Training learned positions", config.positions.steps, options),
  });

  const translated = {} as Record<Architecture, Translated>;
  for (const name of architectures) {
    translated[name] = await translateTest(name, { config, data, tokenizer, options });
  }
  const translations = byArchitecture((name) => translated[name].texts);
  onMessage("Scoring");
  const scores = scoreTranslations(data.test, translations, config);
  const load = (name: Architecture) =>
    loadModel(joinPath(modelFolder(output, name), "model"), { device: "wasm" });
  using rnnsearch = await load("rnnsearch");
  using transformer = await load("transformer");
  return {
    command: options.command,
    config,
    machine: describeMachine(),
    vocabSize: tokenizer.vocabSize,
    data: data.summary,
    parameters,
    training,
    translationSeconds: byArchitecture((name) => translated[name].seconds),
    scores,
    samples: sampleTranslations(data.test, translations, config),
    alignments: await studyAlignments({ rnnsearch, transformer }, {
      ...{ data, tokenizer, translations },
      samples: config.alignmentSamples,
    }),
    positions,
  };
}

/**
 * Trains one of the models alone, so that several programs train theirs beside each other; {@linkcode runExperiment}
 * in the same folder finds them trained.
 *
 * @throws {RangeError} When there is no such model.
 */
export async function trainOne(
  name: string,
  config: ExperimentConfig,
  options: ExperimentOptions,
): Promise<void> {
  const found = architectures.find((architecture) => architecture === name);
  if (found === undefined) {
    throw new RangeError(`Cannot train ${name}: must be one of ${architectures.join(", ")}`);
  }
  await trainPrepared(found, await prepare(config, options), options);
}

/** What training begins with. */
interface Prepared {
  readonly config: ExperimentConfig;
  readonly data: PreparedData;
  readonly tokenizer: MarianTokenizer;
  readonly parameters: Readonly<Record<Architecture, number>>;
}

async function prepare(config: ExperimentConfig, options: ExperimentOptions): Promise<Prepared> {
  const { output, signal, onMessage } = options;
  await selectDevice({ prefer: "wasm" });
  await claimOutput(config, output);
  const data = await prepareData(config, options);
  onMessage(`${data.summary.trainPairs} pairs to train on, ${data.summary.testPairs} to test on`);
  const tokenizer = await prepareTokenizer(config, { train: data.train, output, signal });
  const parameters = compareParameters(config, tokenizer);
  onMessage(
    `Parameters: ${architectures.map((name) => `${names[name]} ${parameters[name]}`).join(", ")}`,
  );
  return { config, data, tokenizer, parameters };
}

async function trainPrepared(
  name: Architecture,
  { config, data, tokenizer }: Prepared,
  options: ExperimentOptions,
): Promise<TrainingSummary> {
  const { output, signal, onMessage } = options;
  const summary = await trainModel(name, {
    ...{ config, data, tokenizer, output, signal, onWarning: onMessage },
    onProgress: progressOf(`Training ${names[name]}`, trainingOf(config, name).steps, options),
  });
  onMessage(`${names[name]}: loss ${summary.bestLoss.toFixed(3)} on the dev set`);
  return summary;
}

function progressOf(stage: string, total: number, { onProgress }: ExperimentOptions) {
  return (at: TrainingProgress) =>
    onProgress({ stage, done: at.step, total, note: trainingNote(at) });
}

/** A folder belongs to the numbers that it was begun with; only that of threads may change. */
async function claimOutput(config: ExperimentConfig, output: string): Promise<void> {
  await files.makeDirectory(output);
  const path = joinPath(output, "config.json");
  const begun = await keptJson(path, () => Promise.resolve(config));
  const identity = ({ training, ...rest }: ExperimentConfig) =>
    JSON.stringify({ ...rest, training: { ...training, workers: 0 } });
  if (identity(begun) === identity(config)) return;
  throw new RangeError(
    `Cannot go on in ${output}: it was begun with other numbers (${path}); remove it, or choose ` +
      "another folder with --output",
  );
}

interface Translated {
  readonly texts: readonly string[];
  readonly seconds: number;
}

async function translateTest(
  name: Architecture,
  { config, data, tokenizer, options }: {
    config: ExperimentConfig;
    data: PreparedData;
    tokenizer: MarianTokenizer;
    options: ExperimentOptions;
  },
): Promise<Translated> {
  const folder = modelFolder(options.output, name);
  return await keptJson(joinPath(folder, "translations.json"), async () => {
    const inputIds = data.test.map(({ source }) => tokenizer.encode(source).ids);
    const start = performance.now();
    const ids = await translateAll(joinPath(folder, "model"), inputIds, {
      ...config.search,
      workers: config.training.workers,
      signal: options.signal,
      onProgress: (done) =>
        options.onProgress({
          stage: `Translating with ${names[name]}`,
          done,
          total: inputIds.length,
          note: "sentences",
        }),
    });
    return {
      texts: ids.map((row) => tokenizer.decode(row)),
      seconds: (performance.now() - start) / 1000,
    };
  });
}

function trainingNote({ loss, tokensPerSecond }: TrainingProgress): string {
  return `loss ${loss.toFixed(3)}, ${tokensPerSecond.toFixed(0)} tokens/s`;
}

/** Results that were written before. */
export async function readResults<T>(path: string): Promise<T> {
  if (await files.exists(path)) return await readJson<T>(path);
  throw new RangeError(
    `Cannot write the report: ${path} is missing; run the experiment without --report-only first`,
  );
}
