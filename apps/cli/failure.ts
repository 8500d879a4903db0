import { CommanderError } from "commander";
import { Interruption } from "./host.ts";

/** Says that a command was called in a wrong way. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** How a command ends: what the shell gets, and what the user reads. */
export interface Ending {
  /** 0 success, 1 failure, 2 wrong usage, 130 interrupted (143 by SIGTERM). */
  readonly exitCode: number;
  /** One message without a stack; empty when there is nothing to say. */
  readonly message: string;
}

/** Maps everything that a command may throw to its ending: the one place that decides on exit codes. */
export function endingOf(error: unknown): Ending {
  if (error instanceof Interruption) {
    return { exitCode: error.signalName === "SIGTERM" ? 143 : 130, message: "" };
  }
  if (error instanceof CommanderError) {
    // Commander has printed its message; `--help` and `--version` end in this way too.
    return { exitCode: error.exitCode === 0 ? 0 : 2, message: "" };
  }
  // The reader, such as `head`, has seen enough.
  if (error instanceof Deno.errors.BrokenPipe) return { exitCode: 0, message: "" };
  if (!(error instanceof Error)) return { exitCode: 1, message: String(error) };
  if (error instanceof UsageError || error.name === "LanguageError") {
    return { exitCode: 2, message: error.message };
  }
  if (error instanceof Deno.errors.NotCapable) {
    return { exitCode: 1, message: error.message.replace(/^Requires/, "Cannot go on without") };
  }
  return { exitCode: 1, message: error.message || error.name };
}
