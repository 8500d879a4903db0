import * as tf from "@tensorflow/tfjs";

/** Where time went. */
export interface KernelTime {
  readonly kernel: string;
  readonly ms: number;
  readonly calls: number;
}

/**
 * Times every kernel of a backend from now on; one that runs another counts for both.
 *
 * @param backend Name of the backend; one whose kernels are done when they return.
 * @returns The times until the moment it is called, the longest first.
 */
export function profileKernels(backend: string): () => KernelTime[] {
  const times = new Map<string, { ms: number; calls: number }>();
  for (const kernel of tf.getKernelsForBackend(backend)) {
    const { kernelName, kernelFunc } = kernel;
    const timed: typeof kernelFunc = (call) => {
      const start = performance.now();
      const result = kernelFunc(call);
      const entry = times.get(kernelName) ?? { ms: 0, calls: 0 };
      times.set(kernelName, { ms: entry.ms + performance.now() - start, calls: entry.calls + 1 });
      return result;
    };
    tf.unregisterKernel(kernelName, backend);
    tf.registerKernel({ ...kernel, kernelFunc: timed });
  }
  return () =>
    [...times].map(([kernel, entry]) => ({ kernel, ...entry })).sort((a, b) => b.ms - a.ms);
}
