// @ts-check
/// <reference lib="dom" />

/**
 * One kind of attention with its tokens.
 * @typedef {object} Group
 * @property {string} kind
 * @property {string} name
 * @property {string[]} queries
 * @property {string[]} keys
 * @property {number} generatedFrom
 * @property {string} queryName
 * @property {string} keyName
 * @property {{layer: number, heads: {head: number | "mean", weights: string}[]}[]} layers
 */

/**
 * Everything that the page shows.
 * @typedef {object} PageData
 * @property {string} title
 * @property {Group[]} groups
 * @property {{light: string[], dark: string[]}} ramp
 */

/** A byte stands for the square root of a weight, so that small weights keep their digits. */
const WEIGHTS = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255) ** 2);

/** @type {WeakMap<object, Float32Array>} */
const decoded = new WeakMap();

/**
 * Weights of one head `[queries * keys]`, decoded when first asked for.
 * @param {Group} group
 * @param {number} layer place in `group.layers`
 * @param {number} head place in the layer's heads
 * @returns {Float32Array}
 */
export function weightsOf(group, layer, head) {
  const entry = group.layers[layer].heads[head];
  let weights = decoded.get(entry);
  if (weights === undefined) {
    weights = Float32Array.from(atob(entry.weights), (byte) => WEIGHTS[byte.charCodeAt(0)]);
    decoded.set(entry, weights);
  }
  return weights;
}

/**
 * Mean over heads of the weights of one token: of a query over all keys, or of all queries for a key.
 * @param {Group} group
 * @param {number} layer
 * @param {Iterable<number>} heads
 * @param {{side: string, index: number}} token
 * @returns {Float32Array}
 */
export function weightsOfToken(group, layer, heads, { side, index }) {
  const columns = group.keys.length;
  const isQuery = side === "query";
  const result = new Float32Array(isQuery ? columns : group.queries.length);
  let count = 0;
  for (const head of heads) {
    const weights = weightsOf(group, layer, head);
    for (let i = 0; i < result.length; i++) {
      result[i] += weights[isQuery ? index * columns + i : i * columns + index];
    }
    count++;
  }
  return result.map((sum) => sum / Math.max(1, count));
}

/**
 * The places of the largest weights, largest first.
 * @param {Float32Array} weights
 * @param {number} most
 * @returns {number[]}
 */
export function strongest(weights, most) {
  return Array.from(weights.keys())
    .filter((place) => weights[place] >= 0.005)
    .sort((a, b) => weights[b] - weights[a] || a - b)
    .slice(0, most);
}

/** @type {WeakMap<Float32Array, number>} */
const leasts = new WeakMap();

/**
 * The least weight that gets a line while no token is chosen: a long text would only be a fog.
 *
 * About one line for each query is left, more in a short text; a head that spreads its attention
 * over a long one still shows where it is strongest. As rows sum to 1, a query never has more than
 * four lines of 0.25, so all of those are shown.
 * @param {Float32Array} weights of one head, `[queries * keys]`
 * @param {number} queries
 * @returns {number}
 */
export function leastShown(weights, queries) {
  let least = leasts.get(weights);
  if (least === undefined) {
    const counts = new Uint32Array(256);
    for (const weight of weights) counts[Math.round(Math.sqrt(weight) * 255)]++;
    let step = 256, lines = 0;
    while (step > 1 && lines + counts[step - 1] <= 1.5 * queries + 40) lines += counts[--step];
    // Half a step below, so that a weight of this step is not lost to rounding.
    least = Math.min(0.25, Math.max(0.04, ((step - 0.5) / 255) ** 2));
    leasts.set(weights, least);
  }
  return least;
}

/**
 * How much of a colour stands for a weight: its square root, so that a mean of many heads is seen.
 * @param {number} weight
 * @returns {string} in per cent
 */
export function shade(weight) {
  return `${Math.round(Math.sqrt(weight) * 100)}%`;
}
