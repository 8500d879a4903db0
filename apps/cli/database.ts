import type { Command } from "commander";
import { UsageError } from "./failure.ts";
import type { Host } from "./host.ts";

/** Where a server keeps its things. */
export interface DatabaseOptions {
  readonly databaseUrl?: string;
}

/** Adds `--database-url`. */
export function addDatabaseOption(command: Command): Command {
  return command.option(
    "--database-url <url>",
    "PostgreSQL server, postgres://user:password@host/database (default: DATABASE_URL)",
  );
}

/** The address that the option or the environment gives. */
export function databaseUrl({ databaseUrl }: DatabaseOptions, host: Host): string | undefined {
  const url = databaseUrl ?? host.environment("DATABASE_URL");
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) {
    throw new UsageError("Cannot use the database: its address must begin with postgres://");
  }
  return url;
}
