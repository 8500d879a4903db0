/**
 * Races a GRU layer, forward and backward, against torch.nn.GRU: one thread each, in turn on the same
 * core. Prints a table; the figure of a program is the least of all rounds.
 *
 *     deno run --allow-all scripts/bench/rnn.ts [--rounds 3] [--python python3]
 */
import { parseArgs } from "@std/cli";

interface Timing {
  readonly hidden: number;
  readonly ms: number;
  readonly forwardMs: number;
  readonly version?: string;
}

const args = parseArgs(Deno.args, {
  string: ["python", "hidden"],
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
console.log(
  `PyTorch ${version}; batch 32, length 32, input as wide as the state; least of ` +
    `${args.rounds} x ${args.repeats} rounds, ms\n`,
);
console.log(
  "| hidden | Heed forward | PyTorch | Heed forward + backward | PyTorch | Heed / PyTorch |",
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [hidden, own] of best.ours) {
  const peer = best.torch.get(hidden)!;
  const row = [own.forwardMs, peer.forwardMs, own.ms, peer.ms].map((ms) => ms.toFixed(1));
  console.log(`| ${[hidden, ...row, (own.ms / peer.ms).toFixed(2)].join(" | ")} |`);
}

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
