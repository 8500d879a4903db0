import type { EngineDType, Machine } from "./decide_runtime.ts";

/** What the engine is loaded with; what is left out is the engine's to choose. */
export interface EngineOptions {
  readonly dtype?: EngineDType;
  readonly threads?: number;
  readonly simd?: SimdMode;
}

const simdModes = ["auto", "relaxed-u8", "relaxed-s8", "relaxed-i7", "plain"] as const;
type SimdMode = typeof simdModes[number];

/**
 * Reads what the engine is loaded with: the options, then HEED_THREADS and HEED_SIMD.
 *
 * @throws {RangeError} When a number of threads is no positive integer, or a mode is not known.
 */
export function engineOptions(
  { dtype, threads }: { dtype?: EngineDType; threads?: number },
  { environment }: Pick<Machine, "environment">,
): EngineOptions {
  return {
    ...(dtype && { dtype }),
    ...threadsFrom(threads, environment("HEED_THREADS")),
    simd: simdFrom(environment("HEED_SIMD") ?? "auto"),
  };
}

function threadsFrom(threads: number | undefined, variable: string | undefined) {
  if (threads === undefined && variable === undefined) return {};
  const count = threads ?? (/^\+?\d+$/.test(variable!) ? Number(variable) : NaN);
  if (Number.isSafeInteger(count) && count > 0) return { threads: count };
  const shown = threads === undefined ? `"${variable}" of HEED_THREADS` : threads;
  throw new RangeError(`Cannot compute on ${shown} threads: give a positive integer`);
}

function simdFrom(name: string): SimdMode {
  // To tfjs's kernels all kinds of relaxed SIMD are one; the engine takes the one that is exact here.
  const mode = simdModes.find((mode) => mode === (name === "relaxed" ? "auto" : name));
  if (mode !== undefined) return mode;
  throw new RangeError(
    `Cannot use SIMD variant "${name}" of HEED_SIMD: it is not one of ${
      [...simdModes, "relaxed"].join(", ")
    }`,
  );
}
