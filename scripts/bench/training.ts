/**
 * Races a training step: tfjs's own WASM kernels, Heed's, Heed's with a BLAS, and PyTorch, in turn on the
 * same cores, on one thread and on two. Writes the section `training` of BENCHMARKS.md.
 *
 *     deno task bench:training [--rounds 5] [--python python3] [--mkl-python PATH] [--blas auto|PATH]
 *
 * `--python` has PyTorch with OpenBLAS: Debian's `python3-torch` with `libopenblas0-pthread`;
 * `--mkl-python`, if it is given, PyPI's `torch`. Where OpenBLAS does not know the processor, set
 * `OPENBLAS_CORETYPE`, which counts for all of them. `--no-write` prints the section.
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

/** A program that takes steps, the cores it is pinned to, and what it has measured. */
interface Contender {
  readonly name: string;
  readonly cores: string;
  readonly command: readonly string[];
  readonly runs: Result[];
}

const args = parseArgs(Deno.args, {
  string: ["python", "mkl-python", "blas"],
  boolean: ["write"],
  negatable: ["write"],
  default: { rounds: 5, steps: 7, python: "/usr/bin/python3", blas: "auto", write: true },
});
const steps = ["--steps", String(args.steps), "--warmup", "2"];
const own = ["deno", "run", "--allow-all", "scripts/bench/training_step.ts"];
const blas = ["--blas", args.blas];

const contender = (name: string, cores: string, command: readonly string[]): Contender => ({
  ...{ name, cores, runs: [] },
  command: [...command, ...steps],
});
const torch = (python: string, threads: number) => [
  ...[python, "scripts/bench/pytorch_training.py", "--threads", String(threads)],
];

const kernels = contender("Heed, one thread", "0", own);
const one = contender("Heed with BLAS, one thread", "0", [...own, ...blas]);
const two = contender("Heed with BLAS, two workers", "0,1", [...own, ...blas, "--workers", "2"]);
const peer = contender("PyTorch, OpenBLAS, one thread", "0", torch(args.python, 1));
const peer2 = contender("PyTorch, OpenBLAS, two threads", "0,1", torch(args.python, 2));
const mkl = args["mkl-python"]
  ? [1, 2].map((threads) =>
    contender(
      `PyTorch, MKL, ${threads === 1 ? "one thread" : "two threads"}`,
      threads === 1 ? "0" : "0,1",
      torch(args["mkl-python"]!, threads),
    )
  )
  : [];
const contenders = [kernels, one, peer, ...mkl.slice(0, 1), two, peer2, ...mkl.slice(1)];

/** How many times the steps of one program two programs take beside each other: what a second core can give. */
const together: number[] = [];
for (let round = 1; round <= args.rounds; round++) {
  for (const { command, cores, runs } of contenders) runs.push(await run(command, cores));
  const pair = await Promise.all(["0", "1"].map((core) => run(one.command, core)));
  const alone = one.runs.at(-1)!.msPerStep;
  together.push(pair.reduce((sum, { msPerStep }) => sum + alone / msPerStep, 0));
  const times = contenders.map(({ name, runs }) => `${name} ${runs.at(-1)!.msPerStep.toFixed(0)}`);
  console.error(`round ${round}, ms: ${times.join("; ")}`);
}
const profiled = await run([...one.command, "--profile"], "0");
const stock = [...own, "--kernels", "stock", "--steps", "2", "--warmup", "1"];
const stockRun = await run(stock, "0");

const bench = ["deno", "run", "--allow-all", "packages/nn/kernels/gemm_bench.ts"];
const products = (await output(bench, "0"))
  .map((line) => JSON.parse(line) as { product: string; gflops: number; share: number });

const timeOf = ({ runs }: Contender) => median(runs.map(({ msPerStep }) => msPerStep));
const { version, blas: peerBlas, gemmGflops } = peer.runs[0];
const row = (name: string, ms: number, memory: number) =>
  `| ${name} | ${ms.toFixed(0)} | ${(2048 / ms * 1000).toFixed(0)} | ${
    (ms / timeOf(peer)).toFixed(2)
  } | ${memory.toFixed(0)} |`;
const profile = profiled.profile!, top = profile.filter(({ ms }) => ms >= 1).slice(0, 14);
const kernelMs = profile.reduce((sum, { ms }) => sum + ms, 0);
const shown = one.runs[0].blas;

