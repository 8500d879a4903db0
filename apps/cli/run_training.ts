import type {
  TrainableModel,
  TrainingProgress,
  TrainingResult,
  TrainOptions,
} from "@heed/training";
import type { Device } from "@heed/nn";
import type { Host } from "./host.ts";
import { startProgress } from "./progress.ts";

/** Steps between two lines where there is no terminal. */
const STEPS_PER_LINE = 50;

/** What is trained, and where. */
export interface TrainingCommandRun<Batch, Position> extends TrainOptions<Batch, Position> {
  /** Where it runs. */
  readonly device: Pick<Device, "name" | "reason" | "blas" | "blasReason">;
  /** What a batch is counted in; default examples. */
  readonly unit?: "tokens" | "examples";
}

/** How a run ended, for a person and for a program. */
export interface TrainingEnding {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Trains with progress on standard error; an interruption is saved and thrown. */
export async function runTraining<Batch, Position>(
  model: TrainableModel<Batch>,
  { device, unit = "examples", ...run }: TrainingCommandRun<Batch, Position>,
  host: Host,
): Promise<TrainingEnding> {
  const { train } = await import("@heed/training");
  const { name, reason, blas, blasReason } = device;
  const workers = run.workers ? ` with ${run.workers.workers} workers` : "";
  const products = blas
    ? `; products by ${blas.library}`
    : blasReason && `; no BLAS: ${blasReason}`;
  host.writeError(`Training on ${name}${workers}: ${reason}${products ?? ""}\n`);
  using progress = await startProgress(host, { total: run.config.steps, unit: "steps" });
  const result = await train(model, {
    ...run,
    signal: host.signal,
    onProgress(at) {
      const figures = figuresOf(at, unit);
      progress.update(at.step, figures);
      if (!host.stderrIsTerminal && at.step % STEPS_PER_LINE === 0) {
        host.writeError(`step ${at.step}: ${figures}${timeLeft(at)}\n`);
      }
    },
  });
  progress[Symbol.dispose]();
  if (result.reason === "interrupted") {
    host.writeError(`Saved at step ${result.step}; go on with --resume.\n`);
    throw host.signal.reason;
  }
  return { text: endingText(result, run.config.evaluate?.metric?.name), json: { ...result } };
}

function figuresOf({ loss, tokensPerSecond }: TrainingProgress, unit: string): string {
  const rate = tokensPerSecond.toFixed(unit === "tokens" ? 0 : 1);
  return `loss ${loss.toFixed(3)}, ${rate} ${unit}/s`;
}

function timeLeft({ secondsLeft }: TrainingProgress): string {
  if (secondsLeft === undefined) return "";
  const hours = Math.floor(secondsLeft / 3600);
  const minutes = Math.floor(secondsLeft / 60) % 60;
  const seconds = Math.floor(secondsLeft) % 60;
  return `, ${hours > 0 ? `${hours} h ` : ""}${minutes} min ${seconds} s left`;
}

function endingText({ reason, step, best, model }: TrainingResult, metric = "loss"): string {
  const how = reason === "finished" ? "Finished" : "Stopped early";
  const by = best ? `, best ${metric} ${best.value.toFixed(4)} at step ${best.step}` : "";
  return `${how} after ${step} steps${by}\nThe model is in ${model}\n`;
}
