import { type Command, InvalidArgumentError, Option } from "commander";
import type { Host } from "./host.ts";
import { UsageError } from "./failure.ts";

/** Devices that a command can be told to use. */
export const deviceNames = ["auto", "webgpu", "wasm"] as const;
/** One of them. */
export type DeviceChoice = typeof deviceNames[number];

/** Options of every command that translates. */
export interface SearchOptions {
  readonly model?: string;
  readonly numBeams: number;
  readonly lengthPenalty: number;
  readonly maxNewTokens?: number;
  readonly maxSentenceTokens?: number;
  readonly batchSize?: number;
  readonly device?: DeviceChoice;
}

/** Adds the options of every command that translates. */
export function addSearchOptions(command: Command): Command {
  return command
    .option("--model <dir>", "model directory in MarianMT layout; the shipped model by default")
    .option("--num-beams <n>", "number of beams, 1 for greedy search", positiveInteger, 4)
    .option("--length-penalty <x>", "above 1 favours long translations", finiteNumber, 1)
    .option("--max-new-tokens <n>", "most tokens of a sentence's translation", positiveInteger)
    .option(
      "--max-sentence-tokens <n>",
      "split longer sentences at clause marks",
      positiveInteger,
    )
    .option("--batch-size <n>", "sentences translated at once", positiveInteger)
    .addOption(deviceOption());
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

/** Reads a positive integer. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (/^\+?\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a positive integer.");
}

/** Reads a finite number. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
