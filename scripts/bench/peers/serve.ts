/** The runner's side: loads, says hello, then answers a line with a round until the input ends. */
import { cpuUsage } from "node:process";
import type { Hello, Round, Setting, Workload } from "./protocol.ts";

/** Runs all sentences once. */
export type RunAll = (setting: Setting) => Promise<Round["outputs"]>;

/** Answers the rounds that standard input asks for. */
export async function serve(
  load: (workload: Workload) => Promise<{ program: string; run: RunAll }>,
  workloadPath: string,
): Promise<never> {
  const workload: Workload = JSON.parse(await Deno.readTextFile(workloadPath));
  const started = performance.now();
  const { program, run } = await load(workload);
  say({ program, loadMs: performance.now() - started } satisfies Hello);
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of lines) {
    const rows = (rest + chunk).split("\n");
    rest = rows.pop()!;
    for (const row of rows) {
      const cpu = cpuUsage(), start = performance.now();
      const outputs = await run(JSON.parse(row));
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = cpuUsage(cpu);
      const peakRssMb = await peakRss();
      say({ seconds, cpuSeconds: (user + system) / 1e6, peakRssMb, outputs } satisfies Round);
    }
  }
  Deno.exit(0); // some peers leave handles behind
}

/** Standard output belongs to the protocol: what a peer prints goes to standard error. */
export function silenceConsole(): void {
  console.log = console.info = console.debug = console.error;
}

function say(message: Hello | Round): void {
  let bytes = new TextEncoder().encode(JSON.stringify(message) + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

async function peakRss(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
