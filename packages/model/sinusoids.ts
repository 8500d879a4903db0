/**
 * Where the sines and cosines of one position stand: `interleaved` as in the paper
 * (sin, cos, sin, cos, ...), `split` as in Marian's checkpoints (all sines, then all cosines).
 */
export type SinusoidLayout = "interleaved" | "split";

/** Shape of a table of positions. */
export interface PositionTableConfig {
  /** Number of positions (rows). */
  readonly maxPositions: number;
  /** Width of one position's vector. */
  readonly hiddenSize: number;
}

/**
 * Fixed positional encodings (Vaswani et al. 2017, section 3.5): wave lengths form a geometric
 * progression from 2π to 10000·2π, so that a shift by k positions is a linear map.
 *
 * @param config Number of positions and their width.
 * @param options The layout; default `interleaved`. `closed`: the slowest sinusoid has the rate 1/10000 itself, as in
 * Marian's own programs and tensor2tensor, where the paper stops one step before it; default false.
 * @returns `[maxPositions * hiddenSize]`, row-major.
 * @throws {RangeError} When a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { sinusoidalTable } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const table = sinusoidalTable({ maxPositions: 2, hiddenSize: 4 });
 * assertEquals([...table.subarray(0, 4)], [0, 1, 0, 1]);
 * ```
 */
export function sinusoidalTable(
  { maxPositions, hiddenSize }: PositionTableConfig,
  { layout = "interleaved", closed = false }: { layout?: SinusoidLayout; closed?: boolean } = {},
): Float32Array {
  for (const [name, value] of Object.entries({ maxPositions, hiddenSize })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot make a position table: ${name} is ${value}, not a positive integer`,
      );
    }
  }
  const table = new Float32Array(maxPositions * hiddenSize);
  const sines = Math.ceil(hiddenSize / 2);
  const { fround } = Math;
  const steps = closed ? Math.max(sines - 1, 1) : hiddenSize / 2;
  const step = fround(fround(Math.log(10000)) / steps);
  for (let column = 0; column < hiddenSize; column++) {
    const pair = Math.floor(column / 2), isSine = column % 2 === 0;
    const target = layout === "interleaved" ? column : isSine ? pair : sines + pair;
    // Marian's own programs compute in float32, which is 1e-6 off at position 50: tables that are not give other words.
    const rate = closed ? fround(Math.exp(fround(pair * -step))) : Math.pow(10000, pair / steps);
    for (let position = 0; position < maxPositions; position++) {
      const angle = closed ? fround(position * rate) : position / rate;
      table[position * hiddenSize + target] = isSine ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}
