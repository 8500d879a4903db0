import type { Command } from "commander";
import { columns } from "../columns.ts";
import type { Host } from "../host.ts";
import { addRegistryOption, positiveInteger } from "../options.ts";
import { hubOptions } from "../published_model.ts";

interface SearchCommandOptions {
  readonly task: string;
  readonly limit: number;
  readonly registry?: string;
  readonly json?: boolean;
}

/** Adds `heed models search`. */
export function addModelsSearchCommand(parent: Command, host: Host): void {
  const command = parent.command("search")
    .description("Search Hugging Face's hub for models, and Firefox's registry where one is set.")
    .argument("<words...>", "parts of the name, such as opus-mt en-fr")
    .option("--task <name>", "what the models do, in the hub's words; any for all", "translation")
    .option("--limit <n>", "most models to name", positiveInteger, 20);
  addRegistryOption(command)
    .option("--json", "write one JSON object a line")
    .addHelpText(
      "after",
      `
The most fetched come first. Not every model that is found can be run: heed
models show NAME says what one consists of.

Examples:
  heed models search opus-mt en-fr
  heed models search bert --task any --limit 5`,
    )
    .action((words: string[], options: SearchCommandOptions) => search(words, options, host));
}

async function search(words: string[], options: SearchCommandOptions, host: Host): Promise<void> {
  const { task, limit, registry, json } = options;
  const { searchModels } = await import("@heed/checkpoint/hub");
  const found = await searchModels(words.join(" "), {
    ...hubOptions(host),
    registry,
    limit,
    task: task === "any" ? "" : task,
  });
  if (json) {
    for (const model of found) await host.writeOut(JSON.stringify(model) + "\n");
    return;
  }
  if (found.length === 0) host.writeError("heed: nothing was found\n");
  await host.writeOut(columns(
    found.map(({ name, downloads, license, detail }) => [
      name,
      downloads === undefined ? "" : `${downloads} a month`,
      [license, detail].filter(Boolean).join(", "),
    ]),
  ));
}
