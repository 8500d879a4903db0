// Activations quantised: q = round(x * factor) + activationZero. The factor is of each row, activationMax / max|x|, or
// is fixed by the layer: such models were trained with numbers beyond it cut off.

/** The largest magnitude of a quantised activation. */
export let activationMax: f32 = 127;
/** What stands for 0: it moves the numbers to where the hardware's dot product takes them as they are. */
export let activationZero: i32 = 0;

/** Sets the range, once per instance: 127 and 128 (unsigned), 127 and 0 (signed), or 63 and 64 (7 bits). */
export function setActivationRange(max: f32, zero: i32): void {
  activationMax = max;
  activationZero = zero;
}

/** Whether products take down the largest magnitude of each channel instead of scaling it; see `recordLargest`. */
export let recording: bool = false;

/** Begins or ends that. */
export function recordChannels(on: i32): void {
  recording = on != 0;
}

/** channels[j] = max(channels[j], |x[j]|) over rows of k numbers. */
export function recordLargest(x: usize, rows: i32, xStride: usize, k: i32, channels: usize): void {
  for (let row = 0; row < rows; row++, x += xStride) {
    for (let j: usize = 0; j < <usize> k << 2; j += 16) {
      const most = f32x4.pmax(v128.load(channels + j), f32x4.abs(v128.load(x + j)));
      v128.store(channels + j, most);
    }
  }
}

/** 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits. */
const MAGIC_BITS: i32 = 0x4b400000;
/** Rows of smaller numbers count as zero: their reciprocals overflow. */
const TINY: f32 = 1e-30;

/** The largest magnitude of `bytes / 4` numbers; NaN when one is NaN (as integers it is the greatest). */
// @ts-ignore: decorator
@inline
function largest(x: usize, bytes: usize): f32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let m0 = i32x4.splat(0), m1 = m0, m2 = m0, m3 = m0;
  for (const end = x + bytes; x < end; x += 64) {
    m0 = i32x4.max_s(m0, v128.and(v128.load(x), magnitude));
    m1 = i32x4.max_s(m1, v128.and(v128.load(x, 16), magnitude));
    m2 = i32x4.max_s(m2, v128.and(v128.load(x, 32), magnitude));
    m3 = i32x4.max_s(m3, v128.and(v128.load(x, 48), magnitude));
  }
  m0 = i32x4.max_s(i32x4.max_s(m0, m1), i32x4.max_s(m2, m3));
  m0 = i32x4.max_s(m0, v128.shuffle<i32>(m0, m0, 2, 3, 0, 1));
  m0 = i32x4.max_s(m0, v128.shuffle<i32>(m0, m0, 1, 0, 3, 2));
  return f32x4.extract_lane(m0, 0);
}

/** The same of numbers times the factors of their channels. */
// @ts-ignore: decorator
@inline
function largestScaled(x: usize, bytes: usize, channels: usize): f32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let m0 = i32x4.splat(0), m1 = m0, m2 = m0, m3 = m0;
  for (const end = x + bytes; x < end; x += 64, channels += 64) {
    m0 = i32x4.max_s(m0, v128.and(f32x4.mul(v128.load(x), v128.load(channels)), magnitude));
    m1 = i32x4.max_s(m1, v128.and(f32x4.mul(v128.load(x, 16), v128.load(channels, 16)), magnitude));
    m2 = i32x4.max_s(m2, v128.and(f32x4.mul(v128.load(x, 32), v128.load(channels, 32)), magnitude));
    m3 = i32x4.max_s(m3, v128.and(f32x4.mul(v128.load(x, 48), v128.load(channels, 48)), magnitude));
  }
  m0 = i32x4.max_s(i32x4.max_s(m0, m1), i32x4.max_s(m2, m3));
  m0 = i32x4.max_s(m0, v128.shuffle<i32>(m0, m0, 2, 3, 0, 1));
  m0 = i32x4.max_s(m0, v128.shuffle<i32>(m0, m0, 1, 0, 3, 2));
  return f32x4.extract_lane(m0, 0);
}

