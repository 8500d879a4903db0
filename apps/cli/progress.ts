import type { Host } from "./host.ts";

/** A line that shows how far a command is; does nothing unless standard error is a terminal. */
export interface Progress extends Disposable {
  /** Tells how much is done now, and what to show beside the bar. */
  update(done: number, note?: string): void;
}

/** Options of {@linkcode startProgress}. */
export interface ProgressOptions {
  /** Amount at which all is done; undefined when nobody knows, as for standard input. */
  readonly total?: number;
  /** What is counted, such as `lines`. */
  readonly unit: string;
  /** Whether results appear on the same terminal meanwhile, which a bar would disturb. */
  readonly sharesTerminal?: boolean;
}

/** Starts to show progress on standard error. */
export async function startProgress(
  host: Host,
  { total, unit, sharesTerminal = false }: ProgressOptions,
): Promise<Progress> {
  if (!host.stderrIsTerminal || sharesTerminal) {
    return { update: () => {}, [Symbol.dispose]: () => {} };
  }
  if (total === undefined) return counter(host, unit);
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}% {note} {eta_formatted} left",
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    fps: 5,
  }, cliProgress.Presets.shades_classic);
  bar.start(total, 0, { note: "" });
  return {
    update: (done, note = "") => bar.update(Math.min(done, total), { note }),
    [Symbol.dispose]: () => bar.stop(),
  };
}

/** Counts where the end is not known. */
function counter(host: Host, unit: string): Progress {
  let shown = 0;
  return {
    update(done, note = "") {
      if (Date.now() - shown < 200) return;
      shown = Date.now();
      host.writeError(`\r\x1b[K${done} ${unit} ${note}`);
    },
    [Symbol.dispose]: () => host.writeError("\r\x1b[K"),
  };
}
