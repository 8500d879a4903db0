import { files, joinPath, lockDirectory } from "@heed/checkpoint";
import type { TrainingBatch } from "./data/batch_source.ts";
import { assertRoomForCheckpoint } from "./_checkpoint_room.ts";
import { addCheckpoint, assertNoRun, type CheckpointEntry, retentionOf } from "./checkpoints.ts";
import { initialEarlyStopping, observe, shouldStop } from "./early_stopping.ts";
import { keepFailedBatch } from "./_failed_batch.ts";
import { completeRun } from "./config/run_schema.ts";
import { writeFinalModel } from "./_final_model.ts";
import { createPace } from "./progress.ts";
import { restoreRun, writeRun } from "./_run_files.ts";
import type { CompleteRunConfig } from "./run_config.ts";
import { learningRateAt } from "./schedule.ts";
import { SoloSteps, type Steps } from "./steps.ts";
import type { Evaluate, TrainingResult, TrainOptions } from "./train_options.ts";
import type { TrainableModel } from "./trainable_model.ts";
import { type LogEntry, openTrainingLog, type TrainingLog } from "./training_log.ts";
import { runIdentity, type TrainingState } from "./_training_state.ts";

const WARNED_LINES = 20;

/**
 * Trains any model on any batches: steps, evaluations, checkpoints, log. In `config.output` it writes
 * - `checkpoints/step-N/`: model, moments and state, all that it takes to go on exactly;
 * - `latest.json`: which of them are complete;
 * - `log.jsonl`: one object a line;
 * - `model/`: the final model;
 * - `failed_batch.json`: the batch whose loss or gradients were not finite, when that stops the run.
 *
 * A run that was killed at any instant and resumed ends with the same weights as an unbroken one, on
 * a device that computes the same twice.
 *
 * @param model The model; its weights are changed, and are those of the final model afterwards.
 * @param options The run, batches, evaluation.
 * @returns How it ended.
 * @throws {Error} When another process trains in the output, or no checkpoint can be written there.
 * @throws {RangeError} When loss or gradients are not finite, naming the step; when the output has a
 * run and `resume` is false; when the configuration does not fit the run to resume.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { train } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const weight: tf.Variable = tf.variable(tf.scalar(0));
 * const model = {
 *   variables: new Map([["weight", weight]]),
 *   loss: (target: number) => ({
 *     lossSum: tf.squaredDifference(weight, target) as tf.Scalar,
 *     tokens: 1,
 *   }),
 *   save: () => Promise.resolve(),
 * };
 * const output = await Deno.makeTempDir();
 * const config = {
 *   optimizer: { learningRate: 0.1 },
 *   schedule: { name: "constant", warmupSteps: 0 },
 *   steps: 3,
 *   output,
 * } as const;
 * async function* batches() {
 *   while (true) yield { batch: 5, epoch: 0, position: 0, examples: "five" };
 * }
 * const result = await train(model, { config, batches });
 * assertEquals(result.reason, "finished");
 * await Deno.remove(output, { recursive: true });
 * ```
 */
export async function train<Batch, Position>(
  model: TrainableModel<Batch>,
  options: TrainOptions<Batch, Position>,
): Promise<TrainingResult> {
  await files.makeDirectory(options.config.output);
  using _lock = options.lock === undefined ? await lockDirectory(options.config.output) : undefined;
  const solo = new SoloSteps(model);
  try {
    return await new Run(model, options.workers ?? solo, options).train();
  } finally {
    solo.dispose();
  }
}

/** One call of train(): what its parts share. */
class Run<Batch, Position> {
  readonly #config: CompleteRunConfig;
  readonly #model: TrainableModel<Batch>;
  readonly #steps: Steps<Batch>;
  readonly #options: TrainOptions<Batch, Position>;
  #log!: TrainingLog;
  #state: TrainingState;
  /** Complete checkpoints, oldest first. */
  #entries: CheckpointEntry[] = [];
  #savedStep?: number;
  /** The last evaluation of this call. */
  #evaluated?: { step: number; value: number };
  #clock = performance.now();

