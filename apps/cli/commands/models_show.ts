import type { Command } from "commander";
import type { CachedModel, PublishedModel } from "@heed/checkpoint/hub";
import { formatBytes } from "../bytes.ts";
import { columns } from "../columns.ts";
import type { Host } from "../host.ts";
import { addRegistryOption } from "../options.ts";
import { hubOptions } from "../published_model.ts";

interface ShowCommandOptions {
  readonly revision?: string;
  readonly registry?: string;
  readonly json?: boolean;
}

/** Adds `heed models show`. */
export function addModelsShowCommand(parent: Command, host: Host): void {
  const command = parent.command("show")
    .description("Say what a published model consists of, in the cache or on its hub.")
    .argument("<name>", "OWNER/NAME of Hugging Face's hub, or firefox:SOURCE-TARGET")
    .option("--revision <name>", "branch, tag or commit (default: main)");
  addRegistryOption(command)
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
The hub is asked only about a model that is not in the cache.

Examples:
  heed models show Helsinki-NLP/opus-mt-en-fr
  heed models show firefox:en-de --json`,
    )
    .action((name: string, options: ShowCommandOptions) => show(name, options, host));
}

async function show(name: string, options: ShowCommandOptions, host: Host): Promise<void> {
  const { revision, registry, json } = options;
  const { describeModel, findModel } = await import("@heed/checkpoint/hub");
  const cached = await findModel(name, { ...hubOptions(host), revision });
  const model = cached ?? await describeModel(name, { ...hubOptions(host), revision, registry });
  await host.writeOut(json ? JSON.stringify(model) + "\n" : described(model));
}

function described(model: CachedModel | PublishedModel): string {
  const isCached = "directory" in model;
  const facts = [
    ["name", model.name],
    ["revision", isCached ? model.revisions.join(", ") || "none" : model.revision],
    ["version", model.version],
    ["from", model.source],
    ["licence", model.license ?? "not said"],
    ["folder", isCached ? model.directory : "not in the cache"],
    ...isCached ? [["fetched", model.pulled]] : [],
  ];
  const files = model.files.map(({ path, bytes }) => [
    path,
    bytes === undefined ? "not said" : formatBytes(bytes),
  ]);
  return `${columns(facts)}\n${columns(files)}`;
}
