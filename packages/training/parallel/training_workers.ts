import { openSafetensors, writeSafetensors } from "@heed/checkpoint";
import { copyFromTensors } from "@heed/nn";
import type { RunConfig } from "../run_config.ts";
import type { StepAt, Steps } from "../steps.ts";
import type { TrainableModel } from "../trainable_model.ts";
import type { StepResult } from "../training_step.ts";
import { createExchangeMemory, sharingProblem } from "./exchange.ts";
import type { Command, FromWorker, ToWorker } from "./protocol.ts";
import { notesOf, Replica } from "./replica.ts";

/** How {@linkcode TrainingWorkers} are started. */
export interface TrainingWorkersOptions<Batch> {
  /** Threads that compute, the caller's included; at least 2. */
  readonly workers: number;
  /** Starts a worker whose module calls `serveTraining`. */
  readonly start: () => Worker;
  /** What the worker makes its model from; it is sent as a message. */
  readonly setup: unknown;
  /** Splits a batch into so many parts; empty ones may be undefined. */
  readonly split: (batch: Batch, parts: number) => readonly (Batch | undefined)[];
}

/** A worker and what it has said. */
interface Lane<Batch> {
  readonly worker: Worker;
  readonly created: Promise<readonly (readonly [name: string, size: number])[]>;
  send(message: ToWorker<Batch>): void;
}

/**
 * Threads that train one model together: each computes the gradients of a part of every batch, and
 * steps its share of the weights. The caller's thread is the first of them. Give them to `train`; a step
 * equals that of one thread to rounding.
 *
 * @example
 * ```ts
 * import { createModel, defaultSeq2SeqConfig } from "@heed/seq2seq";
 * import { startTrainingWorkers } from "@heed/seq2seq/layers";
 * import { assert } from "@std/assert";
 *
 * const sizes = defaultSeq2SeqConfig({ vocabSize: 16, hiddenSize: 8 });
 * using model = await createModel(sizes, { seed: 1, device: "wasm" });
 * using workers = await startTrainingWorkers(model, { workers: 2 });
 * workers.begin({ optimizer: { clipNorm: 0 } });
 * await workers.shareWeights();
 * const batch = { inputIds: [[1, 0], [2, 3, 0]], labels: [[4, 0], [5, 6, 0]] };
 * const { loss } = await workers.step([batch], { step: 1, learningRate: 1e-3, seed: 1 });
 * assert(loss > 0);
 * ```
 */
export class TrainingWorkers<Batch> implements Steps<Batch> {
  /** Threads, the caller's included. */
  readonly workers: number;
  readonly #model: TrainableModel<Batch>;
  readonly #options: TrainingWorkersOptions<Batch>;
  readonly #lanes: Lane<Batch>[];
  /** Rejected as soon as a worker fails. */
  readonly #failure: Promise<never>;
  #fail!: (error: Error) => void;
  #replica?: Replica<Batch>;

  private constructor(model: TrainableModel<Batch>, options: TrainingWorkersOptions<Batch>) {
    this.#model = model;
    this.#options = options;
    this.workers = options.workers;
    this.#failure = new Promise((_, reject) => this.#fail = reject);
    this.#failure.catch(() => {}); // whoever waits hears of it
    this.#lanes = Array.from({ length: options.workers - 1 }, (_, i) => this.#startLane(i + 2));
  }

