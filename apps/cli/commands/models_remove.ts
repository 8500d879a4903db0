import type { Command } from "commander";
import { formatBytes } from "../bytes.ts";
import type { Host } from "../host.ts";
import { hubOptions } from "../published_model.ts";

/** Adds `heed models remove`. */
export function addModelsRemoveCommand(parent: Command, host: Host): void {
  parent.command("remove")
    .description("Remove published models from the cache.")
    .argument("<name...>", "names of models, as heed models list gives them")
    .option("--revision <name>", "this revision or version alone")
    .addHelpText(
      "after",
      `
Examples:
  heed models remove Helsinki-NLP/opus-mt-en-fr
  heed models remove firefox:en-de --revision tiny`,
    )
    .action((names: string[], options: { readonly revision?: string }) =>
      remove(names, options, host)
    );
}

async function remove(
  names: string[],
  { revision }: { readonly revision?: string },
  host: Host,
): Promise<void> {
  const { removeModel } = await import("@heed/checkpoint/hub");
  for (const name of names) {
    const bytes = await removeModel(name, { ...hubOptions(host), revision });
    await host.writeOut(`${name} is removed: ${formatBytes(bytes)}\n`);
  }
}
