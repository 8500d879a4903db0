import * as tf from "@tensorflow/tfjs";
import { joinPath, writeSafetensors } from "@heed/checkpoint";
import { deriveSeed } from "@heed/nn";
import { initLearnedPositions } from "@heed/positional";
import { createModel, type Seq2SeqModel } from "@heed/seq2seq";
import { seq2SeqLoss } from "@heed/seq2seq/layers";
import type { TokenBatch, TrainableModel } from "@heed/training";
import { keptJson } from "./files.ts";
import { transformerConfig } from "./models.ts";
import {
  modelFolder,
  type TrainingSummary,
  type TrainOptions,
  trainUntilDone,
} from "./training.ts";

/** A table of positions, row by row. */
export interface PositionValues {
  readonly positions: number;
  readonly hiddenSize: number;
  readonly values: readonly number[];
}

/** A Transformer with learned positions, and what it learned. */
export interface LearnedPositions {
  readonly summary: TrainingSummary;
  /** The first positions after training. */
  readonly table: PositionValues;
}

/**
 * Trains a small Transformer whose positions are weights. `Seq2SeqModel` has Marian's sinusoids, which are
 * fixed; but its loss is a pure function of a tree of weights, so another table takes their place.
 */
export async function trainLearnedPositions(options: TrainOptions): Promise<LearnedPositions> {
  const { config, tokenizer, output } = options;
  const { seed, maxTokens, positions: { sizes, steps, shown }, training } = config;
  const folder = modelFolder(output, "learned-positions");
  return await keptJson(joinPath(folder, "summary.json"), async () => {
    using model = await createModel(transformerConfig(sizes, tokenizer), {
      seed,
      device: "wasm",
    });
    const { hiddenSize } = sizes;
    const fresh = initLearnedPositions({ maxPositions: maxTokens, hiddenSize }, {
      seed: deriveSeed(seed, "positions"),
    });
    const table: tf.Variable = tf.variable(fresh);
    fresh.dispose();
    try {
      const trainable = withLearnedPositions(model, table, training);
      const setup = { ...training, steps };
      const summary = await trainUntilDone(trainable, folder, { ...options, setup });
      const values = [...(await table.data()).slice(0, shown * hiddenSize)]
        .map((value) => Number(value.toFixed(4)));
      return { summary, table: { positions: shown, hiddenSize, values } };
    } finally {
      table.dispose();
    }
  });
}

/** The model with `table` in the place of its sinusoids, and trained with it. */
export function withLearnedPositions(
  model: Seq2SeqModel,
  table: tf.Variable,
  { labelSmoothing, dropout }: { labelSmoothing: number; dropout: number },
): TrainableModel<TokenBatch> {
  const config = { ...model.config, dropout };
  const weights = { ...model.weights, positions: table };
  const variables = new Map([
    ...model.named as ReadonlyMap<string, tf.Variable>,
    ["positions", table] as const,
  ]);
  return {
    variables,
    loss: (batch, { training, seed }) =>
      seq2SeqLoss(weights, batch, {
        config,
        labelSmoothing: training ? labelSmoothing : 0,
        dropoutSeed: training ? seed : undefined,
      }),
    async save(directory) {
      await writeSafetensors(
        joinPath(directory, "model.safetensors"),
        [...variables].map(([name, variable]) => ({
          name,
          dtype: "F32",
          shape: variable.shape,
          data: async () => await variable.data<"float32">() as Float32Array<ArrayBuffer>,
        })),
      );
    },
  };
}
