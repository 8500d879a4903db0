/**
 * Waits for work that knows of no signal and writes nothing, and leaves it alone when the signal is aborted. What
 * it gives later is disposed of.
 */
export async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      work.then(
        (late) => (late as Partial<Disposable> | undefined)?.[Symbol.dispose]?.(),
        () => {}, // nobody waits for it
      );
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
