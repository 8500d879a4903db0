import type { Command } from "commander";
import { addDatabaseOption, type DatabaseOptions, databaseUrl } from "../database.ts";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { positiveInteger } from "../options.ts";

interface WorkerCommandOptions extends DatabaseOptions {
  readonly model?: string[];
  readonly threads?: number;
  readonly atOnce?: number;
}

/** Adds `heed worker`. */
export function addWorkerCommand(program: Command, host: Host): void {
  const command = program.command("worker")
    .description("Translate the files of a server, here or on another machine.");
  addDatabaseOption(command)
    .option(
      "--model <dir>",
      "model directory; again for more (default: the models that come with Heed)",
      (directory: string, others: string[] = []) => [...others, directory],
    )
    .option("--threads <n>", "threads of each model", positiveInteger)
    .option("--at-once <n>", "pieces of files at a time (default 2)", positiveInteger)
    .addHelpText(
      "after",
      `
The server has the same DATABASE_URL. Workers share a file by its lines; start as
many as there are machines. A worker that is interrupted gives back what it was
at; one that is killed is missed after 10 seconds. Needs --allow-net.

Examples:
  heed worker --database-url postgres://heed@db/heed
  DATABASE_URL=postgres://heed@db/heed deno task worker`,
    )
    .action((options: WorkerCommandOptions) => work(options, host));
}

async function work(options: WorkerCommandOptions, host: Host): Promise<void> {
  const url = databaseUrl(options, host);
  if (url === undefined) {
    throw new UsageError("Cannot work without a database: give --database-url or DATABASE_URL");
  }
  const { runWorker } = await import("@heed/server/worker");
  await runWorker({
    url,
    models: options.model,
    threads: options.threads,
    atOnce: options.atOnce,
    signal: host.signal,
    onReady: () => host.writeError("Waiting for files\n"),
    onPiece: ({ job, ordinal }) => host.writeError(`Translated piece ${ordinal + 1} of ${job}\n`),
    onError: (error) => host.writeError(`${(error as Error).message || error}\n`),
  });
}
