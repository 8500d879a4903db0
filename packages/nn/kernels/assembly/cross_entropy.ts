import { expNegative4, log } from "./exp";
import { horizontalMax, wideSum } from "./simd";

/**
 * Sum over rows of the cross-entropy of softmax(logits [rows, size]) against labels [rows] smoothed by
 * `smoothing`, stored at `loss`; rows labelled `ignore` count nothing. With `gradient` (0: none) the
 * same pass writes d loss / d logits there: softmax - (1 - smoothing) onehot - smoothing / size.
 * Returns the row of the first label outside the vocabulary, or -1.
 */
export function crossEntropy(
  logits: usize, labels: usize, gradient: usize, loss: usize, rows: usize, size: usize,
  smoothing: f32, ignore: i32,
): i32 {
  for (let row: usize = 0; row < rows; row++) {
    const label = load<i32>(labels + (row << 2));
    if (label != ignore && (label < 0 || label >= <i32> size)) return <i32> row;
  }
  const bytes = size << 2, whole = size >> 2 << 4;
  const share: f32 = smoothing / <f32> size;
  let total: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const label = load<i32>(labels + (row << 2));
    if (label == ignore) {
      if (gradient) memory.fill(gradient, 0, bytes);
    } else {
      let tops = f32x4.splat(-Infinity), top: f32 = -Infinity;
      let j: usize = 0;
      for (; j < whole; j += 16) tops = f32x4.pmax(tops, v128.load(logits + j));
      for (; j < bytes; j += 4) top = max(top, load<f32>(logits + j));
      top = max(top, horizontalMax(tops));
      const shift = f32x4.splat(top);
      let sums = f32x4.splat(0), sum: f64 = 0, shifted = f32x4.splat(0), distance: f64 = 0;
      if (gradient) {
        for (j = 0; j < whole; j += 16) {
          const d = f32x4.sub(v128.load(logits + j), shift), e = expNegative4(d);
          v128.store(gradient + j, e);
          sums = f32x4.add(sums, e);
          shifted = f32x4.add(shifted, d);
        }
      } else {
        for (j = 0; j < whole; j += 16) {
          const d = f32x4.sub(v128.load(logits + j), shift);
          sums = f32x4.add(sums, expNegative4(d));
          shifted = f32x4.add(shifted, d);
        }
      }
      for (; j < bytes; j += 4) {
        const d = load<f32>(logits + j) - top;
        const e = f32x4.extract_lane(expNegative4(f32x4.splat(d)), 0);
        if (gradient) store<f32>(gradient + j, e);
        sum += e;
        distance += d;
      }
      sum += wideSum(sums);
      distance += wideSum(shifted);
      // With d = logit - top: log p = d - log(sum), and the mean over the vocabulary likewise.
      const logSum = log(sum);
      const hit = <f64> (load<f32>(logits + (<usize> label << 2)) - top) - logSum;
      const mean = distance / <f64> size - logSum;
      total -= (1 - <f64> smoothing) * hit + <f64> smoothing * mean;
      if (gradient) {
        const inverse = <f32> (1 / sum), inverses = f32x4.splat(inverse), shares = f32x4.splat(share);
        if (smoothing != 0) {
          for (j = 0; j < whole; j += 16) {
            const p = f32x4.mul(v128.load(gradient + j), inverses);
            v128.store(gradient + j, f32x4.sub(p, shares));
          }
        } else {
          for (j = 0; j < whole; j += 16) {
            v128.store(gradient + j, f32x4.mul(v128.load(gradient + j), inverses));
          }
        }
        for (; j < bytes; j += 4) {
          store<f32>(gradient + j, load<f32>(gradient + j) * inverse - share);
        }
        const at = gradient + (<usize> label << 2);
        store<f32>(at, load<f32>(at) - (1 - smoothing));
      }
    }
    logits += bytes;
    if (gradient) gradient += bytes;
  }
  store<f32>(loss, <f32> total);
  return -1;
}
