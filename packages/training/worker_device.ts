import type { Device, SelectDeviceOptions } from "@heed/nn";
import { sharingProblem } from "./parallel/exchange.ts";

/**
 * The caller's device for one of so many threads that train together: a native library has its share of the cores.
 *
 * @param device Where the caller's model runs.
 * @param workers How many threads compute.
 * @returns What each of them selects.
 *
 * @example
 * ```ts
 * import { workerDevice } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const { prefer, blas } = workerDevice({ name: "wasm", reason: "asked for" }, 2);
 * assertEquals([prefer, blas], ["wasm", "off"]);
 * ```
 */
export function workerDevice({ name, simd, blas }: Device, workers: number): SelectDeviceOptions {
  const device = { prefer: name, simd };
  if (!blas) return { ...device, blas: "off" };
  const blasThreads = Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
  return { ...device, blas: blas.library, blasThreads };
}

/**
 * Why a model on a device cannot be trained by several threads.
 *
 * @param device Where it runs.
 * @returns The reason for a person; undefined where it can.
 *
 * @example
 * ```ts
 * import { workersProblem } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(workersProblem({ name: "wasm" }), undefined);
 * assertEquals(workersProblem({ name: "webgpu" })?.includes("one device"), true);
 * ```
 */
export function workersProblem({ name }: Pick<Device, "name">): string | undefined {
  if (name === "webgpu") return "WebGPU is one device, which one thread keeps busy";
  return sharingProblem();
}
