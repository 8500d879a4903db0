/** Milliseconds of computing after which other tasks of the thread get their turn. */
const INTERVAL = 8;

let lastPause = 0;

/**
 * Lets timers, requests and cancellations of this thread run, if it has been computing for a while. A message
 * channel is used because timers wait for a millisecond or more.
 *
 * @returns Nothing, or a promise to wait for.
 */
export function pauseIfDue(): Promise<void> | undefined {
  const now = performance.now();
  if (now - lastPause < INTERVAL) return undefined;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      lastPause = performance.now();
      resolve();
    };
    port2.postMessage(null);
  });
}
