import { writeSafetensors } from "@heed/checkpoint";
import { adamStep, globalNorm } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import { defaultOptimizer, type OptimizerConfig } from "./run_config.ts";
import { restoreVariables, tensorsToWrite } from "./weights_file.ts";

/** Summed gradients of a step. */
export interface GradientSums {
  /** Gradients of the summed loss, in the order of the optimizer's weights; owned by the caller. */
  readonly gradients: readonly tf.Tensor[];
  /** Tokens that the loss was summed over. */
  readonly tokens: number;
}

/** Adam or AdamW with its moments, gradient clipping, and its state on disk. */
export class Optimizer {
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  readonly #config: OptimizerConfig;
  readonly #first: tf.Variable[];
  readonly #second: tf.Variable[];
  readonly #parts: readonly OptimizerPart[];

  /**
   * Makes moments of zero.
   *
   * @param weights The weights by name.
   * @param config Hyper-parameters that differ from the defaults.
   *
   * @example
   * ```ts
   * import * as tf from "@tensorflow/tfjs";
   * import { Optimizer } from "@heed/training";
   * import { assertAlmostEquals } from "@std/assert";
   *
   * const weight = tf.variable(tf.tensor1d([1]));
   * const optimizer = new Optimizer(new Map([["weight", weight]]), { clipNorm: 1 });
   * const sums = { gradients: [tf.tensor1d([6])], tokens: 2 };
   * const norm = await optimizer.norm(sums);
   * optimizer.apply(sums, { step: 1, learningRate: 0.1, norm });
   * assertAlmostEquals(norm, 3, 1e-5);
   * assertAlmostEquals((await weight.data())[0], 0.9, 1e-5);
   * optimizer.dispose();
   * ```
   */
  constructor(
    weights: ReadonlyMap<string, tf.Variable>,
    config: Partial<OptimizerConfig> = {},
  ) {
    this.#weights = weights;
    this.#config = { ...defaultOptimizer, ...config };
    const zeros = () =>
      [...weights.values()].map(({ shape }) => {
        const value = tf.zeros(shape);
        const variable = tf.variable(value, false);
        value.dispose();
        return variable;
      });
    this.#first = zeros();
    this.#second = zeros();
    this.#parts = partsOf([...weights.keys()], this.#config);
  }

  /**
   * The norm of all gradients of the mean loss together.
   *
   * @param sums Summed gradients.
   * @returns The norm before clipping; not finite when a gradient is not.
   */
  async norm({ gradients, tokens }: GradientSums): Promise<number> {
    return await globalNorm(gradients) / tokens;
  }

  /**
   * Changes the weights: divides the gradients by the tokens, clips and takes one step, all in one
   * pass over them.
   *
   * @param sums Summed gradients.
   * @param options Number of the step from 1, learning rate, and the norm: what {@linkcode Optimizer.norm}
   * gave, or, so that nobody waits for it, the tensor that `gradientNorm` of `@heed/nn` gave for the same
   * gradients; when such a one is not finite nothing changes.
   */
  apply(
    { gradients, tokens }: GradientSums,
    { step, learningRate, norm }: { step: number; learningRate: number; norm: number | tf.Tensor },
  ): void {
    const { beta1, beta2, epsilon, clipNorm } = this.#config;
    const measured = typeof norm === "number";
    const clip = measured && clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
    const weights = [...this.#weights.values()];
    for (const { indices, learningRateFactor, weightDecay } of this.#parts) {
      const pick = <T>(list: readonly T[]) => indices.map((i) => list[i]);
      adamStep(pick(weights), pick(gradients), {
        moments: { first: pick(this.#first), second: pick(this.#second) },
        step,
        learningRate: learningRate * learningRateFactor,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        gradientScale: clip / tokens,
        clip: measured ? undefined : { norm, maxNorm: clipNorm },
      });
    }
  }

  /**
   * Writes the moments as safetensors: `first.NAME` and `second.NAME` for every weight.
   *
   * @param path The file.
   */
  async save(path: string | URL): Promise<void> {
    await writeSafetensors(path, tensorsToWrite(this.moments));
  }

  /**
   * Reads the moments that {@linkcode Optimizer.save} wrote.
   *
   * @param path The file.
   * @throws {TypeError} When they are not those of these weights.
   */
  async load(path: string | URL): Promise<void> {
    await restoreVariables(this.moments, path);
  }

  /** Releases the moments; the weights stay. */
  dispose(): void {
    for (const moment of [...this.#first, ...this.#second]) {
      if (!moment.isDisposed) moment.dispose();
    }
  }

  /** Releases the moments at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The moments: `first.NAME` and `second.NAME` for every weight. */
  get moments(): ReadonlyMap<string, tf.Variable> {
    const moments = new Map<string, tf.Variable>();
    [...this.#weights.keys()].forEach((name, i) => {
      moments.set(`first.${name}`, this.#first[i]);
      moments.set(`second.${name}`, this.#second[i]);
    });
    return moments;
  }
}

/** Weights that are changed alike. */
interface OptimizerPart {
  readonly indices: readonly number[];
  readonly learningRateFactor: number;
  readonly weightDecay: number;
}

/** Sorts weights into groups; those that no group names are one. */
function partsOf(
  names: readonly string[],
  { groups = [], weightDecay }: Pick<OptimizerConfig, "groups" | "weightDecay">,
): OptimizerPart[] {
  const patterns = groups.map(({ names }) => new RegExp(names));
  const groupOf = names.map((name) => patterns.findIndex((pattern) => pattern.test(name)));
  return [...groups.keys(), -1].flatMap((group) => {
    const indices = [...names.keys()].filter((i) => groupOf[i] === group);
    if (indices.length === 0) return [];
    const { learningRateFactor = 1, weightDecay: own = weightDecay } = groups[group] ?? {};
    return [{ indices, learningRateFactor, weightDecay: own }];
  });
}