/** Stores the row's scale and returns the factor that quantises it; `fixed` is for a range of 127, 0: none. */
// @ts-ignore: decorator
@inline
function rowFactor(
  x: usize, k: usize, scaleAt: usize, fixed: f32, scaled: bool, channels: usize,
): v128 {
  if (fixed != 0) {
    store<f32>(scaleAt, 1);
    return f32x4.splat(fixed * (activationMax / 127));
  }
  const most = scaled ? largestScaled(x, k << 2, channels) : largest(x, k << 2);
  const zero = most < TINY;
  store<f32>(scaleAt, zero ? 0 : most / activationMax);
  return f32x4.splat(zero ? 0 : activationMax / most);
}

/** Four numbers quantised, as integers, cut off at `most` where it is given (not 0); NaN becomes some number. */
// @ts-ignore: decorator
@inline
function round4(x: v128, factor: v128, magic: v128, offset: v128, most: v128, bounded: bool): v128 {
  let y = f32x4.mul(x, factor);
  if (bounded) y = f32x4.pmin(most, f32x4.pmax(f32x4.neg(most), y));
  return i32x4.sub(f32x4.add(y, magic), offset);
}

/** Four numbers, times the factors of their channels where there are such. */
// @ts-ignore: decorator
@inline
function load4(x: usize, scaled: bool, channels: usize): v128 {
  return scaled ? f32x4.mul(v128.load(x), v128.load(channels)) : v128.load(x);
}

/** Sixteen numbers at `x` quantised, as bytes: signed where zero is 0, else unsigned. */
// @ts-ignore: decorator
@inline
function quantize16(
  x: usize, factor: v128, magic: v128, offset: v128, most: v128, signed: bool, bounded: bool,
  scaled: bool, channels: usize,
): v128 {
  const low = i16x8.narrow_i32x4_s(
    round4(load4(x, scaled, channels), factor, magic, offset, most, bounded),
    round4(load4(x + 16, scaled, channels + 16), factor, magic, offset, most, bounded),
  );
  const high = i16x8.narrow_i32x4_s(
    round4(load4(x + 32, scaled, channels + 32), factor, magic, offset, most, bounded),
    round4(load4(x + 48, scaled, channels + 48), factor, magic, offset, most, bounded),
  );
  return signed ? i8x16.narrow_i16x8_s(low, high) : i8x16.narrow_i16x8_u(low, high);
}

// @ts-ignore: decorator
@inline
function quantizeRow(
  x: usize, k: usize, out: usize, factor: v128, magic: v128, offset: v128, most: v128, signed: bool,
  bounded: bool, scaled: bool, channels: usize,
): void {
  for (const end = out + k; out < end; x += 64, out += 16) {
    v128.store(out, quantize16(x, factor, magic, offset, most, signed, bounded, scaled, channels));
    if (scaled) channels += 64;
  }
}

/**
/**
 * Quantises rows of k numbers, `xStride` bytes apart, into rows of k bytes; scales[i] undoes it. `fixed`: see
 * LINEAR_INPUT. `channels`: 0, or f32 [k], factors of the numbers before that; one of both is 0.
 */
