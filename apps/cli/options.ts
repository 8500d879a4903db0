import { type Command, InvalidArgumentError, Option } from "commander";
import type { Host } from "./host.ts";
import { UsageError } from "./failure.ts";

/** Devices that a command can be told to use. */
export const deviceNames = ["auto", "webgpu", "wasm"] as const;
/** One of them. */
export type DeviceChoice = typeof deviceNames[number];

/** Numbers that the engine can compute with. */
export const dtypeNames = ["int8", "fp32"] as const;

/** Options that say where and how a model is run. */
export interface RuntimeOptions {
  readonly device?: DeviceChoice;
  readonly dtype?: typeof dtypeNames[number];
  readonly threads?: number;
  readonly yes?: boolean;
}

/** Options of every command that translates. */
export interface SearchOptions extends RuntimeOptions {
  readonly model?: string;
  readonly numBeams: number;
  readonly lengthPenalty: number;
  readonly maxNewTokens?: number;
  readonly maxSentenceTokens?: number;
  readonly batchSize?: number;
  readonly shortlist: boolean;
}

/** Adds the options of every command that translates. */
export function addSearchOptions(command: Command): Command {
  command
    .option(
      "--model <dir>",
      "model directory, or a published model such as Helsinki-NLP/opus-mt-en-fr; the shipped " +
        "model by default",
    )
    .option("--num-beams <n>", "number of beams, 1 for greedy search", positiveInteger, 4)
    .option("--length-penalty <x>", "above 1 favours long translations", finiteNumber, 1)
    .option("--max-new-tokens <n>", "most tokens of a sentence's translation", positiveInteger)
    .option(
      "--max-sentence-tokens <n>",
      "split longer sentences at clause marks",
      positiveInteger,
    )
    .option("--batch-size <n>", "sentences in a batch", positiveInteger)
    .option("--no-shortlist", "choose from all tokens, also if the model has a shortlist");
  return addRuntimeOptions(command);
}

/** Adds the options that say where and how a model is run. */
export function addRuntimeOptions(command: Command): Command {
  return command
    .addOption(deviceOption())
    .addOption(
      new Option(
        "--dtype <name>",
        "numbers of the engine on wasm: int8 is its default, fp32 exact and slower",
      ).choices(dtypeNames),
    )
    .option(
      "--threads <n>",
      "threads of the engine (default: HEED_THREADS, else as many as help)",
      positiveInteger,
    )
    .option("--yes", "fetch a published model that is not in the cache without asking");
}

/** Adds `--from` and `--to`, which choose a shipped model, or check what the given one translates. */
export function addLanguageOptions(command: Command): Command {
  return command
    .option("--from <language>", "language of the texts, such as en")
    .option("--to <language>", "language to translate into, such as de");
}

/** Adds `--to`, for commands that work on one model. */
export function addTargetOption(command: Command): Command {
  return command.option(
    "--to <language>",
    "language to translate into, if the model writes several",
  );
}

/** Adds `--registry`, which names where Firefox's models are. */
export function addRegistryOption(command: Command): Command {
  return command.option(
    "--registry <url>",
    "registry of Firefox's models (default: HEED_FIREFOX_REGISTRY); Mozilla's hosting is not " +
      "meant for others",
  );
}

/** The option `--device`. */
export function deviceOption(): Option {
  return new Option(
    "--device <name>",
    "where to compute: auto takes a real GPU when there is one (default: HEED_DEVICE, else auto)",
  ).choices(deviceNames);
}

/**
 * The device that the option asks for. Without one it is `auto`, which reads HEED_DEVICE where the device is
 * chosen; here a wrong value is noticed before anything is loaded.
 */
export function deviceFrom(option: DeviceChoice | undefined, host: Host): DeviceChoice {
  const variable = host.environment("HEED_DEVICE") ?? "auto";
  if (option !== undefined || [...deviceNames, "cpu"].includes(variable)) return option ?? "auto";
  throw new UsageError(
    `Cannot use device "${variable}" of HEED_DEVICE: it must be ${deviceNames.join(", ")}`,
  );
}

/** Where and how the options ask to run a model; wrong variables are noticed before anything is loaded. */
export function runtimeFrom(
  { device, dtype, threads }: RuntimeOptions,
  host: Host,
): RuntimeOptions & { device: DeviceChoice } {
  const chosen = deviceFrom(device, host);
  const variable = host.environment("HEED_THREADS");
  if (threads === undefined && variable !== undefined && !isPositiveInteger(variable)) {
    throw new UsageError(
      `Cannot compute on "${variable}" of HEED_THREADS threads: give a positive integer`,
    );
  }
  const named = chosen === "auto" ? host.environment("HEED_DEVICE") ?? chosen : chosen;
  if (dtype !== undefined && (named === "webgpu" || named === "cpu")) {
    throw new UsageError(
      `Cannot compute in ${dtype} on ${named}: only the engine, on wasm, has a choice of dtype`,
    );
  }
  return { device: chosen, dtype, threads };
}

/** Reads a positive integer. */
export function positiveInteger(text: string): number {
  if (isPositiveInteger(text)) return Number(text);
  throw new InvalidArgumentError("It must be a positive integer.");
}

function isPositiveInteger(text: string): boolean {
  return /^\+?\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) > 0;
}

/** Reads an integer from 0. */
export function naturalNumber(text: string): number {
  if (/^\+?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError("It must be an integer from 0.");
}

/** Reads a finite number. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
