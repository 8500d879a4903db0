/** Attention of one sequence, from every query to every key, in all layers and heads. */
export interface AttentionMaps {
  /** Weights `[layers][heads][queries][keys]`, row-major; each row of keys sums to 1. */
  readonly weights: Float32Array;
  /** Number of layers. */
  readonly layers: number;
  /** Number of heads. */
  readonly heads: number;
  /** Number of queries. */
  readonly queries: number;
  /** Number of keys. */
  readonly keys: number;
}
