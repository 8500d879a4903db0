import * as tf from "@tensorflow/tfjs";

/** Buffers that one program may bind, where the adapter has as many; WebGPU promises eight only. */
const WANTED_BUFFERS = 64;

/** The parts of a WebGPU adapter that are used here; not every runtime's types have them. */
interface GpuAdapter {
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number | undefined>>;
  readonly info?: object;
  requestDevice(options: object): Promise<object>;
}

/**
 * Loads tfjs's WebGPU backend, on a device that lets a program bind more buffers than the eight that
 * tfjs asks for: the optimiser then steps many weights in one dispatch. A backend that is running
 * already stays as it is.
 */
export async function registerWebGpu(): Promise<void> {
  await import("@tensorflow/tfjs-backend-webgpu");
  const isOurs = tf.findBackendFactory("webgpu") === startBackend;
  if (isOurs || "webgpu" in tf.engine().registry) return;
  tf.removeBackend("webgpu"); // only its factory, which loading the module registered
  tf.registerBackend("webgpu", startBackend, 3);
}

async function startBackend(): Promise<tf.KernelBackend> {
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const { gpu } = navigator as unknown as {
    gpu: { requestAdapter(options: object): Promise<GpuAdapter> };
  };
  const lowPower = tf.env().getBool("WEBGPU_USE_LOW_POWER_GPU");
  const powerPreference = lowPower ? "low-power" : "high-performance";
  const adapter = await gpu.requestAdapter({ powerPreference });
  const device = await adapter.requestDevice({
    requiredFeatures: ["timestamp-query", "bgra8unorm-storage"]
      .filter((feature) => adapter.features.has(feature)),
    requiredLimits: requiredLimits(adapter.limits),
  });
  return new WebGPUBackend(device as never, adapter.info as never);
}

/** What tfjs asks for, all that the adapter has, and more buffers. */
function requiredLimits(limits: GpuAdapter["limits"]): Record<string, number> {
  const all = [
    "maxComputeWorkgroupStorageSize",
    "maxComputeWorkgroupsPerDimension",
    "maxStorageBufferBindingSize",
    "maxBufferSize",
    "maxComputeWorkgroupSizeX",
    "maxComputeInvocationsPerWorkgroup",
  ].map((name): [string, number | undefined] => [name, limits[name]]);
  const buffers = Math.min(WANTED_BUFFERS, limits.maxStorageBuffersPerShaderStage ?? 8);
  return Object.fromEntries(
    [...all, ["maxStorageBuffersPerShaderStage", buffers]].filter(([, value]) => value),
  );
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
