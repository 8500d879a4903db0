import { transpose4 } from "./pack";

/**
 * out [batch, columns, rows] = x [batch, rows, columns] with the last two dimensions exchanged, each
 * element a run of `inner` floats.
 */
export function transpose(
  x: usize, out: usize, batch: usize, rows: usize, columns: usize, inner: usize,
): void {
  for (let b: usize = 0; b < batch; b++) {
    if (inner == 1) transposeMatrix(x, out, rows, columns);
    else {
      const bytes = inner << 2;
      for (let i: usize = 0; i < rows; i++) {
        for (let j: usize = 0; j < columns; j++) {
          memory.copy(out + (j * rows + i) * bytes, x + (i * columns + j) * bytes, bytes);
        }
      }
    }
    x += rows * columns * inner << 2;
    out += rows * columns * inner << 2;
  }
}

/** In blocks of 32 x 32, so that the lines written stay in the cache. */
function transposeMatrix(x: usize, out: usize, rows: usize, columns: usize): void {
  const from = columns << 2, to = rows << 2;
  for (let i0: usize = 0; i0 < rows; i0 += 32) {
    const i1 = min(rows, i0 + 32);
    for (let j0: usize = 0; j0 < columns; j0 += 32) {
      const j1 = min(columns, j0 + 32);
      let i = i0;
      for (; i + 4 <= i1; i += 4) {
        let j = j0;
        for (; j + 4 <= j1; j += 4) {
          transpose4(x + i * from + (j << 2), from, out + j * to + (i << 2), to);
        }
        for (; j < j1; j++) {
          for (let r: usize = 0; r < 4; r++) {
            store<f32>(out + j * to + (i + r << 2), load<f32>(x + (i + r) * from + (j << 2)));
          }
        }
      }
      for (; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          store<f32>(out + j * to + (i << 2), load<f32>(x + i * from + (j << 2)));
        }
      }
    }
  }
}
