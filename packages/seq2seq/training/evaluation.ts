import { bleu, chrf } from "@heed/metrics";
import {
  type BatchSource,
  type Evaluate,
  type Evaluation,
  type TokenBatch,
  type TrainableModel,
  validationLoss,
} from "@heed/training";

/** What {@linkcode translationEvaluation} measures with. */
export interface EvaluationParts<Position> {
  /** Gives the loss. */
  readonly model: Pick<TrainableModel<TokenBatch>, "loss">;
  /** The dev set, once and in order. */
  readonly batches: BatchSource<TokenBatch, Position>;
  /** Translates ids to ids, the best first. */
  readonly generate: (
    inputIds: number[][],
    options: { numBeams: number; maxNewTokens: number[]; signal?: AbortSignal },
  ) => Promise<{ ids: number[] }[][]>;
  /** Ids to text. */
  readonly decode: (ids: number[]) => string;
  /** Sentences to translate, the first of the dev set; with 0 there is only the loss. */
  readonly sentences: number;
  /** Beams for these translations. */
  readonly numBeams: number;
}

/** A pair of the dev set, as `tokenBatches` says what a batch was made of. */
interface DevPair {
  readonly target: string;
  readonly inputIds: number[];
}

/** Sentences that are translated at a time. */
const ROWS = 16;

/**
 * Measures a model that translates: the loss on the whole dev set, and BLEU and chrF on its first sentences.
 *
 * @param parts Model, dev set, how to translate.
 * @returns What `train` takes as `evaluate`; its figures are `loss`, `bleu` and `chrf`.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { translationEvaluation } from "@heed/seq2seq/training";
 * import { indexParallelText, tokenBatches } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = (words: string) => words.split(" ").map((word) => word.length);
 * const text = await indexParallelText(["data:,a%20bc%20def%20ghij%09to%20be%20or%20not%0A"]);
 * const evaluate = translationEvaluation({
 *   model: { loss: ({ labels }) => ({ lossSum: tf.scalar(8), tokens: labels[0].length }) },
 *   batches: tokenBatches(text, {
 *     encode: (source, target) => ({ inputIds: ids(source), labels: ids(target) }),
 *     tokens: 8,
 *     maxSourceTokens: 8,
 *     maxTargetTokens: 8,
 *     epochs: 1,
 *     seed: null,
 *   }),
 *   generate: (rows) => Promise.resolve(rows.map((ids) => [{ ids }])),
 *   decode: (ids) => ids.length === 4 ? "to be or not" : "",
 *   sentences: 10,
 *   numBeams: 1,
 * });
 * const figures = await evaluate({ step: 1 });
 * assertEquals([figures.loss, Math.round(figures.bleu), Math.round(figures.chrf)], [2, 100, 100]);
 * ```
 */
export function translationEvaluation<Position>(parts: EvaluationParts<Position>): Evaluate {
  const { model, sentences } = parts;
  return async ({ signal }): Promise<Evaluation> => {
    const pairs: DevPair[] = [];
    async function* batches(): AsyncGenerator<TokenBatch> {
      for await (const { batch, examples } of parts.batches({})) {
        for (const pair of examples as DevPair[]) if (pairs.length < sentences) pairs.push(pair);
        yield batch;
      }
    }
    const { loss } = await validationLoss(model, batches(), { signal });
    if (pairs.length === 0) return { loss };
    const hypotheses = await translate(pairs, parts, signal);
    const references = pairs.map(({ target }) => target);
    return {
      loss,
      bleu: bleu(hypotheses, references).score,
      chrf: chrf(hypotheses, references).score,
    };
  };
}

async function translate<Position>(
  pairs: readonly DevPair[],
  { generate, decode, numBeams }: EvaluationParts<Position>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const hypotheses: string[] = [];
  for (let start = 0; start < pairs.length; start += ROWS) {
    const inputIds = pairs.slice(start, start + ROWS).map((pair) => pair.inputIds);
    const maxNewTokens = inputIds.map((ids) => 3 * ids.length + 20);
    const found = await generate(inputIds, { numBeams, maxNewTokens, signal });
    for (const [best] of found) hypotheses.push(decode(best.ids));
  }
  return hypotheses;
}
