import { noPostgres, startPostgres } from "../../apps/server/store/testing/postgres_server.ts";

export { noPostgres, startPostgres };

const root = new URL("../../", import.meta.url).pathname;

/** A command of the project that runs, as its users start it. */
export interface Running extends AsyncDisposable {
  /** The line that it was waited for. */
  readonly line: string;
  /** Number of its process. */
  readonly pid: number;
  /** Ends it at once, as the lack of memory does. */
  kill(): Promise<void>;
}

/**
 * Starts a program of the project, and waits for a line of what it writes.
 *
 * @param program Its file and arguments.
 * @param options What is waited for, and variables of its environment.
 * @throws {Error} When it ends before.
 */
export async function startProgram(
  program: readonly string[],
  { until, env }: { readonly until: RegExp; readonly env?: Record<string, string> },
): Promise<Running> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", ...program],
    cwd: root,
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const found = Promise.withResolvers<string>();
  const written: string[] = [];
  let isFound = false;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (isFound) continue; // its log may be long
      written.push(text);
      const line = written.join("").match(until)?.[0];
      if (line === undefined) continue;
      isFound = true;
      found.resolve(line);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  reading.then(() => found.reject(new Error(`${program.join(" ")} ended: ${written.join("")}`)));
  const line = await found.promise;
  const kill = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([child.status, reading]);
  };
  return { line, pid: child.pid, kill, [Symbol.asyncDispose]: kill };
}

/** Starts a server. */
export async function startServer(
  args: readonly string[],
  env?: Record<string, string>,
): Promise<Running & { readonly address: string }> {
  const program = ["apps/server/main.ts", "--port", "0", ...args];
  const running = await startProgram(program, { until: /http:\/\/127\.0\.0\.1:\d+/, env });
  return { ...running, address: running.line };
}

/** Starts a worker. */
export function startWorker(url: string, args: readonly string[] = []): Promise<Running> {
  const program = ["apps/cli/main.ts", "worker", "--database-url", url, ...args];
  return startProgram(program, { until: /Waiting for files/ });
}

/** What a server says of a job. */
export interface SeenJob {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly error: string | null;
}

/** Hands lines in to be translated, and gives the address of the job. */
export async function handIn(address: string, text: string): Promise<string> {
  const body = new FormData();
  body.set("source", "en");
  body.set("target", "de");
  body.set("file", new File([text], "lines.txt"));
  const answer = await fetch(`${address}/v1/jobs`, { method: "POST", body });
  if (answer.status !== 202) throw new Error(`The job was not taken: ${await answer.text()}`);
  return `/v1/jobs/${(await answer.json() as SeenJob).id}`;
}

/** Looks at a job until it is as far as wanted; while the store is away, it is asked for again. */
export async function waitFor(
  job: string,
  isSo: (job: SeenJob) => boolean,
): Promise<SeenJob> {
  for (;;) {
    const answer = await fetch(job);
    const seen: SeenJob = await answer.json();
    if (answer.status === 200 && isSo(seen)) return seen;
    if (seen.state === "failed" || ![200, 503].includes(answer.status)) {
      throw new Error(`The job failed: ${seen.error}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whether a job is done. */
export const isDone = ({ state }: SeenJob): boolean => state === "done";

/** Reads what became of a job. */
export async function resultOf(job: string): Promise<string> {
  return await (await fetch(`${job}/result`)).text();
}

/**
 * English lines, as many as wanted.
 *
 * @param count How many.
 * @param file A text in lines, which is repeated; those that the project has for tests where there is none.
 */
export async function englishLines(count: number, file?: string): Promise<string> {
  const path = file ?? `${root}testdata/alignment/en-de.tsv`;
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  const texts = lines.map((line) => line.split("\t")[0]);
  return Array.from({ length: count }, (_, i) => `${texts[i % texts.length]}\n`).join("");
}
