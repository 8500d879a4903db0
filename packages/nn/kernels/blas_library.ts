import { files } from "@heed/checkpoint";
import { ffi, type NativeFunction, type NativeLibrary } from "@heed/checkpoint/ffi";

/** `cblas_sgemm` of a library: C = A B + beta C in rows, addresses as views of the heap. */
export type Sgemm = (
  ...args: [
    order: number,
    transposeA: number,
    transposeB: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Uint8Array<ArrayBuffer>,
    lda: number,
    b: Uint8Array<ArrayBuffer>,
    ldb: number,
    beta: number,
    c: Uint8Array<ArrayBuffer>,
    ldc: number,
  ]
) => void;

/** An opened BLAS. */
export interface BlasLibrary {
  /** Path, or name that the operating system looks for. */
  readonly name: string;
  /** Its matrix product. */
  readonly sgemm: Sgemm;
  /** Has products use at most so many threads; the number that they use then. */
  readonly setThreads: (threads: number) => number | undefined;
  /** The processor that it computes for, where it says so. */
  readonly target?: string;
}

/** Names to try, the likeliest first: where several are installed, the first that works is taken. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "libopenblasp.so.0", // Fedora's with threads; its libopenblas.so.0 has none
    "libopenblas.so.0",
    "libopenblas.so",
    "libmkl_rt.so.2",
    "libmkl_rt.so.1",
    "libmkl_rt.so",
    "libblis.so.4",
    "libblis-mt.so",
    "libblis.so",
  ],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll", "mkl_rt.dll", "libblis.dll"],
};

/** The names by which a BLAS goes on this operating system. */
export function blasNames(): readonly string[] {
  return NAMES[files.platform] ?? [];
}

const SGEMM = [
  ...["i32", "i32", "i32", "i32", "i32", "i32", "f32", "buffer", "i32", "buffer", "i32"] as const,
  ...["f32", "buffer", "i32"] as const,
];

/** Integers are 32 bits wide here, as everywhere but in builds for matrices of over 2^31 numbers. */
const FUNCTIONS: Readonly<Record<string, NativeFunction>> = {
  cblas_sgemm: { parameters: SGEMM, result: "void" },
  openblas_get_config: { parameters: [], result: "text", optional: true },
  openblas_get_corename: { parameters: [], result: "text", optional: true },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  MKL_Set_Num_Threads: { parameters: ["i32"], result: "void", optional: true },
  bli_thread_set_num_threads: { parameters: ["i64"], result: "void", optional: true },
  BLASSetThreading: { parameters: ["i32"], result: "void", optional: true }, // Accelerate, macOS 15
};

/** Outcome of {@linkcode openBlas}. */
export type OpenedBlas =
  | { readonly library: BlasLibrary }
  /** Why there is none, for a person; `absent` where that is because it is not installed. */
  | { readonly library?: undefined; readonly reason: string; readonly absent?: boolean };

/** What is open stays open: a library's threads would have to end before it could be closed. */
const opened = new Map<string, BlasLibrary>();

/**
 * Opens a library, if that is permitted; never asks.
 *
 * @param name Path, or name that the operating system looks for.
 * @returns The library, or why there is none.
 */
export function openBlas(name: string): OpenedBlas {
  const present = opened.get(name);
  if (present) return { library: present };
  if (!ffi) return { reason: "this runtime cannot call native libraries" };
  if (!ffi.permitted(name)) return { reason: "--allow-ffi is not given" };
  let functions: NativeLibrary["functions"];
  try {
    const library = ffi.open(name, FUNCTIONS);
    functions = library.functions;
    // Parameters of 64 bits would be read from registers of which only half is set.
    if (textOf(functions.openblas_get_config)?.includes("USE64BITINT")) {
      library.close();
      return { reason: `${name} takes integers of 64 bits` };
    }
  } catch (error) {
    const message = (error as Error).message.replace(/^(Could not open library: )+/, "");
    if (/symbol.*cblas_sgemm/.test(message)) return { reason: `${name} has no cblas_sgemm` };
    return { reason: `${name} cannot be opened (${message})`, absent: true };
  }
  const target = textOf(functions.openblas_get_corename);
  const library = {
    name,
    sgemm: functions.cblas_sgemm as unknown as Sgemm,
    setThreads: threadSetter(functions),
    target,
  };
  opened.set(name, library);
  return { library };
}

/** Text needs the permission for all libraries, so a library permitted by its path says nothing. */
function textOf(call: NativeLibrary["functions"][string]): string | undefined {
  try {
    return call?.() as string | undefined;
  } catch {
    return undefined;
  }
}

/** What the environment asks for; a program that may not read the variable is not stopped to be asked. */
export function blasVariable(): string | undefined {
  return ffi?.environment("HEED_BLAS");
}

/** Cores that this process may use. */
export function cores(): number {
  // Spelt out, as the types of a worker's navigator lack it.
  const { navigator } = globalThis as { navigator?: { readonly hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? 1;
}

/** undefined: the library would use more threads than it was told. */
function threadSetter(functions: NativeLibrary["functions"]): BlasLibrary["setThreads"] {
  const { openblas_set_num_threads, MKL_Set_Num_Threads, bli_thread_set_num_threads } = functions;
  const { BLASSetThreading } = functions;
  const set = openblas_set_num_threads ?? MKL_Set_Num_Threads;
  return (threads) => {
    if (set) set(threads);
    else if (bli_thread_set_num_threads) bli_thread_set_num_threads(BigInt(threads));
    else if (BLASSetThreading) {
      // Accelerate knows two numbers only: 0, as many as there are cores, and 1, one.
      const all = threads >= cores();
      BLASSetThreading(all ? 0 : 1);
      return all ? cores() : 1;
    } else return threads >= cores() ? cores() : undefined;
    return threads;
  };
}