  constructor(
    model: TrainableModel<Batch>,
    steps: Steps<Batch>,
    options: TrainOptions<Batch, Position>,
  ) {
    this.#model = model;
    this.#steps = steps;
    this.#options = options;
    this.#config = completeRun(options.config, { evaluates: options.evaluate !== undefined });
    this.#state = {
      format: 1,
      step: 0,
      epoch: 0,
      tokens: 0,
      seconds: 0,
      earlyStopping: initialEarlyStopping,
      logBytes: 0,
      identity: runIdentity(this.#config),
    };
  }

  async train(): Promise<TrainingResult> {
    await this.#open();
    const reason = await this.#loop();
    const model = reason === "interrupted" ? undefined : await this.#finalModel();
    const { step, tokens, seconds, earlyStopping: { best, bestStep } } = this.#state;
    await this.#log.write({ event: "end", step, reason, tokens, seconds: rounded(seconds) });
    return {
      reason,
      step,
      best: best === undefined ? undefined : { step: bestStep!, value: best },
      model,
    };
  }

  /** Begins a run, or finds the one to go on with. */
  async #open(): Promise<void> {
    const { resume = false, onWarning } = this.#options;
    const config = this.#config, { output } = config;
    if (!resume) await assertNoRun(output);
    const parts = { model: this.#model, steps: this.#steps };
    this.#steps.begin(config);
    const restored = await restoreRun(config, parts, { onWarning });
    if (restored) {
      this.#state = restored.state;
      this.#entries = restored.entries;
      this.#savedStep = restored.state.step;
    }
    await assertRoomForCheckpoint(output, this.#model);
    await this.#steps.shareWeights();
    const { step, logBytes } = this.#state;
    this.#log = await openTrainingLog(joinPath(output, "log.jsonl"), { keepBytes: logBytes });
    const { workers } = this.#steps;
    await this.#log.write({ event: restored ? "resume" : "start", step, workers });
  }

  async #loop(): Promise<TrainingResult["reason"]> {
    const { signal, onProgress } = this.#options;
    const { steps = Infinity, evaluate: { patience }, accumulate } = this.#config;
    const notes: LogEntry[] = [];
    const iterator = this.#batches(notes);
    const pace = createPace({ totalSteps: this.#config.steps });
    try {
      while (true) {
        if (await this.#evaluateAndSave({ ending: false }) === "interrupted") return "interrupted";
        const stopped = shouldStop(this.#state.earlyStopping, patience);
        const group = stopped || this.#state.step >= steps
          ? []
          : await takeBatches(iterator, accumulate);
        for (const note of notes.splice(0)) await this.#log.write(note);
        if (group.length === 0) {
          const done = await this.#evaluateAndSave({ ending: true });
          return done === "interrupted" ? done : stopped ? "stopped early" : "finished";
        }
        const progress = pace(await this.#step(group));
        onProgress?.(progress);
        // Gives the event loop a turn, or a signal would never arrive.
        await new Promise((resolve) => setTimeout(resolve));
        if (signal?.aborted) {
          await this.#save();
          return "interrupted";
        }
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** The batches from the present position on; what the log is to say about them goes to `notes`. */
  #batches(notes: LogEntry[]): AsyncIterator<TrainingBatch<Batch, Position>> {
    const { batches, onWarning } = this.#options;
    return batches({
      position: this.#state.position as Position | undefined,
      onSkip: ({ file, line, problem, epoch, count }) => {
        if (epoch > 0 || count > WARNED_LINES) return;
        onWarning?.(`Skipped ${file}:${line}, ${problem}`);
        notes.push({ event: "skipped", step: this.#state.step, file, line, problem });
      },
      onEpoch: (summary) => notes.push({ event: "epoch", step: this.#state.step, ...summary }),
    })[Symbol.asyncIterator]();
  }

  async #step(
    group: readonly TrainingBatch<Batch, Position>[],
  ): Promise<{ step: number; loss: number; tokens: number }> {
    const { optimizer: { learningRate: peak }, schedule, steps, seed } = this.#config;
    const step = this.#state.step + 1;
    const totalSteps = schedule.totalSteps ?? steps;
    const learningRate = learningRateAt(step, { ...schedule, totalSteps, learningRate: peak });
    const begin = performance.now();
    const batches = group.map(({ batch }) => batch);
    const result = await this.#steps.step(batches, { step, learningRate, seed });
    const { loss, gradientNorm, tokens } = result;
    if (result.failedBatch !== undefined) {
      const { output } = this.#config;
      const { problem, error } = await keepFailedBatch(output, { step, group, result });
      await this.#log.write({ event: "failed", step, problem });
      throw error;
    }
    const { epoch, position } = group.at(-1)!;
    this.#state = {
      ...this.#state,
      step,
      epoch,
      position,
      tokens: this.#state.tokens + tokens,
    };
    const seconds = (performance.now() - begin) / 1000;
    await this.#log.write({
      event: "step",
      step,
      epoch,
      loss,
      learningRate,
      gradientNorm,
      tokens,
      tokensPerSecond: Math.round(tokens / seconds),
      seconds: rounded(seconds),
    });
    return { step, loss, tokens };
  }

  /** Does what is due at the present step and was not done yet; after a resume, too. */
  async #evaluateAndSave({ ending }: { ending: boolean }): Promise<"done" | "interrupted"> {
    const { evaluate, signal } = this.#options;
    const config = this.#config;
    const { step, evaluatedStep } = this.#state;
    const measurable = evaluate && (step > 0 || config.evaluate.atStart);
    const due = ending || step % config.evaluate.every === 0;
    let improved = false, evaluated = false;
    if (measurable && due && evaluatedStep !== step) {
      try {
        improved = await this.#evaluate(evaluate);
        evaluated = true;
      } catch (error) {
        if (!signal?.aborted) throw error;
        if (this.#savedStep !== step) await this.#save();
        return "interrupted";
      }
    }
    const scheduled = ending || (step > 0 && step % config.checkpoint.every === 0);
    if (improved || (scheduled && (evaluated || this.#savedStep !== step))) await this.#save();
    return "done";
  }

  /** Measures the model; true when it is the best so far. */
  async #evaluate(evaluate: Evaluate): Promise<boolean> {
    const { name, higherIsBetter } = this.#config.evaluate.metric;
    const { signal } = this.#options;
    const { step, epoch } = this.#state;
    const begin = performance.now();
    const figures = await evaluate({ step, signal });
    const value = figures[name];
    if (value === undefined) {
      throw new RangeError(
        `Cannot choose the best checkpoint by ${name}: the evaluation gave only ` +
          `${Object.keys(figures).join(", ") || "nothing"}`,
      );
    }
    const { state, improved } = observe(this.#state.earlyStopping, { step, value, higherIsBetter });
    this.#state = { ...this.#state, earlyStopping: state, evaluatedStep: step };
    this.#evaluated = { step, value };
    const seconds = rounded((performance.now() - begin) / 1000);
    await this.#log.write({
      event: "evaluation",
      step,
      epoch,
      ...figures,
      best: improved,
      seconds,
    });
    return improved;
  }

  async #save(): Promise<void> {
    const config = this.#config;
    const { step } = this.#state;
    const now = performance.now();
    const seconds = this.#state.seconds + (now - this.#clock) / 1000;
    this.#clock = now;
    this.#state = { ...this.#state, seconds, logBytes: await this.#log.size() };
    const value = this.#evaluated?.step === step ? this.#evaluated.value : undefined;
    const parts = { model: this.#model, steps: this.#steps };
    this.#entries = await addCheckpoint(config.output, { step, value }, {
      write: (directory) => writeRun(directory, this.#state, parts),
      retention: retentionOf(config),
    });
    this.#savedStep = step;
  }

  async #finalModel(): Promise<string> {
    const { evaluate } = this.#options;
    const { directory, steps } = await writeFinalModel(this.#model, this.#config, this.#entries);
    const figures = steps.length > 1 ? await evaluate?.({ step: this.#state.step }) : {};
    await this.#log.write({ event: "model", step: this.#state.step, madeOf: steps, ...figures });
    return directory;
  }
}

async function takeBatches<T>(iterator: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

/** Seconds to the tenth of a millisecond, for the log. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(4));
}
