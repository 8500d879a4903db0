import type * as tf from "@tensorflow/tfjs";
import {
  findFamily,
  type ModelFamily,
  type SearchConfig,
  type Seq2SeqAttentions,
} from "@heed/model";
import type { StartedSearch } from "@heed/model";
import type { WeightSource } from "@heed/nn";
import type { Seq2SeqBatch, TeacherForcingOptions } from "./teacher_forcing.ts";

/**
 * What computes a family of encoder-decoders on tfjs: pure functions over its weights. A family that is
 * registered with `registerFamily` brings them by its key `tfjs`.
 */
export interface EncoderDecoderFunctions<Config extends SearchConfig, Weights> {
  /**
   * Asks for every weight and puts them together.
   *
   * @param config Sizes.
   * @param source Gives each weight.
   * @returns A tree, with tables that are computed where there are such.
   */
  build(config: Config, source: WeightSource): Weights;
  /**
   * Releases what `build` computed; the weights belong to their source.
   *
   * @param weights The tree.
   */
  disposeTables?(weights: Weights): void;
  /**
   * Reads sources, so that a search can begin; ids are checked.
   *
   * @param weights The model's weights.
   * @param inputIds Source ids with their end token.
   * @param options The config.
   * @returns A decoder, and a state that the search owns.
   */
  startSearch(
    weights: Weights,
    inputIds: readonly (readonly number[])[],
    options: { config: Config },
  ): StartedSearch<unknown>;
  /**
   * The loss of a batch with the target given, in one pass that can be differentiated.
   *
   * @param weights The model's weights.
   * @param batch Sources and targets.
   * @param options Config, label smoothing, dropout.
   * @returns The sum over target tokens in nats, and how many there are.
   */
  loss(
    weights: Weights,
    batch: Seq2SeqBatch,
    options: TeacherForcingOptions<Config>,
  ): { lossSum: tf.Scalar; tokens: number };
  /**
   * All attention between a source and a target; ids are checked.
   *
   * @param weights The model's weights.
   * @param pair Source and target ids with their end tokens.
   * @param options The config.
   * @returns Plain numbers; no tensor is left.
   * @throws {TypeError} When the model has no attention.
   */
  attentions(
    weights: Weights,
    pair: { inputIds: readonly number[]; targetIds: readonly number[] },
    options: { config: Config },
  ): Promise<Pick<Seq2SeqAttentions, "encoder" | "decoder" | "cross">>;
}

/** The functions of any family, whose weights nobody outside looks into. */
// deno-lint-ignore no-explicit-any
export type AnyFunctions = EncoderDecoderFunctions<any, any>;

/** The families of this package. */
const own: Readonly<Record<string, () => Promise<AnyFunctions>>> = {
  marian: async () => (await import("./transformer.ts")).transformer,
  "heed-rnn": async () => (await import("./rnn/recurrent.ts")).recurrent,
};

/**
 * Finds what computes a family on tfjs.
 *
 * @param modelType The family, as `model_type` in `config.json`.
 * @returns Its functions.
 * @throws {SyntaxError} When there is no such family.
 * @throws {TypeError} When nothing computes it on tfjs as an encoder-decoder.
 *
 * @example
 * ```ts
 * import { defaultSeq2SeqConfig, functionsOf } from "@heed/seq2seq";
 * import { freshWeights, selectDevice } from "@heed/nn";
 * import { assertEquals } from "@std/assert";
 *
 * await selectDevice({ prefer: "cpu" });
 * const config = defaultSeq2SeqConfig({ vocabSize: 8, hiddenSize: 4 });
 * const { build, loss } = await functionsOf(config.modelType);
 * const weights = build(config, freshWeights({ seed: 1 }));
 * assertEquals(loss(weights, { inputIds: [[1, 0]], labels: [[2, 3, 0]] }, { config }).tokens, 3);
 * ```
 */
export async function functionsOf(modelType: string): Promise<AnyFunctions> {
  const family: ModelFamily = findFamily(modelType);
  const load = family.kind !== "encoder-decoder"
    ? undefined
    : family.tfjs as (() => Promise<AnyFunctions>) | undefined ?? own[modelType];
  if (load) return await load();
  throw new TypeError(
    `Cannot run a model of type ${JSON.stringify(modelType)} as an encoder-decoder on tfjs: ` +
      `it is ${
        family.kind === "encoder-decoder" ? "not computed there" : `a model of kind ${family.kind}`
      }`,
  );
}
