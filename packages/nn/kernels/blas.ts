import { agreesWithKernels, speedBesideKernels } from "./blas_check.ts";
import { type BlasLibrary, blasNames, openBlas } from "./blas_library.ts";
import { blasProduct } from "./blas_product.ts";
import type { Heap } from "./heap.ts";

/** The library that computes large matrix products. */
export interface Blas {
  /** Its path, or the name that the operating system found it by. */
  readonly library: string;
  /** Threads that a product uses. */
  readonly threads: number;
}

/** Outcome of {@linkcode useBlas}. */
export interface BlasChoice {
  /** The library; undefined where the kernels compute all products. */
  readonly blas?: Blas;
  /** Why, for a person. */
  readonly reason: string;
}

/** A library that is not at least so many times as fast as the kernels is no gain. */
const LEAST_SPEED = 1.1;

/**
 * Sends large matrix products to a native library, where there is one that may be loaded and computes what
 * the kernels do; else all stay with the kernels.
 *
 * @param heap The heap of the kernels.
 * @param options `wanted`: `"auto"` for the first that is found and faster, `"off"`, or a library by path
 * or name, which is taken however fast it is; `threads`: how many a product may use at most.
 * @returns What was chosen, and why.
 */
export function useBlas(
  heap: Heap,
  { wanted, threads }: { readonly wanted: string; readonly threads: number },
): BlasChoice {
  const { library, used, reason } = wanted === "off"
    ? { reason: "it is turned off" }
    : wanted === "auto"
    ? findLibrary(heap, threads)
    : tryLibrary(heap, { name: wanted, threads });
  heap.useProduct(library && blasProduct(heap, library));
  return library ? { blas: { library: library.name, threads: used }, reason } : { reason };
}

type Candidate =
  | { readonly library: BlasLibrary; readonly used: number; readonly reason: string }
  | {
    readonly library?: undefined;
    readonly used?: undefined;
    readonly reason: string;
    readonly absent?: boolean;
  };

/** The first that is faster than the kernels. */
function findLibrary(heap: Heap, threads: number): Candidate {
  const names = blasNames();
  let fault: string | undefined;
  for (const name of names) {
    const candidate = tryLibrary(heap, { name, threads });
    if (!candidate.library) {
      if (!candidate.absent) fault ??= candidate.reason;
      continue;
    }
    const { target, setThreads } = candidate.library;
    setThreads(1); // what else runs on the other cores must not decide
    const speed = speedOf(heap, candidate.library);
    setThreads(threads);
    if (speed >= LEAST_SPEED) return { ...candidate, reason: "the first that is installed" };
    fault ??= `${name}${target ? `, with its code for ${target},` : ""} is ${speed.toFixed(1)} ` +
      "times as fast as the kernels" +
      (target ? "; where that is not the processor, OPENBLAS_CORETYPE names a better one" : "");
  }
  if (fault !== undefined) return { reason: fault };
  const tried = names.map((name) => name.replace(/.*\//, "")).join(", ");
  return {
    reason: tried ? `none is installed (tried ${tried})` : "none is known for this platform",
  };
}

/** A library that is there and right. */
function tryLibrary(
  heap: Heap,
  { name, threads }: { readonly name: string; readonly threads: number },
): Candidate {
  const found = openBlas(name);
  if (!found.library) return found;
  const { library } = found, used = library.setThreads(threads);
  if (used === undefined) {
    return { reason: `${name} cannot be told to use no more than ${threads} of the cores` };
  }
  if (!isRight(heap, library)) return { reason: `${name} computes something else` };
  return { library, used, reason: "asked for by name" };
}

/** What was found out about libraries: once in a process, so that a choice does not change in it. */
const right = new Map<BlasLibrary, boolean>(), speeds = new Map<BlasLibrary, number>();

function isRight(heap: Heap, library: BlasLibrary): boolean {
  return remember(right, library, () => agreesWithKernels(heap, library.sgemm));
}

function speedOf(heap: Heap, library: BlasLibrary): number {
  return remember(speeds, library, () => speedBesideKernels(heap, library.sgemm));
}

function remember<T>(known: Map<BlasLibrary, T>, library: BlasLibrary, find: () => T): T {
  const present = known.get(library);
  if (present !== undefined) return present;
  const value = find();
  known.set(library, value);
  return value;
}
