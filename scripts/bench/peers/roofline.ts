/** What this core can do at most, and how much of that a translation uses. */
import {
  compileKernels,
  createMemory,
  instantiateKernels,
} from "../../../packages/engine/kernels/kernel_module.ts";
import { probeSimdMode } from "../../../packages/engine/kernels/simd_mode.ts";
import type { Race } from "./workloads.ts";

/** Limits of one core. */
export interface Roofline {
  /** int8 operations (a multiply-add is two) of 128-bit vectors, 10^9 a second. */
  readonly int8Gops: number;
  /** The same of float32. */
  readonly floatGops: number;
  /** Reading of more memory than the core's own caches hold, 10^9 bytes a second, in one stream or four. */
  readonly readGbs: number;
}

/** Work of one run of a race's sentences. */
export interface Work {
  /** Operations of products with weights. */
  readonly operations: number;
  /** Bytes of int8 weights that go through the core, when each product reads them once. */
  readonly bytes: number;
}

const STEPS = 200_000, TRIES = 10, READ_BYTES = 256 * 2 ** 20, FIRST_ADDRESS = 4096;
/** A step of the kernels `peakInt8` and `peakFloat` is 12 instructions on a vector. */
const INSTRUCTIONS = 12, INT8_OPERATIONS = 32, FLOAT_OPERATIONS = 8;

type Peak = "peakInt8" | "peakFloat" | "peakRead" | "findNonFinite";

/** The kernels that do nothing else, on memory of their own. */
async function peakKernels() {
  const mode = probeSimdMode();
  const memory = createMemory({ shared: false, bytes: READ_BYTES + FIRST_ADDRESS });
  // Memory that nobody has written to is one page of zeros, which lies in the nearest cache.
  new Float32Array(memory.buffer).fill(1);
  const module = await compileKernels(mode, { shared: false });
  return instantiateKernels(module, memory, mode) as unknown as Record<
    Peak,
    (address: number, size: number, out?: number) => void
  >;
}

type PeakKernels = Awaited<ReturnType<typeof peakKernels>>;

/** Measures the limits: each the best of several tries. */
export async function measureRoofline(): Promise<Roofline> {
  const kernels = await peakKernels();
  const gops = (kernel: "peakInt8" | "peakFloat", operations: number) =>
    STEPS * INSTRUCTIONS * operations / best(() => kernels[kernel](FIRST_ADDRESS, STEPS)) / 1e9;
  return {
    int8Gops: gops("peakInt8", INT8_OPERATIONS),
    floatGops: gops("peakFloat", FLOAT_OPERATIONS),
    readGbs: reading(kernels),
  };
}

/**
 * For measuring how fast memory is read again and again, beside other measurements: it changes with what else the
 * machine does.
 *
 * @returns Measures once; 10^9 bytes a second.
 */
export async function startReading(): Promise<() => number> {
  const kernels = await peakKernels();
  return () => reading(kernels);
}

/** In one stream (the loop that looks for NaN in loaded weights does little more than read) or four, whichever is faster. */
function reading(kernels: PeakKernels): number {
  const one = best(() => kernels.findNonFinite(FIRST_ADDRESS, READ_BYTES / 4));
  const four = best(() => kernels.peakRead(FIRST_ADDRESS, READ_BYTES, 0));
  return READ_BYTES / Math.min(one, four) / 1e9;
}

/** Seconds. */
function best(run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** Counts the work of a race, greedy; `tokens` is what was generated, the end tokens counted. */
export async function workOf(
  race: Race,
  { directory, batch, outputs }: { directory: string; batch: number; outputs: readonly number[] },
): Promise<Work> {
  const config = JSON.parse(await Deno.readTextFile(`${directory}/config.json`));
  const lengths = race.workload.sentences.map(({ ids }) => ids.length);
  const batches = Math.ceil(lengths.length / batch);
  const sources = sum(lengths);
  if (config.model_type === "bert") {
    const { hidden_size: d, intermediate_size: ff, num_hidden_layers: layers } = config;
    const weights = layers * (4 * d * d + 2 * d * ff);
    return { operations: 2 * sources * weights, bytes: batches * weights };
  }
  const { d_model: d, encoder_ffn_dim: ff, decoder_ffn_dim: decoderFf, vocab_size: vocab } = config;
  const encoder = config.encoder_layers * (4 * d * d + 2 * d * ff) +
    config.decoder_layers * 2 * d * d; // and the keys and values of cross-attention
  const decoder = config.decoder_layers * (6 * d * d + 2 * d * decoderFf) + vocab * d;
  let steps = 0; // of a batch: as many as its longest sentence
  for (let first = 0; first < outputs.length; first += batch) {
    steps += Math.max(...outputs.slice(first, first + batch));
  }
  return {
    operations: 2 * (sources * encoder + sum(outputs) * decoder),
    bytes: batches * encoder + steps * decoder,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
