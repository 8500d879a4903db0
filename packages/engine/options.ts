import { files } from "@heed/checkpoint";
import { probeSimdMode, type SimdMode } from "./kernels/simd_mode.ts";
import type { EngineDType } from "./packing/linear_packer.ts";
import { canShareMemory } from "./workers/start_worker.ts";

/** How an engine is loaded. */
export interface EngineOptions {
  /** What the weights of products are kept and multiplied as: 8-bit integers (default), or float32. */
  readonly dtype?: EngineDType;
  /**
   * Threads that compute at once, each on a batch of its own. Default: the environment variable `HEED_THREADS`,
   * else one for each core; always 1 where threads cannot share memory.
   */
  readonly threads?: number;
  /** How int8 products are computed. Default: the environment variable `HEED_SIMD`, else the best there is. */
  readonly simd?: SimdMode;
  /** Never compute on the calling thread, so that a server stays quick; default false. */
  readonly keepCallerFree?: boolean;
  /** Module of the worker, for bundles that do not contain it beside the engine: `@heed/engine/worker`. */
  readonly workerUrl?: string | URL;
  /** Stops the loading. */
  readonly signal?: AbortSignal;
}

/** {@linkcode EngineOptions} after looking at the machine. */
export interface ResolvedEngineOptions {
  readonly dtype: EngineDType;
  readonly threads: number;
  readonly simd: SimdMode;
  readonly keepCallerFree: boolean;
  /** Whether the memory has to be shared between threads. */
  readonly shared: boolean;
  readonly workerUrl: string | URL | undefined;
}

/** What the engine would use on this machine, and why. */
export interface EngineMachine {
  /** Best mode of int8 products. */
  readonly simd: SimdMode;
  /** Threads used by default. */
  readonly threads: number;
  /** Why there are so many. */
  readonly reason: string;
}

/** More threads than this seldom pay: they share the memory's bandwidth. */
const MOST_THREADS = 16;

/**
 * Looks at the machine: SIMD and threads.
 *
 * @returns What an engine uses unless it is told otherwise.
 * @throws {RangeError} When `HEED_THREADS` or `HEED_SIMD` is not a value it can have.
 *
 * @example
 * ```ts
 * import { describeMachine } from "@heed/engine";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeMachine().threads >= 1, true);
 * ```
 */
export function describeMachine(): EngineMachine {
  const simd = simdMode(files.environment("HEED_SIMD"), "the environment variable HEED_SIMD");
  if (!canShareMemory()) {
    return { simd, threads: 1, reason: "no workers with shared memory here" };
  }
  const wanted = files.environment("HEED_THREADS");
  if (wanted !== undefined) {
    const threads = threadCount(Number(wanted), `HEED_THREADS=${wanted}`);
    return { simd, threads, reason: "the environment variable HEED_THREADS says so" };
  }
  const cores = navigator.hardwareConcurrency ?? 1;
  const threads = Math.min(cores, MOST_THREADS);
  return { simd, threads, reason: `the machine has ${cores} core${cores === 1 ? "" : "s"}` };
}

/** Checks options and fills in what the machine decides. */
export function resolveEngineOptions(options: EngineOptions): ResolvedEngineOptions {
  const { dtype = "int8", keepCallerFree = false, workerUrl } = options;
  if (dtype !== "int8" && dtype !== "fp32") {
    throw new RangeError(`Cannot load weights as "${dtype}": it is not one of int8, fp32`);
  }
  const machine = describeMachine();
  const threads = options.threads === undefined
    ? machine.threads
    : threadCount(options.threads, `threads ${options.threads}`);
  const canShare = canShareMemory();
  return {
    dtype,
    shared: canShare && (threads > 1 || keepCallerFree),
    threads: canShare ? threads : 1,
    simd: options.simd === undefined ? machine.simd : simdMode(options.simd, "the option simd"),
    keepCallerFree: keepCallerFree && canShare,
    workerUrl,
  };
}

function threadCount(value: number, what: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw new RangeError(`Cannot use ${what}: it must be an integer from 1 to 256`);
}

/** The mode that is asked for, if this runtime has it; `relaxed` is the best relaxed one. */
function simdMode(wanted: string | undefined, source: string): SimdMode {
  const best = probeSimdMode();
  if (wanted === undefined || wanted === "relaxed" && best !== "plain") return best;
  const possible = best === "plain" ? ["plain"] : ["relaxed", "relaxed-i7", "plain", best];
  if (possible.includes(wanted)) return wanted as SimdMode;
  throw new RangeError(
    `Cannot use SIMD mode "${wanted}" of ${source}: this runtime has ${possible.join(", ")}`,
  );
}
