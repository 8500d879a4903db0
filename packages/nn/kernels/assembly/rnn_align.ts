// One step of soft alignment: a query per row against that row's keys (Bahdanau et al. 2015, section
// 3.1 and appendix A.1.2): e_j = v^T tanh(q + k_j), or q^T k_j; weights = softmax(e); context = the
// weighted sum of the values.
import { tanh4 } from "./activation";
import { constants, ONE } from "./constants";
import { fetch, put } from "./rnn_lane";
import { horizontalSum, madd } from "./simd";
import { softmaxRow } from "./softmax";

/** v^T tanh(q + k), or q^T k where v is 0. */
function score(q: usize, k: usize, v: usize, bytes: usize): f32 {
  const whole = bytes & ~15;
  let sums = f32x4.splat(0), j: usize = 0;
  if (v) {
    for (; j < whole; j += 16) {
      sums = madd(v128.load(v + j), tanh4(f32x4.add(v128.load(q + j), v128.load(k + j))), sums);
    }
  } else for (; j < whole; j += 16) sums = madd(v128.load(q + j), v128.load(k + j), sums);
  let sum = horizontalSum(sums);
  for (; j < bytes; j += 4) {
    if (v) {
      const t = tanh4(f32x4.add(v128.load32_splat(q + j), v128.load32_splat(k + j)));
      sum += load<f32>(v + j) * f32x4.extract_lane(t, 0);
    } else sum += load<f32>(q + j) * load<f32>(k + j);
  }
  return sum;
}

/** out += factor * x */
function addScaled(out: usize, x: usize, factor: f32, bytes: usize): void {
  const whole = bytes & ~15, factors = f32x4.splat(factor);
  let j: usize = 0;
  for (; j < whole; j += 16) {
    v128.store(out + j, madd(factors, v128.load(x + j), v128.load(out + j)));
  }
  for (; j < bytes; j += 4) store<f32>(out + j, load<f32>(out + j) + factor * load<f32>(x + j));
}

/** out = the sum of `length` rows of x, weighted. */
function weightedSum(weights: usize, x: usize, out: usize, length: usize, bytes: usize): void {
  const whole = bytes & ~63;
  let j: usize = 0;
  for (; j < whole; j += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, row = x + j;
    for (let i: usize = 0; i < length; i++) {
      const w = v128.load32_splat(weights + (i << 2));
      s0 = madd(w, v128.load(row), s0);
      s1 = madd(w, v128.load(row, 16), s1);
      s2 = madd(w, v128.load(row, 32), s2);
      s3 = madd(w, v128.load(row, 48), s3);
      row += bytes;
    }
    v128.store(out + j, s0);
    v128.store(out + j, s1, 16);
    v128.store(out + j, s2, 32);
    v128.store(out + j, s3, 48);
  }
  if (j == bytes) return;
  memory.fill(out + j, 0, bytes - j);
  for (let i: usize = 0; i < length; i++) {
    addScaled(out + j, x + i * bytes + j, load<f32>(weights + (i << 2)), bytes - j);
  }
}

/**
 * q: rows of `size` floats, qStride apart; keys [rows, length, size], values [rows, length, width], v
 * [size] or 0; mask (0: none) [rows, length], 1 = seen. Writes weights (rows `weightsStride` floats
 * apart) and context (`contextStride`).
 */
export function align(
  q: usize, qStride: usize, keys: usize, values: usize, v: usize, mask: usize,
  weights: usize, weightsStride: usize, context: usize, contextStride: usize,
  rows: usize, length: usize, size: usize, width: usize,
): void {
  const bytes = size << 2, valueBytes = width << 2;
  for (let row: usize = 0; row < rows; row++) {
    for (let j: usize = 0; j < length; j++) {
      const seen = !mask || load<f32>(mask + (j << 2)) != 0;
      store<f32>(weights + (j << 2), seen ? score(q, keys, v, bytes) : 0);
      keys += bytes;
    }
    if (length) softmaxRow(weights, mask, weights, length, 1);
    weightedSum(weights, values, context, length, valueBytes);
    values += length * valueBytes;
    q += qStride << 2;
    weights += weightsStride << 2;
    context += contextStride << 2;
    if (mask) mask += length << 2;
  }
}

/** Inner product. */
function dot(x: usize, y: usize, bytes: usize): f32 {
  const whole = bytes & ~15;
  let s0 = f32x4.splat(0), j: usize = 0;
  for (; j < whole; j += 16) s0 = madd(v128.load(x + j), v128.load(y + j), s0);
  let sum = horizontalSum(s0);
  for (; j < bytes; j += 4) sum += load<f32>(x + j) * load<f32>(y + j);
  return sum;
}

/** The gradient of one score: adds to dq, dk and dv. */
// @ts-ignore: decorator
@inline
function scoreGradient(
  ds: v128, q: usize, k: usize, v: usize, dq: usize, dk: usize, dv: usize, four: bool,
): void {
  const t = tanh4(f32x4.add(fetch(q, four), fetch(k, four)));
  const slope = f32x4.sub(v128.load32_splat(constants, ONE), f32x4.mul(t, t));
  const d = f32x4.mul(f32x4.mul(ds, fetch(v, four)), slope);
  put(dv, madd(ds, t, fetch(dv, four)), four);
  put(dq, f32x4.add(d, fetch(dq, four)), four);
  put(dk, f32x4.add(d, fetch(dk, four)), four);
}

/**
 * The way back for dContext [rows, width]: writes dq (dqStride floats apart), adds to dKeys, dValues
 * and dv. `work`: `length` floats.
 */
export function alignGradient(
  dContext: usize, q: usize, qStride: usize, keys: usize, values: usize, v: usize,
  weights: usize, weightsStride: usize, dq: usize, dqStride: usize,
  dKeys: usize, dValues: usize, dv: usize,
  rows: usize, length: usize, size: usize, width: usize, work: usize,
): void {
  const bytes = size << 2, whole = bytes & ~15, valueBytes = width << 2;
  for (let row: usize = 0; row < rows; row++) {
    let mean: f32 = 0;
    for (let j: usize = 0; j < length; j++) {
      const w = load<f32>(weights + (j << 2));
      if (w != 0) {
        const d = dot(dContext, values, valueBytes);
        addScaled(dValues, dContext, w, valueBytes);
        store<f32>(work + (j << 2), d);
        mean += w * d;
      }
      values += valueBytes;
      dValues += valueBytes;
    }
    memory.fill(dq, 0, bytes);
    for (let j: usize = 0; j < length; j++) {
      const w = load<f32>(weights + (j << 2));
      if (w != 0) {
        const ds = w * (load<f32>(work + (j << 2)) - mean);
        if (v) {
          const all = f32x4.splat(ds);
          let i: usize = 0;
          for (; i < whole; i += 16) {
            scoreGradient(all, q + i, keys + i, v + i, dq + i, dKeys + i, dv + i, true);
          }
          for (; i < bytes; i += 4) {
            scoreGradient(all, q + i, keys + i, v + i, dq + i, dKeys + i, dv + i, false);
          }
        } else {
          addScaled(dq, keys, ds, bytes);
          addScaled(dKeys, q, ds, bytes);
        }
      }
      keys += bytes;
      dKeys += bytes;
    }
    dContext += valueBytes;
    q += qStride << 2;
    dq += dqStride << 2;
    weights += weightsStride << 2;
  }
}
