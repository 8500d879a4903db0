import { type Command, Option } from "commander";
import type { WeightsDType } from "@heed/checkpoint";
import { UsageError } from "../failure.ts";
import { fileError } from "../file_error.ts";
import type { Host } from "../host.ts";
import { locateModel } from "../models.ts";
import { startProgress } from "../progress.ts";

interface ConvertCommandOptions {
  readonly dtype: WeightsDType;
  readonly output?: string;
  readonly yes?: boolean;
}

/** Adds `heed models convert`. */
export function addModelsConvertCommand(parent: Command, host: Host): void {
  parent.command("convert")
    .description("Write a model anew with its weights in another type, and print its folder.")
    .argument("<dir>", "model directory, or the name of a published model")
    .addOption(
      new Option("--dtype <name>", "how to store the weights").choices(["int8", "fp16", "fp32"])
        .makeOptionMandatory(),
    )
    .option("--output <dir>", "folder to make (default: DIR-DTYPE)")
    .option("--yes", "fetch a published model that is not in the cache without asking")
    .addHelpText(
      "after",
      `
int8 stores matrices as bytes with a scale for each row, a quarter of fp32; fp16 is
half precision. The folder gets its name when it is whole.

Examples:
  heed models convert my-model --dtype int8
  heed models convert Helsinki-NLP/opus-mt-en-fr --dtype fp16 --output en-fr`,
    )
    .action((model: string, options: ConvertCommandOptions) => convert(model, options, host));
}

async function convert(model: string, options: ConvertCommandOptions, host: Host): Promise<void> {
  const { dtype, yes } = options;
  const isUrl = /^(?:https?|file):/.test(model);
  if (isUrl) throw new UsageError(`Cannot convert ${model}: give a folder on this machine`);
  const source = await locateModel(model, host, { yes });
  // Beside the folder; of a published model, whose folder is in the cache, in the present one.
  const own = source === model ? model.replace(/[/\\]+$/, "") : model.replace(/^.*[/:]/, "");
  const output = (options.output ?? `${own}-${dtype}`).replace(/(?<=.)[/\\]+$/, "");
  if (await exists(output)) {
    throw new UsageError(`Cannot convert into ${output}: it exists; name another with --output`);
  }
  const part = `${output}.part`;
  const { convertModel } = await import("@heed/checkpoint");
  try {
    await Deno.mkdir(part);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new Error(
        `Cannot convert into ${output}: ${part} is left from an earlier time; remove it`,
        { cause },
      );
    }
    throw fileError("write", { path: part, cause });
  }
  try {
    using progress = await startProgress(host, { unit: "tensors" });
    await convertModel(source, part, {
      dtype,
      signal: host.signal,
      onTensor: (done, total) => progress.update(done, `of ${total}`),
    });
    await Deno.rename(part, output);
  } catch (error) {
    await Deno.remove(part, { recursive: true }).catch(() => {});
    throw error;
  }
  await host.writeOut(`${output}\n`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
