import { copyFromTensors, copyToVariables, deriveSeed } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import { Optimizer } from "../optimizer.ts";
import type { ReplicaModel } from "../trainable_model.ts";
import { type StepResult, sumGradients } from "../training_step.ts";
import { Exchange } from "./exchange.ts";
import { type Place, placesOf } from "./places.ts";
import type { Command, ReplicaSetup, ReplicaStep } from "./protocol.ts";

/** Places of a thread's notes; the losses of its parts follow. */
const TOKENS = 0, NORM = 1, LOSSES = 2;

/** Numbers that each thread tells the others in a step of so many batches. */
export function notesOf(batches: number): number {
  return LOSSES + batches;
}

/** A weight, and where all threads know it. */
interface PlacedWeight extends Place {
  readonly name: string;
  readonly variable: tf.Variable;
}

/**
 * One thread's part of data-parallel training. It has all weights, computes the gradients of its part of
 * each batch, and takes the optimizer's step for the weights that it owns, whose moments only it
 * has (Rajbhandari et al. 2020, "ZeRO", stage 1).
 */
export class Replica<Batch> {
  /** What it shares with the others. */
  readonly exchange: Exchange;
  readonly #model: ReplicaModel<Batch>;
  readonly #weights: readonly PlacedWeight[];
  readonly #own: readonly PlacedWeight[];
  readonly #others: readonly PlacedWeight[];
  readonly #wait: () => Promise<void> | void;
  readonly #optimizer: Optimizer;

