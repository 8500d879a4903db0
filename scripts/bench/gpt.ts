/**
 * Races Heed's engine with @huggingface/transformers, on onnxruntime's WASM and its native library, at writing with a GPT-2 of
 * random weights in int8: tokens a second in batches of 1 and 8, the time to the first token after a long prompt, memory,
 * and how much of the memory's bandwidth is used. One thread each, pinned to one core, in turn.
 *
 *     deno run --allow-all scripts/bench/gpt.ts [--shape gpt2|tiny] [--rounds 5] [--tokens 64] [--prompt 512] [--write]
 *
 * The peers are installed into .cache/bench-gpt and .cache/bench-peers at the first run. `--write` writes the section `gpt` of
 * BENCHMARKS.md, else it is printed.
 */
import { parseArgs } from "@std/cli";
import { createGpt, gptConfig, gptPresets, type GptSizes } from "@heed/gpt";
import type { CausalConfig } from "@heed/model";
import { installTransformers } from "./gpt/install.ts";
import { type Measured, median, race } from "./gpt/race.ts";
import { startReading } from "./peers/roofline.ts";
import { describeMachine, writeSection } from "./report.ts";

const SHAPES: Record<string, GptSizes> = {
  gpt2: gptPresets.gpt2,
  tiny: {
    vocabSize: 997,
    hiddenSize: 64,
    numHiddenLayers: 2,
    numHeads: 4,
    maxPositionEmbeddings: 1024,
  },
};

const args = parseArgs(Deno.args, {
  string: ["shape"],
  boolean: ["write"],
  default: { shape: "gpt2", rounds: 5, tokens: 64, prompt: 512 },
});
const sizes = SHAPES[args.shape];
if (!sizes) throw new RangeError(`Cannot race ${args.shape}: give gpt2 or tiny`);
const [rounds, tokens, prompt] = [args.rounds, args.tokens, args.prompt].map(Number);
const config = gptConfig(sizes);
const cache = new URL("../../.cache/bench-gpt", import.meta.url).pathname;
const model = `${cache}/${args.shape}`;
await makeModel(model);
const { packages, python } = await installTransformers(cache);
const onnx = await exported(python);

const runner = (name: string) => new URL(`gpt/${name}.ts`, import.meta.url).pathname;
const deno = [Deno.execPath(), "run", "--allow-all", "--quiet"];
const peer = [...deno, "--no-lock", "--config", `${packages}/deno.json`, runner("transformers")];
const read = await startReading(), readings: number[] = [];
const measured = await race([
  { name: "Heed", command: [...deno, runner("heed"), model, "int8"] },
  { name: "onnxruntime-web", command: [...peer, "web", packages, onnx] },
  { name: "onnxruntime-node", command: [...peer, "node", packages, onnx] },
], {
  rounds,
  tokens,
  prompt,
  vocabSize: config.vocabSize,
  aside: () => readings.push(read()),
});
const readGbs = median(readings);

const body = `
## Language models: writing with a GPT-2 on the CPU

\`scripts/bench/gpt.ts --shape ${args.shape} --tokens ${tokens}\`, ${rounds} rounds; one thread of one core each, in turn;
medians. Random weights of ${args.shape}'s shape, int8 (the peers' by onnxruntime's dynamic quantisation); greedy, an end
token out of reach. Tokens a second are those after the first. The last column is the bytes of weights that one step
reads, times the steps a second, of the ${
  readGbs.toFixed(1)
} GB/s that a loop which only reads gets, in one stream or four, before
each round.

${await describeMachine()}.

| Program | Tokens/s, batch 1 | Batch 8 | First token after ${prompt} | Memory | Bandwidth |
| --- | ---: | ---: | ---: | ---: | ---: |
${measured.map(rowOf).join("\n")}
`;
if (args.write) await writeSection("gpt", body);
else console.log(body);

function rowOf({ program, single, batched, firstSeconds, peakRssMb, problem }: Measured): string {
  if (problem !== undefined) return `| ${program} | ${problem} | | | | |`;
  const share = single * bytesOfStep(config) / (readGbs * 1e9);
  return `| ${program} | ${single.toFixed(1)} | ${batched.toFixed(1)} | ${
    (firstSeconds * 1000).toFixed(0)
  } ms | ${peakRssMb.toFixed(0)} MB | ${(share * 100).toFixed(0)} % |`;
}

/** Bytes of int8 weights that products read for one step. */
function bytesOfStep(config: CausalConfig): number {
  const { hiddenSize: d, intermediateSize: f, numHiddenLayers, vocabSize } = config;
  return numHiddenLayers * (4 * d * d + 2 * d * f) + vocabSize * d;
}

async function makeModel(directory: string): Promise<void> {
  if (await exists(`${directory}/model.safetensors`)) return;
  using fresh = await createGpt(config, { seed: 1, device: "wasm", trainable: false });
  await fresh.save(directory, { dtype: "F16" });
}

/** Writes the graphs, once. */
async function exported(python: string): Promise<string> {
  const out = `${cache}/${args.shape}-onnx`;
  if (await exists(`${out}/onnx/model_quantized.onnx`)) return out;
  const script = new URL("peers/export_gpt2.py", import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command(python, { args: [script, model, out] })
    .output();
  if (!success) throw new Error(`Cannot export the model:\n${new TextDecoder().decode(stderr)}`);
  return out;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
