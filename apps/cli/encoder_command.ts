import type { TextEncoderModel } from "@heed/bert";
import type { Command } from "commander";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { type InputLine, inputLines } from "./lines.ts";
import { locateModel } from "./models.ts";
import { addRuntimeOptions, runtimeFrom, type RuntimeOptions } from "./options.ts";
import { openFile } from "./output.ts";
import { standardInput } from "./standard_input.ts";
import { startWarnings } from "./warnings.ts";

/** Options of every command that runs an encoder. */
export interface EncoderOptions extends RuntimeOptions {
  readonly model: string;
  readonly yes?: boolean;
  readonly input?: string;
  readonly json?: boolean;
}

/** Adds the options of every command that runs an encoder. */
export function addEncoderOptions(command: Command): Command {
  command
    .requiredOption(
      "--model <dir>",
      "model directory, folder of sentence-transformers, or name of a published model",
    )
    .option("--input <file>", "read the lines of a file");
  return addRuntimeOptions(command);
}

/** Opens the encoder that the options name; warnings about texts go to standard error. */
export async function openEncoder(
  options: EncoderOptions,
  host: Host,
): Promise<TextEncoderModel> {
  const { device, dtype, threads } = runtimeFrom(options, host);
  const model = await locateModel(options.model, host, options);
  const { openTextEncoder } = await import("@heed/bert");
  return await openTextEncoder(model, {
    device,
    dtype,
    threads,
    signal: host.signal,
    onWarning: (text) => host.writeError(`heed: ${text}\n`),
  });
}

/** Refuses texts as arguments and a file at once. */
export function checkTexts(texts: readonly string[], { input }: { input?: string }): void {
  if (texts.length === 0 || input === undefined) return;
  throw new UsageError("Cannot read text arguments and --input at once: give one of them");
}

/** Texts that are worked on together: enough for all threads, few enough to show results soon. */
const TEXTS = 256;

/** The texts of the arguments, else the lines of `--input`, else those of standard input, some at a time. */
export async function* textGroups(
  texts: readonly string[],
  { input, host }: { input: string | undefined; host: Host },
): AsyncGenerator<string[]> {
  if (texts.length > 0) {
    yield [...texts];
    return;
  }
  let group: string[] = [];
  for await (const { text } of input === undefined ? standardInput(host) : fileLines(input, host)) {
    group.push(text);
    if (group.length < TEXTS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Lines of a file; says on standard error which are not UTF-8. */
export async function* fileLines(path: string, host: Host): AsyncGenerator<InputLine> {
  const file = await openFile(path, { read: true });
  using warnings = startWarnings(host);
  for await (const line of inputLines(file.readable, { signal: host.signal })) {
    if (!line.isValid) {
      warnings.add(`${path}:${line.number} is not UTF-8: replaced what cannot be read`);
    }
    yield line;
  }
}

/** A float32 number with as many digits as it takes to read the same again. */
export function exactNumber(value: number): number {
  return Number(value.toPrecision(9));
}
