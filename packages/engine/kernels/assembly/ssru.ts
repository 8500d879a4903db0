// The simpler simple recurrent unit (Kim et al. 2019, "From Research to Production and Back").
import { sigmoid4 } from "./activation";
import { madd } from "./simd";

/**
 * One token: f = sigmoid(forget), cell = f * previous + (1 - f) * candidate (`previous` 0: none), and
 * hidden += ReLU(cell). Sizes in floats, `size` a multiple of 4.
 */
export function ssruCell(
  candidate: usize, forget: usize, previous: usize, cell: usize, hidden: usize, size: i32,
): void {
  const bytes = <usize> size << 2, zero = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    const f = sigmoid4(v128.load(forget + j)), w = v128.load(candidate + j);
    const c = madd(f, f32x4.sub(previous ? v128.load(previous + j) : zero, w), w);
    v128.store(cell + j, c);
    v128.store(hidden + j, f32x4.add(v128.load(hidden + j), f32x4.pmax(c, zero)));
  }
}
