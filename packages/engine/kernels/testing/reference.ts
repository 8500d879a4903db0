import {
  ACTIVATION_GELU,
  ACTIVATION_GELU_TANH,
  ACTIVATION_RELU,
  ACTIVATION_SWISH,
  ACTIVATION_TANH,
} from "../layout.ts";
import type { Dense, Norm, PlainLayer, PlainModel, Source } from "./model.ts";

/** Hidden states `[rows][size]` and attention maps `[layers][rows][heads][keys]`. */
export interface Result {
  readonly hidden: number[][];
  readonly selfAttentions: number[][][][];
  readonly crossAttentions: number[][][][];
}

/** What one sentence is made of. */
export interface Sentence {
  readonly ids: number[];
  readonly types?: number[];
  readonly source?: Source;
}

/**
 * Runs one sentence through a model in double precision, all of its tokens at once.
 *
 * @param model The model; `causal` hides later tokens.
 * @param sentence Its token ids, token types and, for cross-attention, its source.
 * @returns Hidden states and attention maps.
 */
export function runReference(model: PlainModel, { ids, types, source }: Sentence): Result {
  const selfAttentions: number[][][][] = [], crossAttentions: number[][][][] = [];
  let x = ids.map((id, position) => {
    let row = model.tokens[id].map((v) => v * model.embeddingScale);
    if (model.positionTable) row = add(row, model.positionTable[position]);
    if (model.typeTable) row = add(row, model.typeTable[types?.[position] ?? 0]);
    return row;
  });
  const normalise = (rows: number[][], norm: Norm) =>
    rows.map((row) => layerNorm(row, norm, model.eps));
  if (model.embeddingNormWeights) x = normalise(x, model.embeddingNormWeights);
  const subLayer = (norm: Norm, run: (rows: number[][]) => number[][]) => {
    const input = model.preNorm ? normalise(x, norm) : x;
    const output = run(input);
    x = x.map((row, i) => add(row, output[i]));
    if (!model.preNorm) x = normalise(x, norm);
  };
  model.stack.forEach((layer, l) => {
    subLayer(layer.selfNorm, (rows) => {
      if (layer.candidate) return recur(layer, rows);
      const { context, maps } = attend(
        model,
        rows.map((row) => dense(layer.query!, row)),
        rows.map((row) => dense(layer.key!, row)),
        rows.map((row) => dense(layer.value!, row)),
        !!model.causal,
      );
      selfAttentions.push(maps);
      return context.map((row) => dense(layer.selfOut!, row));
    });
    if (layer.crossQuery) {
      subLayer(layer.crossNorm!, (rows) => {
        const queries = rows.map((row) => dense(layer.crossQuery!, row));
        const { context, maps } = attend(model, queries, source!.keys[l], source!.values[l], false);
        crossAttentions.push(maps);
        return context.map((row) => dense(layer.crossOut!, row));
      });
    }
    subLayer(
      layer.ffnNorm,
      (rows) =>
        rows.map((row) =>
          dense(layer.down, dense(layer.up, row).map((v) => activation(model.activation, v)))
        ),
    );
  });
  if (model.finalNormWeights) x = normalise(x, model.finalNormWeights);
  return { hidden: x, selfAttentions, crossAttentions };
}

function add(a: number[], b: number[]): number[] {
  return a.map((v, i) => v + b[i]);
}

function dense({ weights, bias }: Dense, x: number[]): number[] {
  return weights.map((row, n) => row.reduce((sum, w, k) => sum + w * x[k], bias[n]));
}

/** The layer norm of a row. */
export function layerNorm(x: number[], { weight, bias }: Norm, eps: number): number[] {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  return x.map((v, i) => (v - mean) / Math.sqrt(variance + eps) * weight[i] + bias[i]);
}

function attend(
  { heads, headDim, scale }: PlainModel,
  queries: number[][],
  keys: number[][],
  values: number[][],
  causal: boolean,
): { context: number[][]; maps: number[][][] } {
  const context: number[][] = [], maps: number[][][] = [];
  queries.forEach((query, i) => {
    const seen = causal ? i + 1 : keys.length, row: number[] = [], map: number[][] = [];
    for (let h = 0; h < heads; h++) {
      const part = (v: number[]) => v.slice(h * headDim, (h + 1) * headDim);
      const scores = keys.slice(0, seen).map((key) =>
        scale * part(query).reduce((sum, v, d) => sum + v * part(key)[d], 0)
      );
      const top = Math.max(...scores), weights = scores.map((s) => Math.exp(s - top));
      const total = weights.reduce((a, b) => a + b, 0), p = weights.map((w) => w / total);
      for (let d = 0; d < headDim; d++) {
        row.push(p.reduce((sum, w, j) => sum + w * part(values[j])[d], 0));
      }
      map.push(p);
    }
    context.push(row);
    maps.push(map);
  });
  return { context, maps };
}

function recur(layer: PlainLayer, rows: number[][]): number[][] {
  let cell = rows[0].map(() => 0);
  return rows.map((row) => {
    const w = dense(layer.candidate!, row);
    const f = dense(layer.forget!, row).map((v) => 1 / (1 + Math.exp(-v)));
    cell = cell.map((c, i) => f[i] * c + (1 - f[i]) * w[i]);
    return cell.map((c) => Math.max(c, 0));
  });
}

/** An activation function, by the number of ../layout.ts. */
export function activation(kind: number, x: number): number {
  switch (kind) {
    case ACTIVATION_RELU:
      return Math.max(x, 0);
    case ACTIVATION_GELU:
      return x * normalCdf(x);
    case ACTIVATION_SWISH:
      return x / (1 + Math.exp(-x));
    case ACTIVATION_GELU_TANH:
      return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case ACTIVATION_TANH:
      return Math.tanh(x);
    default:
      return x;
  }
}

/** The normal distribution function, by its Taylor series or, far out, its continued fraction. */
function normalCdf(x: number): number {
  const z = Math.abs(x), density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  let tail: number;
  if (z < 5) {
    let term = z, sum = z;
    for (let k = 3; term > 1e-18; k += 2) sum += term *= z * z / k;
    tail = 0.5 - density * sum;
  } else {
    let fraction = z;
    for (let k = 60; k > 0; k--) fraction = z + k / fraction;
    tail = density / fraction;
  }
  return x < 0 ? tail : 1 - tail;
}
