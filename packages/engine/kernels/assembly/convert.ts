// Numbers of checkpoints made into float32, and checked.

/** Four bit patterns of float16 (in the low halves) as float32: subnormals, infinities and NaN too. */
// @ts-ignore: decorator
@inline
function halves(bits: v128): v128 {
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  const shifted = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const exponent = v128.and(shifted, i32x4.splat(0x0f800000));
  const rebased = i32x4.add(shifted, i32x4.splat(112 << 23)); // exponent bias 127 instead of 15
  // Infinity and NaN: the exponent is all ones there too.
  const special = i32x4.eq(exponent, i32x4.splat(0x0f800000));
  const normal = i32x4.add(rebased, v128.and(special, i32x4.splat(112 << 23)));
  // Subnormal: the mantissa without its hidden one, so count with a hidden one and subtract it.
  const hidden = i32x4.splat(113 << 23);
  const subnormal = f32x4.sub(i32x4.add(rebased, i32x4.splat(1 << 23)), hidden);
  const value = v128.bitselect(subnormal, normal, i32x4.eq(exponent, i32x4.splat(0)));
  return v128.or(value, sign);
}

/** float16 to float32, `count` numbers; the ranges must not overlap. */
export function halfToFloat(source: usize, out: usize, count: i32): void {
  const end = source + (<usize> count << 1), whole = source + (<usize> count >> 3 << 4);
  for (; source < whole; source += 16, out += 32) {
    const bits = v128.load(source);
    v128.store(out, halves(i32x4.extend_low_i16x8_u(bits)));
    v128.store(out, halves(i32x4.extend_high_i16x8_u(bits)), 16);
  }
  for (; source < end; source += 2, out += 4) {
    store<f32>(out, f32x4.extract_lane(halves(i32x4.splat(load<u16>(source))), 0));
  }
}

/** bfloat16 to float32, `count` numbers; the ranges must not overlap. */
export function brainToFloat(source: usize, out: usize, count: i32): void {
  const end = source + (<usize> count << 1), whole = source + (<usize> count >> 3 << 4);
  for (; source < whole; source += 16, out += 32) {
    const bits = v128.load(source);
    v128.store(out, i32x4.shl(i32x4.extend_low_i16x8_u(bits), 16));
    v128.store(out, i32x4.shl(i32x4.extend_high_i16x8_u(bits), 16), 16);
  }
  for (; source < end; source += 2, out += 4) store<u32>(out, <u32> load<u16>(source) << 16);
}

/** The index of the first NaN or infinity of `count` numbers, or -1. */
export function findNonFinite(x: usize, count: i32): i32 {
  const absolute = i32x4.splat(0x7fffffff), infinity = i32x4.splat(0x7f800000 - 1);
  const size = <usize> count << 2;
  let at: usize = 0;
  for (; at + 64 <= size; at += 64) {
    const p = x + at;
    const low = i32x4.max_s(
      v128.and(v128.load(p), absolute), v128.and(v128.load(p, 16), absolute),
    );
    const high = i32x4.max_s(
      v128.and(v128.load(p, 32), absolute), v128.and(v128.load(p, 48), absolute),
    );
    if (v128.any_true(i32x4.gt_s(i32x4.max_s(low, high), infinity))) break;
  }
  for (; at < size; at += 4) {
    if ((load<u32>(x + at) & 0x7fffffff) >= 0x7f800000) return <i32> (at >> 2);
  }
  return -1;
}

/** out (columns x rows) = the transpose of source (rows x columns), both float32 and contiguous. */
export function transpose(source: usize, rows: i32, columns: i32, out: usize): void {
  const stride = <usize> columns << 2, outStride = <usize> rows << 2;
  const wholeRows = rows & ~3, wholeColumns = columns & ~3;
  for (let i = 0; i < wholeRows; i += 4) {
    let p0 = source + <usize> i * stride, to = out + (<usize> i << 2);
    for (let j = 0; j < wholeColumns; j += 4) {
      const p1 = p0 + stride, p2 = p1 + stride, p3 = p2 + stride;
      const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const o1 = to + outStride, o2 = o1 + outStride, o3 = o2 + outStride;
      v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(o1, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(o2, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(o3, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
      p0 += 16;
      to = o3 + outStride;
    }
  }
  for (let i = 0; i < rows; i++) {
    const from = source + <usize> i * stride, to = out + (<usize> i << 2);
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      store<f32>(to + <usize> j * outStride, load<f32>(from + (<usize> j << 2)));
    }
  }
}
