/**
 * How a package that lives in a registry reaches its worker: the test's model for the real ones.
 *
 * The file is named twice. `new Worker` takes its URL relative to this module, which Deno fetches
 * like any module, but does not follow when it collects a program's modules. The literal `import`
 * puts it, and what it imports, into the module graph: `deno install`, `deno cache` and type checks
 * see it, and it starts offline although it never started before. The import is real: it is the way
 * where there are no workers.
 *
 * @module
 */
export interface Squarer {
  /** Squares a number, beside the calling thread where that can be. */
  square(value: number): Promise<number>;
  /** Says where the squaring happens. */
  readonly place: "worker" | "same thread";
  /** Ends the worker. */
  close(): void;
}

/**
 * Starts a squarer.
 *
 * @param options `worker: false` keeps the work on the calling thread.
 * @returns The running squarer.
 */
export async function startSquarer(options: { worker?: boolean } = {}): Promise<Squarer> {
  if (options.worker === false || typeof Worker === "undefined") {
    const { square } = await import("./worker.ts");
    return {
      square: (value) => Promise.resolve(square(value)),
      place: "same thread",
      close: () => {},
    };
  }
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return {
    square: (value) =>
      new Promise((resolve, reject) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`Cannot start the worker: ${event.message}`));
        };
        worker.postMessage(value);
      }),
    place: "worker",
    close: () => worker.terminate(),
  };
}