  /**
   * Starts workers and has them make their models.
   *
   * @param model The caller's model.
   * @param options How many, and how they are started.
   * @returns The threads; dispose of them when done, or declare them with `using`.
   * @throws {RangeError} When threads cannot share memory here, or there would be only one.
   * @throws {TypeError} When a worker's model has other weights.
   */
  static async start<Batch>(
    model: TrainableModel<Batch>,
    options: TrainingWorkersOptions<Batch>,
  ): Promise<TrainingWorkers<Batch>> {
    const { workers, setup } = options;
    const problem = sharingProblem();
    if (problem !== undefined) {
      throw new RangeError(`Cannot train with several workers: ${problem}`);
    }
    if (!Number.isInteger(workers) || workers < 2) {
      throw new RangeError(`Cannot start training workers: ${workers} of them, must be at least 2`);
    }
    const team = new TrainingWorkers(model, options);
    try {
      const own = JSON.stringify([...model.variables].map(([name, { size }]) => [name, size]));
      for (const { send } of team.#lanes) send({ create: setup });
      for (const { created } of team.#lanes) {
        const theirs = await Promise.race([created, team.#failure]);
        if (JSON.stringify(theirs) !== own) {
          throw new TypeError("Cannot train with workers whose models have other weights");
        }
      }
    } catch (error) {
      team.dispose();
      throw error;
    }
    return team;
  }

  /** Begins a run with the weights that the caller's model has now, and moments of zero. */
  begin({ optimizer = {}, accumulate = 1 }: Pick<RunConfig, "optimizer" | "accumulate">): void {
    const memory = createExchangeMemory({
      workers: this.workers,
      size: [...this.#model.variables.values()].reduce((sum, { size }) => sum + size, 0),
      notes: notesOf(accumulate),
    });
    this.#replica?.dispose();
    this.#replica = new Replica(this.#model, { memory, rank: 0, optimizer }, { block: false });
    this.#lanes.forEach(({ send }, i) => send({ begin: { memory, rank: i + 1, optimizer } }));
  }

  /** Gives all threads the weights of the caller's model. */
  async shareWeights(): Promise<void> {
    const row = this.#begun.exchange.row(0);
    await copyFromTensors([...this.#model.variables.values()], row);
    await this.#run(() => ({ do: "take weights" }));
  }

  /** One step; see `trainingStep`. A thread that fails ends all of them. */
  async step(
    batches: readonly Batch[],
    { step, learningRate, seed }: StepAt,
  ): Promise<StepResult> {
    const split = batches.map((batch) => this.#options.split(batch, this.workers));
    const at = { step, learningRate, seed };
    const command = (rank: number): Command<Batch> => (
      { do: "step", step: { ...at, parts: split.map((parts) => parts[rank]) } }
    );
    return (await this.#advising(`go on training at step ${step}`, command))!;
  }

  /** Writes the moments of all threads in the form that one thread writes. */
  async save(path: string | URL): Promise<void> {
    // A worker that failed while none was needed, as in an evaluation, shows here.
    await this.#advising("save a checkpoint", () => ({ do: "give moments" }));
    await writeSafetensors(
      path,
      this.#moments().map(({ name, shape, values }) => ({
        name,
        dtype: "F32",
        shape: [...shape],
        data: () => Promise.resolve(new Float32Array(values)),
      })),
    );
  }

  /** Reads moments, whatever number of threads has written them. */
  async load(path: string | URL): Promise<void> {
    const reader = await openSafetensors(path);
    try {
      for (const { name, values } of this.#moments()) {
        const found = await reader.readFloat32(name);
        if (found.length !== values.length) {
          throw new TypeError(
            `Cannot resume from ${path}: ${name} has ${found.length} values, must have ${values.length}`,
          );
        }
        values.set(found);
      }
    } finally {
      await reader.close();
    }
    await this.#run(() => ({ do: "take moments" }));
  }

  /** Ends the workers; a second call does nothing. */
  dispose(): void {
    this.#replica?.exchange.giveUp();
    this.#replica?.dispose();
    this.#replica = undefined;
    for (const { worker } of this.#lanes.splice(0)) worker.terminate();
  }

  /** Ends the workers at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get #begun(): Replica<Batch> {
    if (!this.#replica) {
      throw new Error("Cannot use training workers before begin() or after dispose()");
    }
    return this.#replica;
  }

  /** Has all threads do the same, and says what to do after a failure in the midst of training. */
  async #advising(
    action: string,
    command: (rank: number) => Command<Batch>,
  ): Promise<StepResult | undefined> {
    try {
      return await this.#run(command);
    } catch (cause) {
      throw new Error(
        `Cannot ${action}: ${
          (cause as Error).message
        }; the checkpoints are complete, resume from ` +
          "the last; fewer workers or smaller batches need less memory",
        { cause },
      );
    }
  }

  /** Has all threads do the same; a thread that fails ends all. */
  async #run(command: (rank: number) => Command<Batch>): Promise<StepResult | undefined> {
    const replica = this.#begun;
    this.#lanes.forEach(({ send }, i) => send(command(i + 1)));
    const own = replica.run(command(0));
    try {
      return await Promise.race([own, this.#failure]);
    } catch (error) {
      this.dispose();
      await own.catch(() => {}); // it ends at its next barrier, and leaves no tensors
      throw error;
    }
  }

  /** The moments in rows 0 and 1, by their names in a checkpoint. */
  #moments(): { name: string; shape: readonly number[]; values: Float32Array }[] {
    const { exchange } = this.#begun;
    let begin = 0;
    return [...this.#model.variables].flatMap(([name, { shape, size }]) => {
      const end = begin + size;
      const [first, second] = [0, 1].map((rank) => exchange.row(rank).subarray(begin, end));
      begin = end;
      return [
        { name: `first.${name}`, shape, values: first },
        { name: `second.${name}`, shape, values: second },
      ];
    });
  }

  #startLane(number: number): Lane<Batch> {
    const worker = this.#options.start();
    const fail = (text: string) => {
      this.#fail(new Error(`worker ${number} of ${this.workers} failed: ${text}`));
    };
    const created = new Promise<readonly (readonly [string, number])[]>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if ("created" in data) resolve(data.created);
        else fail(data.failed);
      };
    });
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || "its module could not be loaded");
    };
    worker.onmessageerror = () => fail("a message could not be read");
    return { worker, created, send: (message) => worker.postMessage(message) };
  }
}
