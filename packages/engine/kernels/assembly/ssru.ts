// The simpler simple recurrent unit (Kim et al. 2019, "From Research to Production and Back").
import { bounded } from "./activation";
import {
  constant, EXP2, EXP3, EXP4, EXP5, LN2_HIGH, LN2_LOW, LOG2E, MAGIC, ONE, VANISHING,
} from "./constants";
import { exp4 } from "./exp";
import { madd } from "./simd";

/**
 * One token: f = sigmoid(forget), cell = f * previous + (1 - f) * candidate (`previous` 0: none), and
 * hidden += ReLU(cell). Sizes in floats, `size` a multiple of 4.
 */
export function ssruCell(
  candidate: usize, forget: usize, previous: usize, cell: usize, hidden: usize, size: i32,
): void {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  const bytes = <usize> size << 2, zero = f32x4.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    const w = v128.load(candidate + j), opposite = bounded(v128.load(forget + j));
    const e = exp4(opposite, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    const change = f32x4.sub(previous ? v128.load(previous + j) : zero, w);
    const c = madd(f32x4.div(one, f32x4.add(e, one)), change, w);
    v128.store(cell + j, c);
    v128.store(hidden + j, f32x4.add(v128.load(hidden + j), f32x4.pmax(c, zero)));
  }
}
