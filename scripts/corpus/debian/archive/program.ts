/** Options of {@linkcode runProgram} and {@linkcode streamProgram}. */
export interface ProgramOptions {
  readonly args: readonly string[];
  /** Working directory. */
  readonly cwd?: string;
  /** Environment variables beside the inherited ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export interface ProgramResult {
  readonly success: boolean;
  readonly stdout: string;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

function commandOf(program: string, options: ProgramOptions): Deno.Command {
  const { args, cwd, env, signal } = options;
  return new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { LC_ALL: "C", ...env },
    signal,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function spawn(program: string, options: ProgramOptions): Deno.ChildProcess {
  try {
    return commandOf(program, options).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run ${program}: it is not installed; use a Debian system`, {
      cause: error,
    });
  }
}

/**
 * Runs a program to its end.
 *
 * @param program Name or path of the program.
 * @param options Arguments, environment, signal.
 * @returns What it printed, and whether it succeeded.
 * @throws {Error} When it cannot be started.
 */
export async function runProgram(program: string, options: ProgramOptions): Promise<ProgramResult> {
  const { success, stdout, stderr } = await spawn(program, options).output();
  const decoder = new TextDecoder();
  return {
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr).trim().slice(-2000),
  };
}

/**
 * Reads what a program prints while it runs.
 *
 * @param program Name or path of the program.
 * @param options Arguments, environment, signal.
 * @returns Pieces of its standard output.
 * @throws {Error} When it cannot be started, or has failed at the end of its output.
 */
export async function* streamProgram(
  program: string,
  options: ProgramOptions,
): AsyncGenerator<Uint8Array> {
  const child = spawn(program, options);
  const errors = new Response(child.stderr).text();
  try {
    yield* child.stdout;
  } finally {
    // Also a reader that stops early waits: with the pipe closed the program ends by itself.
    await child.status;
  }
  if (!(await child.status).success) {
    const reason = (await errors).trim();
    throw new Error(
      `Cannot read the output of ${program} ${options.args.join(" ")}: ${reason}`,
    );
  }
}
