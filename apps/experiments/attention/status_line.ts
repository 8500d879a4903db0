import type { StageProgress } from "./experiment.ts";

/** What a person sees while the experiment runs. */
export interface StatusLine extends Disposable {
  /** Shows how far a stage is: on one line of a terminal, else on a line from time to time. */
  readonly progress: (progress: StageProgress) => void;
  /** Says something that stays. */
  readonly message: (text: string) => void;
}

const SECONDS_BETWEEN_LINES = 30;
const SECONDS_BETWEEN_CHANGES = 0.2;

/** Starts to write to a terminal or a file. */
export function startStatusLine(
  write: (text: string) => void,
  isTerminal: boolean = Deno.stderr.isTerminal(),
): StatusLine {
  let shown = -Infinity, stage = "", begun = 0, first = 0;
  const clear = isTerminal ? "\r\x1b[K" : "";
  return {
    progress(at) {
      const now = performance.now() / 1000;
      if (at.stage !== stage) [stage, begun, first, shown] = [at.stage, now, at.done, -Infinity];
      const pause = isTerminal ? SECONDS_BETWEEN_CHANGES : SECONDS_BETWEEN_LINES;
      if (now - shown < pause && at.done < at.total) return;
      shown = now;
      const pace = (now - begun) / Math.max(1, at.done - first);
      const left = at.done > first && at.done < at.total
        ? `, ${Math.ceil(pace * (at.total - at.done))} s left`
        : "";
      const ending = isTerminal ? "" : "\n";
      write(`${clear}${at.stage}: ${at.done}/${at.total}, ${at.note}${left}${ending}`);
    },
    message: (text) => write(`${clear}${text}\n`),
    [Symbol.dispose]: () => write(clear),
  };
}

/** A signal that the first Ctrl-C aborts; the second ends the process at once. */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) {
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(130);
      controller.abort(new Error(`Interrupted by ${name}`));
    });
  }
  return controller.signal;
}
