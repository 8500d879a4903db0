/**
 * Races training steps of a small GPT, forward, backward and update, against PyTorch: one thread each, in turn on the same
 * core; the figure of a program is the least of all rounds.
 *
 *     deno run --allow-all scripts/bench/gpt_training.ts [--rounds 3] [--steps 20] [--python python3] [--write]
 *         [--hidden 256] [--layers 4] [--vocab 2000] [--rows 16] [--length 129]
 *
 * `--write` writes the section `gpt training` of BENCHMARKS.md, else it is printed.
 */
import { parseArgs } from "@std/cli";
import { describeMachine, writeSection } from "./report.ts";

interface Timing {
  readonly program: string;
  readonly ms: number;
  readonly parameters: number;
}

const args = parseArgs(Deno.args, {
  string: ["python"],
  boolean: ["write"],
  default: {
    ...{ rounds: 3, steps: 20, python: "python3" },
    ...{ hidden: 256, layers: 4, vocab: 2000, rows: 16, length: 129 },
  },
});
const settings = {
  vocabSize: args.vocab,
  hiddenSize: args.hidden,
  numHiddenLayers: args.layers,
  numHeads: args.hidden / 32,
  maxPositionEmbeddings: args.length - 1,
  rows: args.rows,
  length: args.length,
  steps: args.steps,
};
const json = JSON.stringify(settings);
const commands = [
  [Deno.execPath(), "run", "--allow-all", "scripts/bench/gpt_training_step.ts", json],
  [args.python, "scripts/bench/gpt_pytorch.py", json],
];
const best = new Map<string, Timing>();
for (let round = 0; round < args.rounds; round++) {
  for (const command of commands) {
    const timing = await run(command);
    const old = best.get(timing.program) ?? timing;
    best.set(timing.program, { ...timing, ms: Math.min(timing.ms, old.ms) });
  }
}
const [own, peer] = [...best.values()];
const tokens = args.rows * (args.length - 1);
const body = `
## Training a GPT

Forward, backward and update of ${
  (own.parameters / 1e6).toFixed(1)
} million parameters: ${args.layers} layers,
${args.hidden} wide, ${args.vocab} tokens; ${args.rows} rows of ${
  args.length - 1
} tokens. One thread each, in turn on the same
core; the least of ${args.rounds} x ${args.steps} steps. \`deno run --allow-all scripts/bench/gpt_training.ts --write\`;
${await describeMachine()}.

| Program | ms a step | Tokens/s |
| --- | ---: | ---: |
${
  [own, peer].map(({ program, ms }) =>
    `| ${program} | ${ms.toFixed(0)} | ${(tokens / ms * 1e3).toFixed(0)} |`
  ).join("\n")
}

Heed takes ${(own.ms / peer.ms).toFixed(2)} times as long.
`;
if (args.write) await writeSection("gpt training", body);
else console.log(body);

/** Runs a command on one core; the JSON that it prints. */
async function run(command: string[]): Promise<Timing> {
  const { success, stdout } = await new Deno.Command("taskset", {
    args: ["-c", "0", ...command],
    env: { HEED_BLAS_THREADS: "1" },
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${command.join(" ")}: it failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}
