// Rows and columns taken out of packed weights.
import {
  LINEAR_BIAS, LINEAR_CORRECTIONS, LINEAR_DTYPE, LINEAR_K, LINEAR_N, LINEAR_SCALES, LINEAR_WEIGHTS,
} from "../layout";

/** The bias of an output that is only padding: it is never among the best. */
const HIDDEN: f32 = -1e9;

/**
 * Rows ids[i] (i32) of the weight matrix behind the LINEAR `desc` as float32, times `scale`: the lookup
 * in a table of embeddings. Rows of `out` are `outStride` bytes apart.
 */
export function lookupRows(
  desc: usize, ids: usize, count: i32, scale: f32, out: usize, outStride: usize,
): void {
  const k = <usize> load<i32>(desc, LINEAR_K), weights = load<usize>(desc, LINEAR_WEIGHTS);
  const isInt8 = load<i32>(desc, LINEAR_DTYPE) != 0, scales = load<usize>(desc, LINEAR_SCALES);
  for (let i: usize = 0; i < <usize> count; i++) {
    const id = <usize> load<u32>(ids + (i << 2));
    let to = out + i * outStride;
    const end = to + (k << 2);
    if (isInt8) {
      const factor = f32x4.splat(load<f32>(scales + (id << 2)) * scale);
      let from = weights + (id >> 3) * (k << 3) + ((id & 7) << 2);
      for (; to < end; to += 16, from += 32) {
        const bytes = v128.load32_zero(from);
        const numbers = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes));
        v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(numbers), factor));
      }
    } else {
      let from = weights + (id >> 3) * (k << 5) + ((id & 7) << 2);
      for (; to < end; to += 4, from += 32) store<f32>(to, load<f32>(from) * scale);
    }
  }
}

/**
 * Copies the outputs ids[i] (i32) of the LINEAR `desc` into the LINEAR `outDesc` of the same k and kind,
 * whose buffers are given. Outputs of it from `count` on have zero weights and a bias of -1e9.
 */
export function gatherColumns(desc: usize, ids: usize, count: i32, outDesc: usize): void {
  const isInt8 = load<i32>(desc, LINEAR_DTYPE) != 0;
  // Every column has four bytes in a step of 32: four int8 or one float32.
  const steps = <usize> load<i32>(desc, LINEAR_K) >> (isInt8 ? 2 : 0);
  const n = <usize> load<i32>(outDesc, LINEAR_N);
  const weights = load<usize>(desc, LINEAR_WEIGHTS), outWeights = load<usize>(outDesc, LINEAR_WEIGHTS);
  const bias = load<usize>(desc, LINEAR_BIAS), outBias = load<usize>(outDesc, LINEAR_BIAS);
  const scales = load<usize>(desc, LINEAR_SCALES), outScales = load<usize>(outDesc, LINEAR_SCALES);
  const corrections = load<usize>(desc, LINEAR_CORRECTIONS);
  const outCorrections = load<usize>(outDesc, LINEAR_CORRECTIONS);
  for (let i: usize = 0; i < n; i++) {
    const at = i << 2;
    let to = outWeights + (i >> 3) * (steps << 5) + ((i & 7) << 2);
    const end = to + (steps << 5);
    if (i < <usize> count) {
      const id = <usize> load<u32>(ids + at);
      let from = weights + (id >> 3) * (steps << 5) + ((id & 7) << 2);
      for (; to < end; to += 128, from += 128) {
        store<u32>(to, load<u32>(from));
        store<u32>(to, load<u32>(from, 32), 32);
        store<u32>(to, load<u32>(from, 64), 64);
        store<u32>(to, load<u32>(from, 96), 96);
      }
      store<f32>(outBias + at, bias ? load<f32>(bias + (id << 2)) : 0);
      if (isInt8) {
        store<f32>(outScales + at, load<f32>(scales + (id << 2)));
        store<i32>(outCorrections + at, load<i32>(corrections + (id << 2)));
      }
    } else {
      for (; to < end; to += 32) store<u32>(to, 0);
      store<f32>(outBias + at, HIDDEN);
      if (isInt8) {
        store<f32>(outScales + at, 0);
        store<i32>(outCorrections + at, 0);
      }
    }
  }
}
