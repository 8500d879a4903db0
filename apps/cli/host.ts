import type { Translator } from "@heed/translation";
import { readAnswer } from "./answer.ts";
import { fileError } from "./file_error.ts";
import type { FileIdentity } from "./same_file.ts";
import { untilInterrupted } from "./until_interrupted.ts";

/** What a command gets from outside: streams, the environment, and how models are loaded. */
export interface Host {
  /** Standard input. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The file that standard input reads, of `< FILE`; undefined for a pipe or a terminal. */
  stdinFile(): FileIdentity | undefined;
  /** Whether standard input is a person at a keyboard. */
  readonly stdinIsTerminal: boolean;
  /** Whether standard output is a terminal: colours may be used. */
  readonly stdoutIsTerminal: boolean;
  /** Whether standard error is a terminal: progress may be drawn. */
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal; 80 when there is none. */
  readonly columns: number;
  /** Aborted when the user interrupts; its reason is an {@linkcode Interruption}. */
  readonly signal: AbortSignal;
  /** Writes to standard output; resolves when it is written, so that a slow reader slows the command down. */
  writeOut(text: string): Promise<void>;
  /** Writes to standard error. */
  writeError(text: string): void;
  /** Asks whoever is at the keyboard; only where standard input and error are terminals. */
  ask(question: string): Promise<string>;
  /** Reads a variable of the environment; undefined when it is unset, empty or not permitted. */
  environment(name: string): string | undefined;
  /** Loads a translator. */
  loadTranslator: typeof Translator.load;
}

/** Why a command was told to stop. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(
    /** The operating system's signal. */
    readonly signalName: "SIGINT" | "SIGTERM",
  ) {
    super(`Interrupted by ${signalName}`);
  }
}

/** The host of a command that is run from a shell. */
export function denoHost(): Host {
  const encoder = new TextEncoder();
  const signal = interruptionSignal();
  return {
    stdin: Deno.stdin.readable,
    stdinFile,
    stdinIsTerminal: Deno.stdin.isTerminal(),
    stdoutIsTerminal: Deno.stdout.isTerminal(),
    stderrIsTerminal: Deno.stderr.isTerminal(),
    columns: terminalColumns(),
    signal,
    async writeOut(text) {
      const bytes = encoder.encode(text);
      const before = redirectedLength();
      try {
        for (let start = 0; start < bytes.length;) {
          start += await Deno.stdout.write(bytes.subarray(start));
        }
      } catch (cause) {
        if (before !== undefined) shortenRedirected(before);
        throw fileError("write", { path: "standard output", cause });
      }
    },
    writeError(text) {
      const bytes = encoder.encode(text);
      try {
        for (let start = 0; start < bytes.length;) {
          start += Deno.stderr.writeSync(bytes.subarray(start));
        }
      } catch {
        // A log on a full disk, or one that nobody reads, must not end the work.
      }
    },
    ask(question) {
      this.writeError(question);
      return readAnswer(signal);
    },
    environment(name) {
      // Asked for, and not just read: in a terminal Deno would stop and ask the user.
      const { state } = Deno.permissions.querySync({ name: "env", variable: name });
      return state === "granted" ? Deno.env.get(name) || undefined : undefined;
    },
    async loadTranslator(model, options) {
      const { Translator } = await import("@heed/translation");
      return await untilInterrupted(Translator.load(model, options), signal);
    },
  };
}

/** Node's calls for open files, for Deno wants every permission to look at `/dev/stdin`. */
function nodeFiles(): typeof import("node:fs") {
  // Not imported: most commands do without. The types are of whichever Node a dependency names.
  const runtime = globalThis.process as unknown as { getBuiltinModule(name: string): unknown };
  return runtime.getBuiltinModule("node:fs") as typeof import("node:fs");
}

/** Length of the file behind standard output, of `> FILE`; undefined for a pipe or a terminal. */
function redirectedLength(): number | undefined {
  try {
    const status = nodeFiles().fstatSync(1);
    return status.isFile() ? status.size : undefined;
  } catch {
    return undefined; // It is closed.
  }
}

/**
 * Cuts the file behind standard output back to what was whole: half a line must not pass for a line. Deno does
 * not tell how much of a text was written before the disk was full.
 */
function shortenRedirected(length: number): void {
  try {
    nodeFiles().ftruncateSync(1, length);
  } catch {
    // What was written stays.
  }
}

function stdinFile(): FileIdentity | undefined {
  try {
    const status = nodeFiles().fstatSync(0);
    return status.isFile() ? status : undefined;
  } catch {
    return undefined; // It is closed.
  }
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/** A signal that the first Ctrl-C aborts; the second ends the process at once. */
function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) {
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(name === "SIGINT" ? 130 : 143);
      controller.abort(new Interruption(name));
    });
  }
  return controller.signal;
}
