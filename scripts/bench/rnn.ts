/**
 * Races a GRU layer, forward and backward, against torch.nn.GRU: one thread each, in turn on the same
 * core. Prints a table, and puts it into BENCHMARKS.md with --write; the figure of a program is the least
 * of all rounds.
 *
 *     deno run --allow-all scripts/bench/rnn.ts [--rounds 3] [--python python3] [--write]
 */
import { parseArgs } from "@std/cli";
import { describeMachine, writeSection } from "./report.ts";

interface Timing {
  readonly hidden: number;
  readonly ms: number;
  readonly forwardMs: number;
  readonly version?: string;
}

const args = parseArgs(Deno.args, {
  string: ["python", "hidden"],
  boolean: ["write"],
  default: { rounds: 3, repeats: 30, python: "/usr/bin/python3", hidden: "256,512" },
});
const settings = ["--rounds", String(args.repeats), "--hidden", args.hidden];
const ours = [Deno.execPath(), "run", "--allow-all", "scripts/bench/rnn_layer.ts", ...settings];
const torch = [args.python, "scripts/bench/rnn_pytorch.py", ...settings];

const best = { ours: new Map<number, Timing>(), torch: new Map<number, Timing>() };
for (let round = 0; round < args.rounds; round++) {
  keep(best.ours, await run(ours));
  keep(best.torch, await run(torch));
}
const version = best.torch.values().next().value?.version;
const BATCH = 32, LENGTH = 32; // those of the two scripts
const rows = [...best.ours].map(([hidden, own]) => {
  const peer = best.torch.get(hidden)!;
  // Three gates from the input and three from the state; backward costs twice the forward.
  const gigaflops = (ms: number) => 3 * BATCH * LENGTH * 2 * 6 * hidden ** 2 / ms / 1e6;
  const times = [own.forwardMs, peer.forwardMs, own.ms, peer.ms].map((ms) => ms.toFixed(1));
  const rates = [own.ms, peer.ms].map((ms) => gigaflops(ms).toFixed(0)).join(" / ");
  return `| ${[hidden, ...times, (own.ms / peer.ms).toFixed(2), rates].join(" | ")} |`;
});
const body = `## A GRU layer

Forward and backward, batch ${BATCH}, length ${LENGTH}, input as wide as the state; one thread each, in turn
on the same core; the least of ${args.rounds} x ${args.repeats} runs, in milliseconds. \`deno run --allow-all
scripts/bench/rnn.ts --write\`; PyTorch ${version}; ${await describeMachine()}.

| hidden | Heed forward | PyTorch | Heed forward + backward | PyTorch | Heed / PyTorch | GFLOP/s |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}

A vector of WebAssembly has 4 numbers; PyTorch uses the processor's own, of 8 or 16.`;
console.log(body);
if (args.write) await writeSection("rnn", body);

/** Least times by hidden size. */
function keep(times: Map<number, Timing>, timings: Timing[]): void {
  for (const timing of timings) {
    const old = times.get(timing.hidden) ?? timing;
    times.set(timing.hidden, {
      ...timing,
      ms: Math.min(old.ms, timing.ms),
      forwardMs: Math.min(old.forwardMs, timing.forwardMs),
    });
  }
}

/** Runs a command on one core; the JSON lines that it prints. */
async function run(command: string[]): Promise<Timing[]> {
  const { success, stdout } = await new Deno.Command("taskset", {
    args: ["-c", "0", ...command],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${command.join(" ")}: it failed`);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}
