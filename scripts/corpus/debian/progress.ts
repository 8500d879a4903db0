import type { SingleBar } from "cli-progress";

/** Shows on standard error how far a source is. */
export interface Progress {
  /** Begins to count up to a number of bytes. */
  start(totalBytes: number): void;
  /** Tells how many bytes of packages have been read, and which package is next. */
  update(bytes: number, packageName: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/**
 * Makes a progress bar, or a line now and then where standard error is not a terminal.
 *
 * @param title What is counted.
 * @returns The display.
 */
export async function createProgress(title: string): Promise<Progress> {
  if (!Deno.stderr.isTerminal()) return lines(title);
  const { default: cliProgress } = await import("cli-progress");
  let bar: SingleBar | undefined;
  return {
    start(total) {
      bar?.stop();
      bar = new cliProgress.SingleBar({
        format: `${title} {bar} {value} of {total} MB {package}`,
        clearOnComplete: true,
        hideCursor: true,
        fps: 5,
      }, cliProgress.Presets.shades_classic);
      bar.start(megabytes(total), 0, { package: "" });
    },
    update: (bytes, name) => bar?.update(megabytes(bytes), { package: name }),
    stop: () => bar?.stop(),
  };
}

function lines(title: string): Progress {
  let total = 0;
  let shown = 0;
  return {
    start(bytes) {
      total = bytes;
      shown = 0;
    },
    update(bytes, name) {
      if (bytes < total && Date.now() - shown < 10_000) return;
      shown = Date.now();
      console.error(`${title}: ${megabytes(bytes)} of ${megabytes(total)} MB, at ${name}`);
    },
    stop: () => {},
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}
