import { copyFromTensors, copyToVariables, deriveSeed } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import { Optimizer } from "../optimizer.ts";
import type { ReplicaModel } from "../trainable_model.ts";
import { type StepResult, sumGradients } from "../training_step.ts";
import { Exchange } from "./exchange.ts";
import type { Command, ReplicaSetup, ReplicaStep } from "./protocol.ts";

/** Places of a thread's notes; the losses of its parts follow. */
const TOKENS = 0, NORM = 1, LOSSES = 2;

/** Numbers that each thread tells the others in a step of so many batches. */
export function notesOf(batches: number): number {
  return LOSSES + batches;
}

/**
 * One thread's part of data-parallel training. It has all weights, computes the gradients of its part of
 * each batch, and takes the optimizer's step for its slice of all weights, whose moments only it
 * has (Rajbhandari et al. 2020, "ZeRO", stage 1).
 */
export class Replica<Batch> {
  /** What it shares with the others. */
  readonly exchange: Exchange;
  readonly #model: ReplicaModel<Batch>;
  readonly #variables: tf.Variable[];
  readonly #wait: () => Promise<void> | void;
  /** This thread's slice of the weights, a vector for what it has of each, and what steps them. */
  readonly #pieces: ReadonlyMap<string, tf.Variable>;
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
    this.#variables = [...model.variables.values()];
    this.#wait = block ? () => exchange.wait() : () => exchange.waitAsync();
    this.#pieces = piecesOf(model.variables, exchange);
    this.#optimizer = new Optimizer(this.#pieces, setup.optimizer);
  }

  /**
   * Does what all threads were told to do.
   *
   * @param command The same on all threads, but for the parts of a batch.
   * @returns After a step, what it measured.
   */
  async run(command: Command<Batch>): Promise<StepResult | undefined> {
    const { exchange } = this;
    const moments = [...this.#optimizer.moments.values()], pieces = [...this.#pieces.values()];
    const first = moments.filter((_, i) => i % 2 === 0), second = moments.filter((_, i) => i % 2);
    switch (command.do) {
      case "step":
        return await this.#step(command.step);
      case "take weights":
        await this.#wait();
        this.#takeWeights();
        copyToVariables(exchange.slice(0), pieces);
        break;
      case "take moments":
        await this.#wait();
        copyToVariables(exchange.slice(0), first);
        copyToVariables(exchange.slice(1), second);
        break;
      case "give moments":
        await copyFromTensors(first, exchange.slice(0));
        await copyFromTensors(second, exchange.slice(1));
    }
    await this.#wait();
  }

  /** Releases the slice and its moments; the model stays. */
  dispose(): void {
    this.#optimizer.dispose();
    for (const piece of this.#pieces.values()) if (!piece.isDisposed) piece.dispose();
  }

  async #step({ parts, step, learningRate, seed }: ReplicaStep<Batch>): Promise<StepResult> {
    const { exchange } = this;
    await this.#shareGradients(parts, (i) => deriveSeed(seed, "dropout", step, i, exchange.rank));
    await this.#wait(); // all gradients are there
    const sum = exchange.sumSlice(), pieces = [...this.#pieces.values()];
    let at = 0;
    const gradients = pieces.map(({ size }) => tf.tensor1d(sum.subarray(at, at += size)));
    try {
      // A thread may have nothing of a small model.
      const norm = pieces.length === 0 ? 0 : await this.#optimizer.norm({ gradients, tokens: 1 });
      exchange.noted(exchange.rank)[NORM] = norm;
      await this.#wait(); // all sums are there
      const result = this.#readNotes(parts.length);
      if (result.failedBatch === undefined) {
        const { tokens, gradientNorm } = result;
        const sums = { gradients, tokens };
        this.#optimizer.apply(sums, { step, learningRate, norm: gradientNorm });
        await copyFromTensors(pieces, exchange.slice(0));
      }
      await this.#wait(); // all weights are there
      if (result.failedBatch === undefined) this.#takeWeights();
      await this.#wait(); // all have read them
      return result;
    } finally {
      tf.dispose(gradients);
    }
  }

  /** Computes losses and gradients of this thread's parts, and shows them to the others. */
  async #shareGradients(
    parts: readonly (Batch | undefined)[],
    seedOf: (index: number) => number,
  ): Promise<void> {
    const { rank } = this.exchange;
    const row = this.exchange.row(rank), noted = this.exchange.noted(rank).fill(0);
    const present = parts.flatMap((part, i) => part === undefined ? [] : [{ part, i }]);
    if (present.length === 0) {
      row.fill(0);
      return;
    }
    const seeds = present.map(({ i }) => seedOf(i));
    const sums = sumGradients(this.#model, present.map(({ part }) => part), seeds);
    try {
      await copyFromTensors(sums.gradients, row);
      noted[TOKENS] = sums.tokens;
      for (const [k, loss] of sums.losses.entries()) {
        noted[LOSSES + present[k].i] = (await loss.data())[0];
      }
    } finally {
      tf.dispose([sums.losses, sums.gradients]);
    }
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

  #takeWeights(): void {
    copyToVariables(this.exchange.row(0), this.#variables);
  }
}

/** What a thread's slice has of each weight, by the weights' names, so that groups of the optimizer find them. */
function piecesOf(
  variables: ReplicaModel<unknown>["variables"],
  exchange: Exchange,
): Map<string, tf.Variable> {
  const pieces = new Map<string, tf.Variable>();
  const end = exchange.begin + exchange.slice(0).length;
  let at = 0;
  for (const [name, { size }] of variables) {
    const own = Math.min(end, at + size) - Math.max(exchange.begin, at);
    if (own > 0) pieces.set(name, tf.tidy(() => tf.variable(tf.zeros([own]), false)));
    at += size;
  }
  return pieces;
}
