/** Which tokens make a word, on both sides of a matrix. */
export interface MatrixGroups {
  /** Rows of each word `[words][0 or more]`. */
  readonly queries: readonly (readonly number[])[];
  /** Columns of each word `[words][0 or more]`. */
  readonly keys: readonly (readonly number[])[];
  /** Number of columns of the matrix. */
  readonly columns: number;
}

/**
 * Weights between words of weights between tokens: columns of a word are added, its rows averaged. A column that belongs
 * to two words is shared between them.
 */
export function mergeGroups(
  weights: Float32Array,
  { queries, keys, columns }: MatrixGroups,
): Float32Array {
  const shares = new Float32Array(columns);
  for (const group of keys) for (const key of group) shares[key]++;
  const merged = new Float32Array(queries.length * keys.length);
  queries.forEach((rows, query) =>
    keys.forEach((group, key) => {
      let sum = 0;
      for (const row of rows) {
        for (const column of group) sum += weights[row * columns + column] / shares[column];
      }
      merged[query * keys.length + key] = rows.length === 0 ? 0 : sum / rows.length;
    })
  );
  return merged;
}
