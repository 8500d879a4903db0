/**
 * Races training steps on WebGPU: Heed's kernels (without and with a readback in every step), tfjs's
 * own, and PyTorch on the same machine. Each runs in a process of its own, in turn.
 *
 *     deno run --allow-all scripts/bench/webgpu_training.ts [--rounds 3] [--torch python3] [--write]
 *
 * On a machine with a graphics card this is all there is to do. `--torch` names a Python that has torch
 * (CUDA where it finds it); `--stock false` leaves tfjs's own kernels out, whose step is slow. The shape
 * is that of the shipped model; `--tokens 256 --vocab 300 --hidden 32 --ffn 64 --steps 2 --warmup 1`
 * makes it small enough for a software adapter. `--write` puts the result into BENCHMARKS.md.
 */
import { parseArgs } from "@std/cli";
import { describeMachine, writeSection } from "./report.ts";

interface Result {
  adapter?: string;
  device?: string;
  version?: string;
  tokensPerStep: number;
  msPerStep: number;
  recordMsPerStep?: number;
  tokensPerSecond: number;
  dispatchesPerStep?: number;
  submitsPerStep?: number;
  readbacksPerStep?: number;
  deviceMb?: number;
  losses: number[];
  profile?: { label: string; calls: number; ms?: number }[];
}

const SHAPE = {
  tokens: 4096,
  length: 32,
  hidden: 256,
  ffn: 1024,
  heads: 4,
  "encoder-layers": 4,
  "decoder-layers": 2,
  vocab: 8000,
  dropout: 0.1,
  steps: 20,
  warmup: 3,
} as const;

const args = parseArgs(Deno.args, {
  string: ["torch", "stock", "submit"],
  boolean: ["write"],
  default: { rounds: 3, stock: "true", submit: "15", ...SHAPE },
});
const shape = (Object.keys(SHAPE) as (keyof typeof SHAPE)[])
  .flatMap((name) => [`--${name}`, String(args[name])]);
const step = (...more: string[]) => [
  ...[Deno.execPath(), "run", "--allow-all", "scripts/bench/webgpu_training_step.ts"],
  ...[...shape, "--submit", args.submit, ...more],
];
const torch = (...more: string[]) => [
  ...[args.torch!, "scripts/bench/webgpu_training_torch.py", ...shape, ...more],
];

const runners: Record<string, string[]> = {
  "Heed": step(),
  "Heed, reading norm and loss in every step": step("--wait"),
};
if (args.stock !== "false") runners["tfjs, stock kernels"] = step("--kernels", "stock");
if (args.torch) {
  runners["PyTorch, float32"] = torch();
  runners["PyTorch, TF32"] = torch("--tf32");
}

const results = new Map<string, Result[]>();
for (let round = 1; round <= args.rounds; round++) {
  for (const [name, command] of Object.entries(runners)) {
    const result = await run(command);
    results.set(name, [...results.get(name) ?? [], result]);
    console.error(`round ${round}: ${name}: ${result.msPerStep.toFixed(1)} ms a step`);
  }
}
const profiled = await run(step("--profile", "--steps", "3"));

const ours = results.get("Heed")!;
const fastest = median(ours.map(({ msPerStep }) => msPerStep));
const table = [...results].map(([name, rounds]) => {
  const ms = median(rounds.map(({ msPerStep }) => msPerStep));
  const { tokensPerStep, recordMsPerStep, dispatchesPerStep, submitsPerStep, readbacksPerStep } =
    rounds[0];
  const cells = [
    name,
    ms.toFixed(1),
    (tokensPerStep / ms * 1000).toFixed(0),
    (ms / fastest).toFixed(2),
    recordMsPerStep?.toFixed(1),
    dispatchesPerStep?.toFixed(0),
    submitsPerStep?.toFixed(0),
    readbacksPerStep?.toFixed(1),
    rounds[0].deviceMb,
  ];
  return `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
});
const kernelMs = profiled.profile!.reduce((sum, { ms = 0 }) => sum + ms, 0);
const shares = profiled.profile!.map(({ label, calls, ms }) =>
  `| ${label} | ${calls} | ${ms?.toFixed(2) ?? ""} | ${
    ms === undefined ? "" : `${(100 * ms / kernelMs).toFixed(1)} %`
  } |`
);

const report = `
## One training step on WebGPU

\`deno run --allow-all scripts/bench/webgpu_training.ts ${
  Deno.args.join(" ")
}\`, ${args.rounds} rounds
in turn, medians of ${args.steps} steps. Encoder-decoder Transformer: d ${args.hidden}, ffn ${args.ffn},
${args.heads} heads, ${args["encoder-layers"]}+${args["decoder-layers"]} layers, vocabulary
${args.vocab}; batches of ${args.tokens} source and ${args.tokens} target tokens in rows of
${args.length}; dropout ${args.dropout}, label smoothing 0.1, gradient clipping, Adam; float32.

Adapter: ${ours[0].adapter}. ${await describeMachine()}.${pytorch()}

| | ms per step | tokens/s (source + target) | time / Heed | recording, ms | dispatches | submits | readbacks | device memory, MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${table.join("\n")}

Losses of the last steps: ${
  [...results].map(([name, rounds]) => `${name} ${rounds[0].losses.slice(-2).join(", ")}`).join(
    "; ",
  )
}.

Where a step of Heed's goes${
  kernelMs > 0
    ? ` (one dispatch a pass, ${kernelMs.toFixed(1)} ms on the device)`
    : " (the adapter has no timestamps: dispatches only)"
}:

| program | dispatches | ms | share |
| --- | --- | --- | --- |
${shares.join("\n")}
`;
console.log(report);
if (args.write) await writeSection("webgpu training", report);

function pytorch(): string {
  const result = results.get("PyTorch, float32")?.[0];
  return result ? ` PyTorch ${result.version} on ${result.device}.` : "";
}

async function run([program, ...rest]: string[]): Promise<Result> {
  const { success, stdout } = await new Deno.Command(program, { args: rest, stderr: "inherit" })
    .output();
  if (!success) throw new Error(`Cannot time ${program} ${rest.join(" ")}: it failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
