// What a search needs of a row of logits.
import {
  constant, EXP2, EXP3, EXP4, EXP5, LN2_HIGH, LN2_LOW, LOG2E, MAGIC, ONE, VANISHING,
} from "./constants";
import { exp4, log } from "./exp";
import { horizontalMax, wideSum } from "./simd";

/**
 * The `k` best of the first `vocab` logits of each row, best first, the lower id first among equals: ids
 * i32[rows][k] and values f32[rows][k]. NaN is never chosen; places that no number is left for get id 0
 * and value NaN. A block of 16 is looked into only when one of it beats the k-th best so far.
 */
export function topTokens(
  logits: usize, rows: i32, stride: i32, vocab: i32, k: i32, ids: usize, values: usize,
): void {
  if (k <= 0) return;
  for (let row = 0; row < rows; row++) {
    let found = 0, i = 0;
    for (; i < vocab && found < k; i++) {
      const v = load<f32>(logits + (<usize> i << 2));
      if (v == v) insert(v, i, found++, ids, values);
    }
    for (let j = found; j < k; j++) {
      store<i32>(ids + (<usize> j << 2), 0);
      store<f32>(values + (<usize> j << 2), NaN);
    }
    if (i < vocab) i = scan(logits, i, min(i + 3 & ~3, vocab), k, ids, values);
    let worst = f32x4.splat(load<f32>(values + (<usize> (k - 1) << 2)));
    for (const whole = vocab - 15; i < whole; i += 16) {
      const p = logits + (<usize> i << 2);
      const better = v128.or(
        v128.or(f32x4.gt(v128.load(p), worst), f32x4.gt(v128.load(p, 16), worst)),
        v128.or(f32x4.gt(v128.load(p, 32), worst), f32x4.gt(v128.load(p, 48), worst)),
      );
      if (v128.any_true(better)) {
        scan(logits, i, i + 16, k, ids, values);
        worst = f32x4.splat(load<f32>(values + (<usize> (k - 1) << 2)));
      }
    }
    scan(logits, i, vocab, k, ids, values);
    logits += <usize> stride << 2;
    ids += <usize> k << 2;
    values += <usize> k << 2;
  }
}

/** Inserts those of the logits from `i` to `end` that beat the k-th best; returns `end`. */
function scan(logits: usize, i: i32, end: i32, k: i32, ids: usize, values: usize): i32 {
  const last = values + (<usize> (k - 1) << 2);
  for (; i < end; i++) {
    const v = load<f32>(logits + (<usize> i << 2));
    if (v > load<f32>(last)) insert(v, i, k - 1, ids, values);
  }
  return i;
}

/** Puts a logit before the smaller ones of the best `count`; the place after them is free. */
// @ts-ignore: decorator
@inline
function insert(value: f32, id: i32, count: i32, ids: usize, values: usize): void {
  let at = <usize> count << 2;
  for (; at && load<f32>(values + at - 4) < value; at -= 4) {
    store<f32>(values + at, load<f32>(values + at - 4));
    store<i32>(ids + at, load<i32>(ids + at - 4));
  }
  store<f32>(values + at, value);
  store<i32>(ids + at, id);
}

/** out f32[rows] = log(sum(exp)) over the first `vocab` logits of each row. */
export function logSumExp(logits: usize, rows: i32, stride: i32, vocab: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out, logSumExpRow(logits, vocab));
    logits += <usize> stride << 2;
    out += 4;
  }
}

function logSumExpRow(x: usize, vocab: i32): f32 {
  const vanishing = constant(VANISHING), log2e = constant(LOG2E), magic = constant(MAGIC);
  const high = constant(LN2_HIGH), low = constant(LN2_LOW), c2 = constant(EXP2);
  const c3 = constant(EXP3), c4 = constant(EXP4), c5 = constant(EXP5), one = constant(ONE);
  const end = x + (<usize> vocab << 2), whole = x + (<usize> (vocab & ~3) << 2);
  const top = largest(x, whole, end);
  if (top == -Infinity || top == Infinity) return top;
  const shift = f32x4.splat(top);
  // Parts of the sum in double precision: a float would lose digits over a large vocabulary.
  let total: f64 = 0;
  while (x < whole) {
    let sum = f32x4.splat(0);
    for (const stop = min(x + 4096, whole); x < stop; x += 16) {
      const v = f32x4.sub(v128.load(x), shift);
      sum = f32x4.add(sum, exp4(v, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one));
    }
    total += wideSum(sum);
  }
  for (; x < end; x += 4) {
    const v = f32x4.sub(v128.load32_splat(x), shift);
    const e = exp4(v, vanishing, log2e, magic, high, low, c2, c3, c4, c5, one);
    total += f32x4.extract_lane(e, 0);
  }
  return <f32> (<f64> top + log(total));
}

/** The largest number from `x` to `end`; up to `whole` in vectors. */
function largest(x: usize, whole: usize, end: usize): f32 {
  let top0 = f32x4.splat(-Infinity), top1 = top0;
  for (const pairs = x + (whole - x & ~31); x < pairs; x += 32) {
    top0 = f32x4.pmax(v128.load(x), top0);
    top1 = f32x4.pmax(v128.load(x, 16), top1);
  }
  if (x < whole) top0 = f32x4.pmax(v128.load(x), top0);
  let top = horizontalMax(f32x4.pmax(top0, top1));
  for (let p = whole; p < end; p += 4) top = max(top, load<f32>(p));
  return top;
}
