/** What an adapter says about itself. */
export interface Adapter {
  /** Whether it computes on the CPU. */
  readonly software: boolean;
  /** Vendor, architecture and description, as far as they are given. */
  readonly info: { vendor?: string; architecture?: string; device?: string; description?: string };
}

/** The parts of WebGPU that are used here; not every runtime's types have them. */
interface Gpu {
  requestAdapter(options?: object): Promise<
    { info?: Adapter["info"] & { isFallbackAdapter?: boolean }; isFallbackAdapter?: boolean } | null
  >;
}

/** Names that software implementations go by, for runtimes that do not flag them. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;

/**
 * Asks for the adapter that tfjs will get.
 *
 * @returns The adapter, or why there is none.
 */
export async function requestAdapter(): Promise<{ adapter?: Adapter; failure: string }> {
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

/** One line about an adapter. */
export function describeAdapter({ software, info }: Adapter): string {
  const parts = [info.description || info.device, info.vendor, info.architecture].filter(Boolean);
  return `${parts.join(", ") || "unnamed adapter"}${software ? " (software)" : ""}`;
}

const watched = new WeakSet<object>();

/**
 * Turns errors that WebGPU reports beside the calls that cause them (a shader that does not compile,
 * a buffer too large) into exceptions of the next read of a tensor. Without it the tensor would be
 * full of zeros and nobody would know.
 *
 * @param backend tfjs's WebGPU backend; watching it twice is fine.
 */
export function watchErrors(backend: object): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const { device, read } = backend as {
    device: WatchedDevice;
    read(dataId: object): Promise<unknown>;
  };
  let failure: string | undefined, lost = false;
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    failure ??= (event as Event & { error?: Error }).error?.message ?? "unknown error";
  });
  device.lost.then(({ message }) => {
    lost = true;
    failure = `the device was lost (${message || "no reason given"})`;
  });
  // Mistakes in shaders and calls go to a scope, which answers in order; an event comes when it likes.
  device.pushErrorScope("validation");
  Object.assign(backend, {
    async read(dataId: object): Promise<unknown> {
      const values = await read.call(backend, dataId);
      if (!lost) {
        const scope = device.popErrorScope();
        device.pushErrorScope("validation");
        const error = await scope;
        if (error) failure ??= error.message;
      }
      if (failure !== undefined) {
        const message = failure;
        if (!lost) failure = undefined;
        throw new Error(`Cannot read from the WebGPU device: ${message}`);
      }
      return values;
    },
  });
}

/** The parts of a WebGPU device that report errors. */
interface WatchedDevice extends EventTarget {
  readonly lost: Promise<{ message: string }>;
  pushErrorScope(filter: "validation"): void;
  popErrorScope(): Promise<{ message: string } | null>;
}
