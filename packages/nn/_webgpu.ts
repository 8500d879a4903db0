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
