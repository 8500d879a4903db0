import type { Host } from "./host.ts";

/** Warnings of one kind that a command gives line by line: ten, and at the end how many more. */
export interface Warnings extends Disposable {
  /** Gives one. */
  add(text: string): void;
}

const SHOWN = 10;

/** Starts to count the warnings of a command. */
export function startWarnings({ writeError }: Pick<Host, "writeError">): Warnings {
  let count = 0;
  return {
    add(text) {
      if (++count <= SHOWN) writeError(`heed: ${text}\n`);
    },
    [Symbol.dispose]() {
      const more = count - SHOWN;
      if (more > 0) {
        writeError(`heed: and ${more} more ${more === 1 ? "line" : "lines"} like these\n`);
      }
    },
  };
}