export function quantizeRows(
  x: usize, rows: i32, xStride: usize, k: usize, out: usize, scales: usize, fixed: f32,
  channels: usize,
): void {
  const magic = i32x4.splat(MAGIC_BITS), offset = i32x4.splat(MAGIC_BITS - activationZero);
  const most = f32x4.splat(activationMax), signed = activationZero == 0, bounded = fixed != 0;
  for (let row = 0; row < rows; row++) {
    const factor = channels
      ? rowFactor(x, k, scales, 0, true, channels)
      : rowFactor(x, k, scales, fixed, false, 0);
    if (channels) {
      if (signed) quantizeRow(x, k, out, factor, magic, offset, most, true, false, true, channels);
      else quantizeRow(x, k, out, factor, magic, offset, most, false, false, true, channels);
    } else if (signed && bounded) {
      quantizeRow(x, k, out, factor, magic, offset, most, true, true, false, 0);
    } else if (signed) quantizeRow(x, k, out, factor, magic, offset, most, true, false, false, 0);
    else if (bounded) quantizeRow(x, k, out, factor, magic, offset, most, false, true, false, 0);
    else quantizeRow(x, k, out, factor, magic, offset, most, false, false, false, 0);
    x += xStride;
    out += k;
    scales += 4;
  }
}

// @ts-ignore: decorator
@inline
function quantizeFive(
  x: usize, xStride: usize, k: usize, out: usize, f0: v128, f1: v128, f2: v128, f3: v128, f4: v128,
  magic: v128, offset: v128, most: v128, signed: bool, bounded: bool, scaled: bool, channels: usize,
): void {
  let p0 = x, p1 = p0 + xStride, p2 = p1 + xStride, p3 = p2 + xStride, p4 = p3 + xStride;
  for (const end = out + k * 5; out < end; out += 80) {
    const r0 = quantize16(p0, f0, magic, offset, most, signed, bounded, scaled, channels);
    const r1 = quantize16(p1, f1, magic, offset, most, signed, bounded, scaled, channels);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const r2 = quantize16(p2, f2, magic, offset, most, signed, bounded, scaled, channels);
    const r3 = quantize16(p3, f3, magic, offset, most, signed, bounded, scaled, channels);
    const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
    v128.store(out, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 16);
    v128.store(out, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 32);
    v128.store(out, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 48);
    v128.store(out, quantize16(p4, f4, magic, offset, most, signed, bounded, scaled, channels), 64);
    p0 += 64;
    p1 += 64;
    p2 += 64;
    p3 += 64;
    p4 += 64;
    if (scaled) channels += 64;
  }
}

/**
 * Quantises five rows in the order in which their tile reads them: for every 16 numbers the first four
 * rows transposed in groups of four bytes (four vectors), then the fifth row (one vector).
 */
export function quantizePanel(
  x: usize, xStride: usize, k: usize, out: usize, scales: usize, fixed: f32, channels: usize,
): void {
  if (channels) quantizePanelOf(x, xStride, k, out, scales, 0, false, true, channels);
  else if (fixed != 0) quantizePanelOf(x, xStride, k, out, scales, fixed, true, false, 0);
  else quantizePanelOf(x, xStride, k, out, scales, 0, false, false, 0);
}

// @ts-ignore: decorator
@inline
function quantizePanelOf(
  x: usize, xStride: usize, k: usize, out: usize, scales: usize, fixed: f32, bounded: bool,
  scaled: bool, channels: usize,
): void {
  const magic = i32x4.splat(MAGIC_BITS), offset = i32x4.splat(MAGIC_BITS - activationZero);
  const most = f32x4.splat(activationMax);
  const f0 = rowFactor(x, k, scales, fixed, scaled, channels);
  const f1 = rowFactor(x + xStride, k, scales + 4, fixed, scaled, channels);
  const f2 = rowFactor(x + 2 * xStride, k, scales + 8, fixed, scaled, channels);
  const f3 = rowFactor(x + 3 * xStride, k, scales + 12, fixed, scaled, channels);
  const f4 = rowFactor(x + 4 * xStride, k, scales + 16, fixed, scaled, channels);
  if (activationZero == 0) {
    quantizeFive(
      x, xStride, k, out, f0, f1, f2, f3, f4, magic, offset, most, true, bounded, scaled, channels,
    );
  } else {
    quantizeFive(
      x, xStride, k, out, f0, f1, f2, f3, f4, magic, offset, most, false, bounded, scaled, channels,
    );
  }
}
