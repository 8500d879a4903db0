import type { Host } from "./host.ts";

/** More warnings of one kind say nothing new. */
const MOST = 10;

/** Warnings about lines of an input: the first ten, and at the end how many more there were. */
export interface LineWarnings extends Disposable {
  /** Says what is wrong with a line. */
  warn(text: string): void;
}

/** Begins to warn. */
export function lineWarnings(host: Pick<Host, "writeError">): LineWarnings {
  let count = 0;
  return {
    warn(text) {
      if (++count <= MOST) host.writeError(`heed: ${text}\n`);
    },
    [Symbol.dispose]() {
      if (count > MOST) host.writeError(`heed: and so for ${count - MOST} more lines\n`);
      count = 0;
    },
  };
}
