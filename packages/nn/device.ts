import * as tf from "@tensorflow/tfjs";
import { files } from "@heed/checkpoint";
import { type Blas, useBlas } from "./kernels/blas.ts";
import { blasVariable, cores } from "./kernels/blas_library.ts";
import { installKernels } from "./kernels/install.ts";
import { probeSimd } from "./kernels/kernel_module.ts";
import { automaticDevice, describeAdapter, requestAdapter } from "./adapter.ts";
import { registerWebGpu, watchErrors } from "./_webgpu.ts";
import { limitPool } from "./webgpu/buffer_pool.ts";
import type { WebGpuBackend } from "./webgpu/gpu.ts";
import { installGpuKernels } from "./webgpu/install.ts";

/** Names of the devices a model can run on; `cpu` is tfjs's plain JavaScript, a reference for tests. */
export type DeviceName = "webgpu" | "wasm" | "cpu";

/** The outcome of {@linkcode selectDevice}. */
export interface Device {
  /** What was chosen; it is tfjs's current backend now. */
  readonly name: DeviceName;
  /** Why, in one line for a person. */
  readonly reason: string;
  /** The graphics adapter, on WebGPU. */
  readonly adapter?: string;
  /** Which instructions our kernels use, on WASM: fused multiply-adds, or plain SIMD. */
  readonly simd?: "relaxed" | "plain";
  /** The native library that computes large matrix products, on WASM; undefined where there is none. */
  readonly blas?: Blas;
  /** Why there is one or none, on WASM. */
  readonly blasReason?: string;
}

export type { Blas };

/** Options of {@linkcode selectDevice}. */
export interface SelectDeviceOptions {
  /**
   * A device by name, or `"auto"` (default): the environment variable `HEED_DEVICE` if it is set, else
   * WebGPU when a real adapter answers, else WASM. `webgpu` by name also takes a software adapter.
   */
  readonly prefer?: "auto" | DeviceName;
  /**
   * Instructions of the WASM kernels; default: the environment variable `HEED_SIMD` if it is set, else
   * the best that the runtime has.
   */
  readonly simd?: "relaxed" | "plain";
  /**
   * Native library for large matrix products on WASM: `"auto"` for a known one that is installed and
   * faster than the kernels, `"off"`, or a path or name; default: the environment variable `HEED_BLAS`
   * if it is set, else `"auto"`. One that may not be loaded (Deno's `--allow-ffi`), is not there or does
   * not compute what the kernels do is passed over; `blasReason` of the device says so.
   */
  readonly blas?: string;
  /**
   * Threads that the library may use; default: the machine's cores. Of several workers, each must have
   * its share.
   */
  readonly blasThreads?: number;
}

/** What the WASM device is started with. */
type WasmOptions = Omit<SelectDeviceOptions, "prefer">;

const NAMES: readonly string[] = ["webgpu", "wasm", "cpu"];

/**
 * Chooses the device that everything runs on, and puts our kernels on it.
 *
 * In a browser the `.wasm` file of tfjs has to be found first: call `setWasmPaths` of
 * `@tensorflow/tfjs-backend-wasm` before, unless it lies beside the script.
 *
 * @param options What to prefer; calling again with other options changes the device.
 * @returns The device, set as tfjs's backend.
 * @throws {RangeError} For an unknown name.
 * @throws {Error} When the device asked for cannot be had; the message says why.
 *
 * @example
 * ```ts
 * import { selectDevice } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const device = await selectDevice({ prefer: "wasm" });
 * assertEquals(device.name, "wasm");
 * ```
 */
export async function selectDevice(options: SelectDeviceOptions = {}): Promise<Device> {
  const { prefer = "auto", ...wasm } = options;
  if (prefer !== "auto") return await startDevice(prefer, "asked for by name", wasm);
  const wanted = files.environment("HEED_DEVICE");
  if (wanted && wanted !== "auto") {
    return await startDevice(wanted, "the environment variable HEED_DEVICE names it", wasm);
  }
  const { device, reason } = automaticDevice(await requestAdapter());
  if (device === "wasm") return await startDevice("wasm", reason, wasm);
  try {
    return await startDevice("webgpu", reason, wasm);
  } catch (error) {
    return await startDevice("wasm", `WebGPU does not start (${(error as Error).message})`, wasm);
  }
}

async function startDevice(name: string, reason: string, wasm: WasmOptions): Promise<Device> {
  switch (name) {
    case "webgpu":
      return await startWebGpu(reason);
    case "wasm":
      return await startWasm(reason, wasm);
    case "cpu":
      await setBackend("cpu");
      return { name, reason };
    default:
      throw new RangeError(
        `Cannot start device "${name}": it is not one of auto, ${NAMES.join(", ")}`,
      );
  }
}

async function startWebGpu(reason: string): Promise<Device> {
  const { adapter, failure } = await requestAdapter();
  if (!adapter) throw new Error(`Cannot start device webgpu: ${failure}; use wasm instead`);
  await registerWebGpu();
  await setBackend("webgpu");
  watchErrors(tf.backend());
  limitPool((tf.backend() as unknown as WebGpuBackend).bufferManager);
  installGpuKernels();
  return { name: "webgpu", reason, adapter: describeAdapter(adapter) };
}

async function startWasm(reason: string, options: WasmOptions): Promise<Device> {
  // The engine tells kinds of relaxed SIMD apart, such as relaxed-u8; they are one to these kernels.
  const variable = files.environment("HEED_SIMD")?.replace(/-(u8|s8|i7)$/, "");
  const simd = options.simd ?? variable ?? probeSimd();
  if (simd !== "relaxed" && simd !== "plain") {
    throw new RangeError(`Cannot use SIMD variant "${simd}": it is not one of relaxed, plain`);
  }
  if (simd === "relaxed" && probeSimd() !== "relaxed") {
    throw new Error("Cannot use relaxed SIMD: this runtime does not have it; use plain");
  }
  const { blas: wanted = blasVariable() ?? "auto", blasThreads = cores() } = options;
  if (!Number.isInteger(blasThreads) || blasThreads < 1) {
    throw new RangeError(`Cannot give a BLAS ${blasThreads} threads: must be a positive integer`);
  }
  await import("@tensorflow/tfjs-backend-wasm");
  // Our kernels are compiled for memory that is not shared; isolated pages would get tfjs's threaded build.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await setBackend("wasm");
  const heap = await installKernels(simd);
  const threads = Math.min(blasThreads, cores());
  const { blas, reason: blasReason } = useBlas(heap, { wanted, threads });
  return { name: "wasm", reason, simd, blas, blasReason };
}

/** tfjs reports a backend that does not start by `false`, and the cause on the console only. */
async function setBackend(name: DeviceName): Promise<void> {
  let started: boolean;
  try {
    started = await tf.setBackend(name);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`Cannot start device ${name}: ${message}`, { cause });
  }
  if (!started) {
    const advice = name === "wasm"
      ? "its .wasm file may not be readable (in a browser, call setWasmPaths first)"
      : "the console says more";
    throw new Error(`Cannot start device ${name}: tfjs could not set it up; ${advice}`);
  }
}
