/**
 * Asks for a graphics adapter without loading tfjs, so that a program can find out where to run a
 * model before it loads what runs it.
 *
 * @example
 * ```ts
 * import { describeAdapter, requestAdapter } from "@heed/nn/adapter";
 * import { assertNotEquals } from "@std/assert";
 *
 * const { adapter, failure } = await requestAdapter();
 * const told = adapter ? describeAdapter(adapter) : failure;
 * assertNotEquals(told, ""); // such as "WebGPU finds no adapter"
 * ```
 *
 * @module
 */

/** What an adapter says about itself. */
export interface Adapter {
  /** Whether it computes on the CPU. */
  readonly software: boolean;
  /** Vendor, architecture and description, as far as they are given. */
  readonly info: {
    /** Such as `nvidia`. */
    readonly vendor?: string;
    /** Family of the chip. */
    readonly architecture?: string;
    /** The vendor's name of the device. */
    readonly device?: string;
    /** The driver's description. */
    readonly description?: string;
  };
}

/** The parts of WebGPU that are used here; not every runtime's types have them. */
interface Gpu {
  requestAdapter(options?: object): Promise<
    { info?: Adapter["info"] & { isFallbackAdapter?: boolean }; isFallbackAdapter?: boolean } | null
  >;
}

/** Names that software implementations go by, for runtimes that do not flag them. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** Outcome of {@linkcode requestAdapter}. */
export interface AdapterAnswer {
  /** The adapter; undefined when there is none. */
  readonly adapter?: Adapter;
  /** Why there is none; empty when there is one. */
  readonly failure: string;
}

/**
 * Asks for the adapter that tfjs will get. Deno loads the graphics drivers meanwhile without
 * yielding, which takes some 40 to 300 ms: start what can run beside it before.
 *
 * @returns The adapter, or why there is none.
 *
 * @example
 * ```ts
 * import { requestAdapter } from "@heed/nn/adapter";
 * import { assertEquals } from "@std/assert";
 *
 * const { adapter, failure } = await requestAdapter();
 * assertEquals(failure === "", adapter !== undefined);
 * ```
 */
export async function requestAdapter(): Promise<AdapterAnswer> {
  const gpu = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
  if (!gpu) return { failure: "this runtime has no WebGPU (navigator.gpu)" };
  try {
    const found = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!found) return { failure: "WebGPU finds no adapter" };
    const info = found.info ?? {};
    const software = Boolean(info.isFallbackAdapter ?? found.isFallbackAdapter) ||
      SOFTWARE.test(`${info.device} ${info.description} ${info.architecture}`);
    return { adapter: { software, info }, failure: "" };
  } catch (error) {
    return { failure: `WebGPU does not answer (${(error as Error).message})` };
  }
}

/**
 * Describes an adapter to a person.
 *
 * @param adapter What {@linkcode requestAdapter} found.
 * @returns One line.
 *
 * @example
 * ```ts
 * import { describeAdapter } from "@heed/nn/adapter";
 * import { assertEquals } from "@std/assert";
 *
 * const info = { description: "llvmpipe", vendor: "Mesa" };
 * assertEquals(describeAdapter({ software: true, info }), "llvmpipe, Mesa (software)");
 * ```
 */
export function describeAdapter({ software, info }: Adapter): string {
  const parts = [info.description || info.device, info.vendor, info.architecture].filter(Boolean);
  return `${parts.join(", ") || "unnamed adapter"}${software ? " (software)" : ""}`;
}

/** Where to compute when nobody names a device. */
export interface AutomaticDevice {
  /** WebGPU on a real GPU, else WASM. */
  readonly device: "webgpu" | "wasm";
  /** Why, in one line for a person. */
  readonly reason: string;
}

/**
 * Chooses the device that is the fastest here, as far as the adapter tells: a software adapter is slower
 * than WASM.
 *
 * @param answer What {@linkcode requestAdapter} found.
 * @returns The device, and why.
 *
 * @example
 * ```ts
 * import { automaticDevice } from "@heed/nn/adapter";
 * import { assertEquals } from "@std/assert";
 *
 * const software = { adapter: { software: true, info: {} }, failure: "" };
 * assertEquals(automaticDevice(software).device, "wasm");
 * ```
 */
export function automaticDevice({ adapter, failure }: AdapterAnswer): AutomaticDevice {
  if (adapter === undefined) return { device: "wasm", reason: failure };
  if (adapter.software) {
    return { device: "wasm", reason: "the only WebGPU adapter is software, which is slower" };
  }
  return { device: "webgpu", reason: "a graphics adapter answers" };
}
