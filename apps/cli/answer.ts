/** Reads a line from the terminal, and no more, so that the rest is there for who reads on. */
export async function readAnswer(signal: AbortSignal): Promise<string> {
  const interrupted = Promise.withResolvers<never>();
  const stop = () => interrupted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const bytes: number[] = [];
    const one = new Uint8Array(1);
    for (;;) {
      signal.throwIfAborted();
      const count = await Promise.race([Deno.stdin.read(one), interrupted.promise]);
      if (count === null || one[0] === 10) break;
      bytes.push(one[0]);
    }
    return new TextDecoder().decode(new Uint8Array(bytes)).trim();
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
