/** A runner's side: says that it has loaded, then answers each line with what a round took. */
import { cpuUsage } from "node:process";

/** What is asked for: prompts of one length, and how many tokens each goes on. */
export interface Request {
  readonly prompts: readonly (readonly number[])[];
  readonly newTokens: number;
}

/** What is said. */
export interface Reply {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  /** Generated ids of each prompt. */
  readonly ids: readonly (readonly number[])[];
}

/** Answers the requests of standard input until it ends. */
export async function serve(
  program: string,
  run: (prompts: Request["prompts"], newTokens: number) => Promise<Reply["ids"]>,
): Promise<never> {
  say({ program });
  let rest = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const rows = (rest + chunk).split("\n");
    rest = rows.pop()!;
    for (const row of rows) {
      const { prompts, newTokens }: Request = JSON.parse(row);
      const cpu = cpuUsage(), start = performance.now();
      const ids = await run(prompts, newTokens);
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = cpuUsage(cpu);
      say({ seconds, cpuSeconds: (user + system) / 1e6, peakRssMb: await peakRss(), ids });
    }
  }
  Deno.exit(0); // some programs leave handles behind
}

function say(message: object): void {
  let bytes = new TextEncoder().encode(JSON.stringify(message) + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

async function peakRss(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
