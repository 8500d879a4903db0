import type { LogitsProcessor } from "./types.ts";
import { logSumExp } from "./log_softmax.ts";

/**
 * Makes all tokens impossible but the fewest of the likeliest that have a probability together (Holtzman et al. 2020,
 * "The Curious Case of Neural Text Degeneration", section 3.1). At least one stays; of equals the lower id.
 *
 * @param topP The probability, 0 to 1.
 * @returns The processor.
 *
 * @example
 * ```ts
 * import { keepTopP } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(0.5, 0.3, 0.2).map(Math.log);
 * keepTopP(0.7)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores.map(Math.exp)].map((p) => +p.toFixed(4)), [0.5, 0.3, 0]);
 * ```
 */
export function keepTopP(topP: number): LogitsProcessor {
  return (scores) => {
    const logZ = logSumExp(scores);
    // Tokens below this have less than 1 - topP together: they are out, and need not be sorted. A margin, because
    // rounding must not lose the likeliest.
    const least = logZ + Math.log((1 - topP) / scores.length) - 1e-6;
    const likely: number[] = [];
    for (let i = 0; i < scores.length; i++) if (scores[i] >= least) likely.push(i);
    likely.sort((a, b) => scores[b] - scores[a] || a - b);
    let mass = 0, kept = 0;
    do mass += Math.exp(scores[likely[kept++]] - logZ); while (mass < topP && kept < likely.length);
    keepOnly(scores, likely.slice(0, kept));
  };
}

/**
 * Makes all tokens impossible but the fewest that have a probability together, those first whose information,
 * `-log p`, is nearest to the expected one (Meister et al. 2023, "Locally Typical Sampling", section 4). Tokens as
 * near as the last of them stay.
 *
 * @param mass The probability, above 0 and below 1.
 * @returns The processor.
 *
 * @example The expected information is 0.9 nats; 0.3 carries 1.2 and 0.6 carries 0.5, but 0.1 carries 2.3
 * ```ts
 * import { keepTypical } from "@heed/search";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = Float32Array.of(0.6, 0.3, 0.1).map(Math.log);
 * keepTypical(0.2)(scores, { sentence: 0, ids: [0], step: 0, maxNewTokens: 9 });
 * assertEquals([...scores.map(Math.exp)].map((p) => +p.toFixed(4)), [0, 0.3, 0]);
 * ```
 */
export function keepTypical(mass: number): LogitsProcessor {
  return (scores) => {
    const logZ = logSumExp(scores);
    const possible: number[] = [];
    let entropy = 0;
    for (let i = 0; i < scores.length; i++) {
      if (scores[i] === -Infinity) continue;
      possible.push(i);
      entropy -= (scores[i] - logZ) * Math.exp(scores[i] - logZ);
    }
    const distance = (id: number) => Math.abs(logZ - scores[id] - entropy);
    const distances = Float64Array.from(possible, distance);
    const order = [...possible.keys()].sort((a, b) => distances[a] - distances[b]);
    let sum = 0, last = 0;
    for (; last < order.length - 1; last++) {
      sum += Math.exp(scores[possible[order[last]]] - logZ);
      if (sum >= mass) break;
    }
    const farthest = distances[order[last]];
    possible.forEach((id, i) => {
      if (distances[i] > farthest) scores[id] = -Infinity;
    });
  };
}

function keepOnly(scores: Float32Array, ids: readonly number[]): void {
  const kept = ids.map((id) => scores[id]);
  scores.fill(-Infinity);
  ids.forEach((id, i) => scores[id] = kept[i]);
}
