/** Limits of {@linkcode collectWindows}. */
export interface WindowLimits<T> {
  /** Most items in a window. The first ones are smaller, so that results begin to come soon. */
  readonly maxItems: number;
  /** Size at which a window is full; the item that reaches it is the last. */
  readonly maxSize: number;
  /** Size of an item. */
  readonly sizeOf: (item: T) => number;
  /** Milliseconds to wait for further items once there is one. */
  readonly patience: number;
}

/** Most items in the first window; it doubles with every full one. */
const firstWindow = 32;

/**
 * Collects items as they arrive, so that a quick source is taken in large portions and a slow one, such as a
 * person at a keyboard, is served at once. Reads no further ahead than the window and one item.
 */
export async function* collectWindows<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { maxItems, maxSize, sizeOf, patience }: WindowLimits<T>,
): AsyncGenerator<T[]> {
  const iterator = iterate(items);
  let limit = Math.min(firstWindow, maxItems);
  let pending: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      const first = await (pending ?? iterator.next());
      pending = undefined;
      if (first.done) return;
      const window = [first.value];
      let size = sizeOf(first.value);
      const timer = startTimer(patience);
      try {
        while (window.length < limit && size < maxSize) {
          pending = iterator.next();
          // Of a source that fails, what came before is passed on first: the loop meets the error again.
          const next = await Promise.race([pending, timer.elapsed]).catch(() => undefined);
          if (next === undefined || next.done) break;
          pending = undefined;
          window.push(next.value);
          size += sizeOf(next.value);
        }
      } finally {
        timer.stop();
      }
      yield window;
      if (window.length === limit) limit = Math.min(2 * limit, maxItems);
    }
  } finally {
    // A source that is being waited for, such as a terminal, would not answer: do not wait for it again.
    pending?.catch(() => {});
    const returned = iterator.return(undefined);
    if (pending === undefined) await returned;
    else returned.catch(() => {});
  }
}

async function* iterate<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function startTimer(milliseconds: number): { elapsed: Promise<undefined>; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return { elapsed, stop: () => clearTimeout(timer) };
}
