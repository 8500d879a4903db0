import type { Command } from "commander";
import type { Host } from "../host.ts";
import { addRegistryOption } from "../options.ts";
import { pullPublished } from "../published_model.ts";

interface PullCommandOptions {
  readonly revision?: string;
  readonly registry?: string;
  readonly json?: boolean;
}

/** Adds `heed models pull`. */
export function addModelsPullCommand(parent: Command, host: Host): void {
  const command = parent.command("pull")
    .description("Fetch a published model, check it, and print its folder.")
    .argument("<name>", "OWNER/NAME of Hugging Face's hub, or firefox:SOURCE-TARGET")
    .option(
      "--revision <name>",
      "branch, tag or commit; of a model of Firefox its architecture (default: main)",
    );
  addRegistryOption(command)
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Only what is needed to run the model is fetched: its weights in one form, its
configuration and its tokenizer. Each file is checked before it gets its name.
What was cut off is gone on from the next time.

Examples:
  heed models pull Helsinki-NLP/opus-mt-en-fr
  heed models pull firefox:en-de --revision tiny --registry https://models.example.org/`,
    )
    .action((name: string, options: PullCommandOptions) => pull(name, options, host));
}

async function pull(name: string, options: PullCommandOptions, host: Host): Promise<void> {
  const { revision, registry, json } = options;
  const model = await pullPublished(name, host, { revision, registry });
  await host.writeOut(json ? JSON.stringify(model) + "\n" : `${model.directory}\n`);
}
