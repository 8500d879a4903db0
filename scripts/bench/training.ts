/**
 * Races a training step: tfjs's own WASM kernels, Heed's, and PyTorch, one thread each, in turn on
 * the same core. Writes the section `training` of BENCHMARKS.md.
 *
 *     deno task bench:training [--rounds 5] [--python python3]
 *
 * PyTorch: Debian's `python3-torch` with `libopenblas0-pthread`.
 */
import { parseArgs } from "@std/cli";
import { describeMachine, writeSection } from "./report.ts";

interface Result {
  msPerStep: number;
  peakRssMb: number;
  losses: number[];
  profile?: { kernel: string; ms: number; calls: number }[];
  version?: string;
  blas?: string;
  gemmGflops?: number;
}

const args = parseArgs(Deno.args, {
  string: ["python"],
  default: { rounds: 5, steps: 7, python: "/usr/bin/python3" },
});
const steps = ["--steps", String(args.steps), "--warmup", "2"];
const own = ["deno", "run", "--allow-all", "scripts/bench/training_step.ts", ...steps];
const torch = [args.python, "scripts/bench/pytorch_training.py", "--threads", "1", ...steps];
const stock = ["--kernels", "stock", "--steps", "2", "--warmup", "1"];

const ownRuns: Result[] = [], torchRuns: Result[] = [];
for (let round = 1; round <= args.rounds; round++) {
  ownRuns.push(await run(own));
  torchRuns.push(await run(torch));
  const [ours, theirs] = [ownRuns.at(-1)!, torchRuns.at(-1)!];
  console.error(
    `round ${round}: ours ${ours.msPerStep.toFixed(0)} ms, PyTorch ${
      theirs.msPerStep.toFixed(0)
    } ms, ` +
      `ratio ${(ours.msPerStep / theirs.msPerStep).toFixed(2)}`,
  );
}
const profiled = await run([...own, "--profile"]);
const stockRun = await run([...own.slice(0, 4), ...stock]);

const products = (await output(["deno", "run", "--allow-all", "packages/nn/kernels/gemm_bench.ts"]))
  .map((line) => JSON.parse(line) as { product: string; gflops: number; share: number });

const ratios = ownRuns.map(({ msPerStep }, i) => msPerStep / torchRuns[i].msPerStep);
const ours = median(ownRuns.map((r) => r.msPerStep));
const peer = median(torchRuns.map((r) => r.msPerStep));
const rss = Math.max(...ownRuns.map((r) => r.peakRssMb));
const { version, blas, gemmGflops } = torchRuns[0];
const row = (name: string, ms: number, memory: number) =>
  `| ${name} | ${ms.toFixed(0)} | ${(2048 / ms * 1000).toFixed(0)} | ${(ms / peer).toFixed(2)} | ${
    memory.toFixed(0)
  } |`;
const top = profiled.profile!.filter(({ ms }) => ms >= 1).slice(0, 14);
const kernelMs = profiled.profile!.reduce((sum, { ms }) => sum + ms, 0);

await writeSection(
  "training",
  `
## One training step

\`deno task bench:training\`, ${args.rounds} rounds, each pinned to one core and in turn; medians.
Encoder-decoder Transformer: d 256, ffn 1024, 4 heads, 3+3 layers, vocabulary 8000, one matrix for
source, target and output; batch of 32 pairs of 32 tokens, dropout 0.1, label smoothing 0.1, gradient
clipping, Adam; float32.

${await describeMachine()}. PyTorch ${version} with ${blas}.

| | ms per step | tokens/s (source + target) | time / PyTorch | peak memory, MB |
| --- | --- | --- | --- | --- |
${row("tfjs WASM, stock kernels", stockRun.msPerStep, stockRun.peakRssMb)}
${row("Heed", ours, rss)}
${row("PyTorch, one thread", peer, Math.max(...torchRuns.map((r) => r.peakRssMb)))}

Time of Heed / time of PyTorch, round by round: ${
    ratios.map((r) => r.toFixed(2)).join(", ")
  }; median
**${median(ratios).toFixed(2)}**. Heed's kernels are ${
    (stockRun.msPerStep / ours).toFixed(1)
  } times as
fast as the stock ones. PyTorch's own matrix product reaches ${
    gemmGflops?.toFixed(0)
  } GFLOPS on this
core.

Where a step of ours goes (${profiled.profile!.length} kernels, ${
    kernelMs.toFixed(0)
  } ms; the rest is
the tape and memory management of tfjs):

| Kernel | ms | calls |
| --- | --- | --- |
${top.map(({ kernel, ms, calls }) => `| ${kernel} | ${ms.toFixed(1)} | ${calls} |`).join("\n")}

How near the matrix products (rows x columns x depth; N, T: stored plain, transposed) come to what
128-bit multiply-adds alone can do on this core, measured in the same run:

| Product | GFLOPS | of the cap |
| --- | --- | --- |
${
    products.map(({ product, gflops, share }) =>
      `| ${product} | ${gflops.toFixed(1)} | ${(100 * share).toFixed(0)} % |`
    ).join("\n")
  }
`,
);

async function run(command: string[]): Promise<Result> {
  return JSON.parse((await output(command)).at(-1)!);
}

/** Runs a command on one core; the lines that it prints. */
async function output([program, ...rest]: string[]): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("taskset", {
    args: ["-c", "0", program === "deno" ? Deno.execPath() : program, ...rest],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${program} ${rest.join(" ")}: it failed`);
  return new TextDecoder().decode(stdout).trim().split("\n");
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
