import type { AlignmentModel } from "./aligner.ts";
import { diagonalDistance, diagonalNormalizer } from "./diagonal.ts";
import { probabilityOf } from "./lexical_table.ts";

/**
 * Finds the most probable source of every target token.
 *
 * @param model What the aligner has learned.
 * @param source Source ids `[source length]`, without an end token.
 * @param target Target ids `[target length]`, without an end token.
 * @returns Source position of each target token, -1 for none `[target length]`. Of equally probable ones the first;
 * tokens that never met in training are not linked.
 *
 * @example
 * ```ts
 * import { alignTokens, ParallelCorpus, trainAligner } from "@heed/alignment";
 * import { assertEquals } from "@std/assert";
 *
 * const corpus = new ParallelCorpus();
 * corpus.add([0, 1], [1, 0]);
 * corpus.add([0], [0]);
 * corpus.add([1], [1]);
 * assertEquals([...alignTokens(await trainAligner(corpus), [0, 1], [1, 0])], [1, 0]);
 * ```
 */
export function alignTokens(
  model: AlignmentModel,
  source: ArrayLike<number>,
  target: ArrayLike<number>,
): Int32Array {
  const { table, tension, nullProbability } = model;
  const sizes = { n: source.length, m: target.length };
  return Int32Array.from(target, (token, j) => {
    const scale = (1 - nullProbability) / diagonalNormalizer(j, sizes, tension);
    let best = -1, most = nullProbability * probabilityOf(table, table.sourceSize, token);
    for (let i = 0; i < sizes.n; i++) {
      const weight = Math.exp(-tension * diagonalDistance(i, j, sizes));
      const probability = scale * weight * probabilityOf(table, source[i], token);
      if (probability > most) [best, most] = [i, probability];
    }
    return best;
  });
}
