import * as tf from "@tensorflow/tfjs";

/** Names of the devices a model can run on; `cpu` is tfjs's plain JavaScript, a reference for tests. */
export type DeviceName = "webgpu" | "wasm" | "cpu";

/** The outcome of {@linkcode selectDevice}. */
export interface Device {
  /** What was chosen; it is tfjs's current backend now. */
  readonly name: DeviceName;
  /** Why, in words for a person. */
  readonly reason: string;
}

/**
 * Chooses the device: WebGPU when a real (not software) adapter answers, else WASM SIMD.
 *
 * @param options `prefer`: `"auto"` (default), or a device by name; `webgpu` by name also takes a
 * software adapter.
 * @returns The device, set as tfjs's backend.
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
export async function selectDevice(
  { prefer = "auto" }: { prefer?: "auto" | DeviceName } = {},
): Promise<Device> {
  if (prefer === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  else await import("@tensorflow/tfjs-backend-wasm");
  const name = prefer === "auto" ? "wasm" : prefer;
  if (!await tf.setBackend(name)) throw new Error(`Cannot start device ${name}`);
  return { name, reason: "asked for" };
}
