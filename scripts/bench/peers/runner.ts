/** The racing program's side of a runner: a process that has loaded its model and waits for rounds. */
import type { Contender } from "./contenders.ts";
import type { Hello, Round, Setting } from "./protocol.ts";

/** Longest time for a line: a model is loaded, or one round run. */
const PATIENCE_MS = 300_000;

/** A running contender. */
export class Runner {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = linesOf(child.stdout);
    this.#input = child.stdin.getWriter();
  }

  /** Starts a contender on its cores, and waits until it has loaded. */
  static async start(contender: Contender): Promise<{ runner: Runner; hello: Hello }> {
    const cores = Array.from({ length: contender.cores }, (_, core) => core).join(",");
    const [program, ...args] = ["taskset", "-c", cores, ...contender.command];
    const child = new Deno.Command(program, {
      args,
      env: { OMP_NUM_THREADS: "1", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const runner = new Runner(child);
    return { runner, hello: await runner.#read() as Hello };
  }

  /** Runs the sentences. */
  async round(setting: Setting): Promise<Round> {
    await this.#input.write(new TextEncoder().encode(JSON.stringify(setting) + "\n"));
    return await this.#read() as Round;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.#child.kill(), 5000);
    await this.#child.status;
    clearTimeout(timer);
  }

  async #read(): Promise<Hello | Round> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`it says nothing for ${PATIENCE_MS / 1000} s`)),
      PATIENCE_MS,
    );
    try {
      const { value, done } = await Promise.race([this.#lines.next(), promise]);
      if (done) throw new Error("it ended; standard error says why");
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const rows = (rest + chunk).split("\n");
    rest = rows.pop()!;
    yield* rows;
  }
}
