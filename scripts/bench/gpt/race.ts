/** Runs programs in turn on the same prompts. */
import type { Reply, Request } from "./serve.ts";

/** What is raced. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
}

/** What a program does; medians. */
export interface Measured {
  /** As it calls itself. */
  readonly program: string;
  /** Tokens a second after the first one, in a batch of 1. */
  readonly single: number;
  /** The same of 8 prompts together, all their tokens. */
  readonly batched: number;
  /** Until the first token after a long prompt. */
  readonly firstSeconds: number;
  /** Most memory that the process had. */
  readonly peakRssMb: number;
  /** Why it could not run. */
  readonly problem?: string;
}

const SHORT = 16, BATCH = 8;

/** Starts all, and lets each run a round after the other. */
export async function race(
  contenders: readonly Contender[],
  { rounds, tokens, prompt, vocabSize, aside }: {
    rounds: number;
    tokens: number;
    prompt: number;
    vocabSize: number;
    /** Done before every round that counts. */
    aside: () => void;
  },
): Promise<Measured[]> {
  const requests: readonly Request[] = [
    { prompts: promptsOf(1, SHORT, vocabSize), newTokens: 1 },
    { prompts: promptsOf(1, SHORT, vocabSize), newTokens: tokens + 1 },
    { prompts: promptsOf(BATCH, SHORT, vocabSize), newTokens: 1 },
    { prompts: promptsOf(BATCH, SHORT, vocabSize), newTokens: tokens + 1 },
    { prompts: promptsOf(1, prompt, vocabSize), newTokens: 1 },
  ];
  const standings = contenders.map(({ name }) => ({
    name,
    program: name,
    replies: requests.map((): Reply[] => []),
    problem: undefined as string | undefined,
  }));
  const processes: (Process | undefined)[] = [];
  for (const [i, { command }] of contenders.entries()) {
    const process = new Process(command);
    try {
      standings[i].program = (await process.read() as { program: string }).program;
      processes.push(process);
    } catch (error) {
      standings[i].problem = (error as Error).message;
      processes.push(undefined);
    }
  }
  for (let round = 0; round <= rounds; round++) {
    if (round > 0) aside();
    for (const [i, process] of processes.entries()) {
      for (const [which, request] of requests.entries()) {
        if (!process || standings[i].problem !== undefined) continue;
        try {
          const reply = await process.ask(request);
          if (round > 0) standings[i].replies[which].push(reply); // the first one warms up
        } catch (error) {
          standings[i].problem = (error as Error).message;
        }
      }
    }
    console.error(`round ${round} of ${rounds}`);
  }
  for (const process of processes) await process?.stop();
  return standings.map(({ program, replies, problem }) => {
    const seconds = replies.map((all) => median(all.map((reply) => reply.seconds)));
    const [firstOfOne, allOfOne, firstOfBatch, allOfBatch, firstSeconds] = seconds;
    return {
      program,
      single: tokens / (allOfOne - firstOfOne),
      batched: BATCH * tokens / (allOfBatch - firstOfBatch),
      firstSeconds,
      peakRssMb: Math.max(...replies.flat().map((reply) => reply.peakRssMb)),
      problem,
    };
  });
}

/** The same ids on every machine. */
function promptsOf(count: number, length: number, vocabSize: number): number[][] {
  let state = 7;
  const next = () => state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Array.from(
    { length: count },
    () => Array.from({ length }, () => (next() >> 8) % (vocabSize - 1)),
  );
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** A program that answers lines with lines, on one core. */
class Process {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  constructor(command: readonly string[]) {
    this.#child = new Deno.Command("taskset", {
      args: ["-c", "0", ...command],
      env: { OMP_NUM_THREADS: "1", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
  }

  async read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("it ended; standard error says why");
    return JSON.parse(value);
  }

  async ask(request: Request): Promise<Reply> {
    await this.#input.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    return await this.read() as Reply;
  }

  async stop(): Promise<void> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.#child.kill(), 5000);
    await this.#child.status;
    clearTimeout(timer);
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
