import type { Command } from "commander";
import type { Host } from "../host.ts";
import { addModelsConvertCommand } from "./models_convert.ts";
import { addModelsListCommand } from "./models_list.ts";
import { addModelsPullCommand } from "./models_pull.ts";
import { addModelsRemoveCommand } from "./models_remove.ts";
import { addModelsSearchCommand } from "./models_search.ts";
import { addModelsShowCommand } from "./models_show.ts";

/** Adds `heed models` and its subcommands. */
export function addModelsCommand(program: Command, host: Host): void {
  const command = program.command("models")
    .description("Published models: find, fetch, list, show, remove and convert them.")
    .addHelpText(
      "after",
      `
NAME is OWNER/NAME of Hugging Face's hub, such as Helsinki-NLP/opus-mt-en-fr, or
firefox:SOURCE-TARGET, such as firefox:en-de. Models are kept in HEED_CACHE_DIR,
else in the system's cache folder, and are found there by --model NAME.

HF_ENDPOINT names another hub of the same kind, HF_TOKEN lets one read private
and gated models, HF_HUB_OFFLINE=1 forbids the network.

Firefox's models come from a registry that --registry or HEED_FIREFOX_REGISTRY
names: a models.json with the files beside it, or Remote Settings' records. There
is no default: Mozilla's own hosting is for Firefox, and not meant for others,
who are asked to keep a copy.

Examples:
  heed models search opus-mt en-fr
  heed models pull Helsinki-NLP/opus-mt-en-fr
  heed models pull firefox:en-de --registry https://models.example.org/
  heed models list
  heed models convert Helsinki-NLP/opus-mt-en-fr --dtype int8 --output en-fr`,
    );
  for (
    const add of [
      addModelsPullCommand,
      addModelsListCommand,
      addModelsShowCommand,
      addModelsSearchCommand,
      addModelsRemoveCommand,
      addModelsConvertCommand,
    ]
  ) add(command, host);
}
