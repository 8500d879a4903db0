/** Milliseconds of computing after which other tasks of the thread get their turn. */
const INTERVAL = 8;
/** Of so many pauses one waits for a timer, which takes a millisecond or more. */
const TIMER_EVERY = 10;
/** Timers of a page that nobody sees take a second, and browsers are fair to them by themselves. */
const isPage = "document" in globalThis;

let lastPause = 0, pauses = 0;

/**
 * Lets timers, requests and cancellations of this thread run, if it has been computing for a while. By a message
 * channel, which costs next to nothing; but while messages keep coming Deno may run no timer, so that now and then a
 * timer it is.
 *
 * @returns Nothing, or a promise to wait for.
 */
export function pauseIfDue(): Promise<void> | undefined {
  if (performance.now() - lastPause < INTERVAL) return undefined;
  return new Promise((resolve) => {
    const goOn = () => {
      lastPause = performance.now();
      resolve();
    };
    if (!isPage && ++pauses % TIMER_EVERY === 0) {
      setTimeout(goOn);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      goOn();
    };
    port2.postMessage(null);
  });
}
