import type { Command } from "commander";
import { formatBytes } from "../bytes.ts";
import { columns } from "../columns.ts";
import type { Host } from "../host.ts";
import { hubOptions } from "../published_model.ts";

/** Adds `heed models list`. */
export function addModelsListCommand(parent: Command, host: Host): void {
  parent.command("list")
    .description("List the published models in the cache.")
    .option("--json", "write one JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
  heed models list
  heed models list --json`,
    )
    .action((options: { readonly json?: boolean }) => list(options, host));
}

async function list({ json }: { readonly json?: boolean }, host: Host): Promise<void> {
  const { listModels } = await import("@heed/checkpoint/hub");
  const models = await listModels(hubOptions(host));
  if (json) {
    for (const model of models) await host.writeOut(JSON.stringify(model) + "\n");
    return;
  }
  if (models.length === 0) host.writeError("heed: no published model is in the cache\n");
  await host.writeOut(columns(
    models.map(({ name, version, revisions, bytes }) => [
      name,
      revisions.join(", "),
      /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 12) : version,
      formatBytes(bytes),
    ]),
  ));
}
