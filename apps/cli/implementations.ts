import type { Device } from "@heed/nn";
import type { Runtime, TranslatorDevice } from "@heed/translation";
import type { Host } from "./host.ts";
import type { RuntimeOptions } from "./options.ts";

/** Something that can run models, and what was found out about it here. */
export interface Implementation extends Pick<Runtime, "engine" | "device"> {
  readonly works: boolean;
  /** What it computes with, or why it does not work. */
  readonly detail: string;
  /** Which SIMD instructions it uses, on WASM. */
  readonly simd?: string;
  /** The native library that computes large matrix products, where one does. */
  readonly blas?: Device["blas"];
  /** Why there is one or none, for tfjs on WASM. */
  readonly blasReason?: string;
  /** Threads that the engine computes on. */
  readonly threads?: number;
  /** Whether this runtime has what the engine needs for more than one thread. */
  readonly sharedArrayBuffer?: boolean;
  readonly worker?: boolean;
}

/** Tries everything that can run models: the engine with a shipped model, tfjs on its own. */
export async function findImplementations(
  host: Host,
  options: RuntimeOptions,
): Promise<Implementation[]> {
  return [await tryEngine(host, options), await tryTfjs("webgpu"), await tryTfjs("wasm")];
}

async function tryEngine(
  host: Host,
  { dtype, threads: wanted }: RuntimeOptions,
): Promise<Implementation> {
  const sharedArrayBuffer = typeof SharedArrayBuffer === "function";
  const worker = typeof Worker === "function";
  const here = { engine: "engine", device: "wasm" } as const;
  const presence = { sharedArrayBuffer, worker };
  try {
    const { describeMachine } = await import("@heed/engine");
    const { shippedModels } = await import("@heed/translation");
    const why = wanted === undefined ? describeMachine().reason : "asked for by --threads";
    using translator = await host.loadTranslator(await shippedModels[0].assets(), {
      device: "wasm",
      dtype,
      threads: wanted,
    });
    const found: Partial<TranslatorDevice> = translator.device ?? {};
    if (found.engine !== "engine") {
      return { ...here, works: false, detail: found.reason ?? "", ...presence };
    }
    const { dtype: numbers, simd, threads = 1 } = found;
    const parts = [
      `${simd} SIMD instructions`,
      `${numbers}`,
      `${threads} ${threads === 1 ? "thread" : "threads"} (${why})`,
      `${sharedArrayBuffer ? "with" : "without"} SharedArrayBuffer`,
      `${worker ? "with" : "without"} Worker`,
    ];
    return { ...here, works: true, detail: parts.join(", "), simd, threads, ...presence };
  } catch (error) {
    return { ...here, works: false, detail: (error as Error).message, ...presence };
  }
}

async function tryTfjs(device: "webgpu" | "wasm"): Promise<Implementation> {
  const here = { engine: "tfjs", device } as const;
  const { selectDevice } = await import("@heed/nn");
  try {
    const started: Device = await selectDevice({ prefer: device });
    const { adapter, simd, blas, blasReason } = started;
    if (adapter !== undefined) return { ...here, works: true, detail: adapter };
    const detail = `${simd} SIMD instructions, float32, 1 thread, ${products(started)}`;
    return { ...here, works: true, detail, simd, blas, blasReason };
  } catch (error) {
    return { ...here, works: false, detail: (error as Error).message };
  }
}

/** What computes large matrix products on WASM, and why. */
function products({ blas, blasReason }: Pick<Device, "blas" | "blasReason">): string {
  if (!blas) return `no BLAS (${blasReason})`;
  const { library, threads } = blas;
  const on = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  return `products by ${library} on ${on} (${blasReason})`;
}