/** How many times as long one takes as another, round by round. */
function compare(name: string, ours: Contender, theirs: Contender): string {
  return listed(name, ours.runs.map(({ msPerStep }, i) => msPerStep / theirs.runs[i].msPerStep));
}

function listed(name: string, ratios: readonly number[]): string {
  const each = ratios.map((ratio) => ratio.toFixed(2)).join(", ");
  return `| ${name} | ${each} | **${median(ratios).toFixed(2)}** |`;
}

const comparisons = [
  compare("Heed / PyTorch with OpenBLAS, one thread", kernels, peer),
  compare("Heed with BLAS / PyTorch with OpenBLAS, one thread", one, peer),
  ...mkl.slice(0, 1).map((theirs) =>
    compare("Heed with BLAS / PyTorch with MKL, one thread", one, theirs)
  ),
  compare("Heed with BLAS, two workers / PyTorch with OpenBLAS, two threads", two, peer2),
  ...mkl.slice(1).map((theirs) =>
    compare("Heed with BLAS, two workers / PyTorch with MKL, two threads", two, theirs)
  ),
  compare("Heed with BLAS: one thread / two workers (2 is the most there is)", one, two),
  listed("two programs of one thread at once, steps / of one alone", together),
  compare("Heed / Heed with BLAS, one thread", kernels, one),
];

const section = `
## One training step

\`deno task bench:training\`, ${args.rounds} rounds, each pinned to one core or two and in turn;
medians. Encoder-decoder Transformer: d 256, ffn 1024, 4 heads, 3+3 layers, vocabulary 8000, one matrix
for source, target and output; batch of 32 pairs of 32 tokens, dropout 0.1, label smoothing 0.1,
gradient clipping, Adam; float32.

${await describeMachine()}. PyTorch ${version} with ${peerBlas}${
  mkl.length ? `, and ${mkl[0].runs[0].version} with ${mkl[0].runs[0].blas}` : ""
}; Heed's BLAS: ${shown}${
  Deno.env.get("OPENBLAS_CORETYPE")
    ? `; OPENBLAS_CORETYPE=${Deno.env.get("OPENBLAS_CORETYPE")}`
    : ""
}.

| | ms per step | tokens/s (source + target) | time / PyTorch, OpenBLAS, one thread | peak memory, MB |
| --- | --- | --- | --- | --- |
${row("tfjs WASM, stock kernels", stockRun.msPerStep, stockRun.peakRssMb)}
${
  contenders.map((c) => row(c.name, timeOf(c), Math.max(...c.runs.map((r) => r.peakRssMb))))
    .join("\n")
}

| Times, round by round | | median |
| --- | --- | --- |
${comparisons.join("\n")}

Heed's kernels are ${
  (stockRun.msPerStep / timeOf(kernels)).toFixed(1)
} times as fast as the stock ones. PyTorch's own matrix product reaches ${
  gemmGflops?.toFixed(0)
} GFLOPS on one core.

Where a step of ours with a BLAS goes (${profile.length} kernels, ${
  kernelMs.toFixed(0)
} ms; the rest is the tape and memory management of tfjs):

| Kernel | ms | share | calls |
| --- | --- | --- | --- |
${
  top.map(({ kernel, ms, calls }) =>
    `| ${kernel} | ${ms.toFixed(1)} | ${(100 * ms / kernelMs).toFixed(1)} % | ${calls} |`
  ).join("\n")
}

How near the kernels' matrix products (rows x columns x depth; N, T: stored plain, transposed) come to
what 128-bit multiply-adds alone can do on this core, measured in the same run:

| Product | GFLOPS | of the cap |
| --- | --- | --- |
${
  products.map(({ product, gflops, share }) =>
    `| ${product} | ${gflops.toFixed(1)} | ${(100 * share).toFixed(0)} % |`
  ).join("\n")
}
`;
if (args.write) await writeSection("training", section);
else console.log(section);

async function run(command: readonly string[], cores: string): Promise<Result> {
  return JSON.parse((await output(command, cores)).at(-1)!);
}

/** Runs a command on some cores; the lines that it prints. */
async function output(
  [program, ...rest]: readonly string[],
  cores: string,
): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("taskset", {
    args: ["-c", cores, program === "deno" ? Deno.execPath() : program, ...rest],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${program} ${rest.join(" ")}: it failed`);
  return new TextDecoder().decode(stdout).trim().split("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