  /**
   * Takes part in a run.
   *
   * @param model With the same weights, in the same order, on all threads.
   * @param setup The run.
   * @param options `block`: whether this thread may wait without its event loop.
   */
  constructor(model: ReplicaModel<Batch>, setup: ReplicaSetup, { block }: { block: boolean }) {
    const exchange = new Exchange(setup.memory, setup.rank);
    this.exchange = exchange;
    this.#model = model;
    this.#wait = block ? () => exchange.wait() : () => exchange.waitAsync();
    const sizes = [...model.variables.values()].map(({ size }) => size);
    const places = placesOf(sizes, exchange.workers);
    this.#weights = [...model.variables].map(([name, variable], i) => (
      { name, variable, ...places[i] }
    ));
    this.#own = this.#weights.filter(({ owner }) => owner === exchange.rank);
    this.#others = this.#weights.filter(({ owner }) => owner !== exchange.rank);
    const own = new Map(this.#own.map(({ name, variable }) => [name, variable]));
    this.#optimizer = new Optimizer(own, setup.optimizer);
  }

  /**
   * Does what all threads were told to do.
   *
   * @param command The same on all threads, but for the parts of a batch.
   * @returns After a step, what it measured.
   */
  async run(command: Command<Batch>): Promise<StepResult | undefined> {
    switch (command.do) {
      case "step":
        return await this.#step(command.step);
      case "take weights":
        await this.#wait();
        this.#takeWeights(this.#weights);
        break;
      case "take moments":
        await this.#wait();
        for (const [moment, values] of this.#moments()) copyToVariables(values, [moment]);
        break;
      case "give moments":
        for (const [moment, values] of this.#moments()) await copyFromTensors([moment], values);
    }
    await this.#wait();
  }

  /** Releases the moments; the model stays. */
  dispose(): void {
    this.#optimizer.dispose();
  }

  async #step({ parts, step, learningRate, seed }: ReplicaStep<Batch>): Promise<StepResult> {
    const { exchange } = this;
    const seedOf = (i: number) => deriveSeed(seed, "dropout", step, i, exchange.rank);
    const own = await this.#shareGradients(parts, seedOf);
    let gradients: tf.Tensor[] = [];
    try {
      await this.#wait(); // all gradients are there
      gradients = this.#own.map((weight, i) => tf.tidy(() => this.#sum(weight, own[i])));
    } finally {
      tf.dispose(own);
    }
    try {
      // A thread may own nothing of a small model.
      const norm = gradients.length > 0 ? await this.#optimizer.norm({ gradients, tokens: 1 }) : 0;
      exchange.noted(exchange.rank)[NORM] = norm;
      await this.#wait(); // all sums are there
      const result = this.#readNotes(parts.length);
      if (result.failedBatch === undefined) {
        const { tokens, gradientNorm } = result;
        const sums = { gradients, tokens };
        this.#optimizer.apply(sums, { step, learningRate, norm: gradientNorm });
        for (const { variable, begin, end } of this.#own) {
          await copyFromTensors([variable], exchange.row(0).subarray(begin, end));
        }
      }
      await this.#wait(); // all weights are there
      if (result.failedBatch === undefined) this.#takeWeights(this.#others);
      await this.#wait(); // all have read them
      return result;
    } finally {
      tf.dispose(gradients);
    }
  }

  /**
   * Computes losses and gradients of this thread's parts, and shows the others what is theirs.
   *
   * @returns The gradients of the own weights; none when there is no part.
   */
  async #shareGradients(
    parts: readonly (Batch | undefined)[],
    seedOf: (index: number) => number,
  ): Promise<tf.Tensor[]> {
    const { rank } = this.exchange;
    const row = this.exchange.row(rank), noted = this.exchange.noted(rank).fill(0);
    const present = parts.flatMap((part, i) => part === undefined ? [] : [{ part, i }]);
    if (present.length === 0) {
      row.fill(0);
      return [];
    }
    const seeds = present.map(({ i }) => seedOf(i));
    const { gradients, losses, tokens } = sumGradients(
      this.#model,
      present.map(({ part }) => part),
      seeds,
    );
    const isOwn = (_: tf.Tensor, i: number) => this.#weights[i].owner === rank;
    const own = gradients.filter(isOwn);
    const shown = gradients.filter((gradient, i) => !isOwn(gradient, i));
    try {
      for (const [i, { begin, end }] of this.#others.entries()) {
        await copyFromTensors([shown[i]], row.subarray(begin, end));
      }
      noted[TOKENS] = tokens;
      for (const [k, loss] of losses.entries()) {
        noted[LOSSES + present[k].i] = (await loss.data())[0];
      }
      return own;
    } catch (error) {
      tf.dispose(own);
      throw error;
    } finally {
      tf.dispose([losses, shown]);
    }
  }

  /** The gradient of one weight over all threads: the own one first, then the others in their order. */
  #sum({ variable, begin, end }: PlacedWeight, own: tf.Tensor | undefined): tf.Tensor {
    const { rank, workers } = this.exchange;
    let sum = own;
    for (let other = 0; other < workers; other++) {
      if (other === rank) continue;
      const shown = tf.tensor(this.exchange.row(other).subarray(begin, end), variable.shape);
      sum = sum ? tf.add(sum, shown) : shown;
    }
    return sum!;
  }

  /** What all threads noted together: the same numbers on each, so that all go on, or none. */
  #readNotes(batches: number): StepResult {
    const { workers } = this.exchange;
    const all = Array.from({ length: workers }, (_, rank) => this.exchange.noted(rank));
    const total = (place: number) => all.reduce((sum, noted) => sum + noted[place], 0);
    const tokens = total(TOKENS);
    const losses = Array.from({ length: batches }, (_, i) => total(LOSSES + i));
    const gradientNorm = Math.hypot(...all.map((noted) => noted[NORM])) / tokens;
    const loss = losses.reduce((a, b) => a + b, 0) / tokens;
    const failedBatch = losses.findIndex((value) => !Number.isFinite(value));
    const failed = failedBatch >= 0 || !Number.isFinite(gradientNorm);
    return { loss, gradientNorm, tokens, failedBatch: failed ? failedBatch : undefined };
  }

  /** Takes weights out of row 0. */
  #takeWeights(weights: readonly PlacedWeight[]): void {
    for (const { variable, begin, end } of weights) {
      copyToVariables(this.exchange.row(0).subarray(begin, end), [variable]);
    }
  }

  /** The moments of the own weights, and where all threads find them. */
  #moments(): [tf.Variable, Float32Array][] {
    const { moments } = this.#optimizer;
    return this.#own.flatMap(({ name, begin, end }) =>
      ["first", "second"].map((which, rank): [tf.Variable, Float32Array] => [
        moments.get(`${which}.${name}`)!,
        this.exchange.row(rank).subarray(begin, end),
      ])
    );
  }
}
