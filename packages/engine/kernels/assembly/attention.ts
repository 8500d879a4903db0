// Attention of one head: softmax(scale q K^T) V for one query, or for up to four that share their keys.
//
// Keys stand in rows (key j at keys + j * step) or, `listed`, in records (key j at step bytes into the
// record whose address is word j of the list `keys`); the value of a key lies `toValue` bytes after it.
// Sums run in the same order for one query and for four: a token's result is the same bit for bit
// whatever it is computed with.
import { exponentials } from "./exp";
import { horizontalMax, horizontalSum, madd } from "./simd";

/** Values that one query takes up at a time; a power of two. */
const MOST_VALUES: i32 = 16;

/** Bytes of `scratch`: 1 / sum and the scores, of four queries or of all heads of one. */
export function scoreBytes(keys: i32, heads: i32): usize {
  const lanes = max(heads, 4);
  return <usize> lanes * (16 + (<usize> (keys + 3 & ~3) << 2));
}

// @ts-ignore: decorator
@inline
function keyAt(listed: bool, keys: usize, step: usize, j: i32): usize {
  return listed ? <usize> load<u32>(keys + (<usize> j << 2)) + step : keys + <usize> j * step;
}

/** [sum of a, sum of b, sum of c, sum of d] */
// @ts-ignore: decorator
@inline
function sums4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(
    v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    v128.shuffle<f32>(a, b, 2, 6, 3, 7),
  );
  const cd = f32x4.add(
    v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    v128.shuffle<f32>(c, d, 2, 6, 3, 7),
  );
  return f32x4.add(
    v128.shuffle<f32>(ab, cd, 0, 1, 4, 5),
    v128.shuffle<f32>(ab, cd, 2, 3, 6, 7),
  );
}

/**
 * One query, `heads` heads of `bytes` bytes each, `size` keys. All heads of a key are read together, and
 * all of a value: they stand side by side, the next key may be pages away. Leaves 1 / sum and the
 * exponentials of every head in `scratch`.
 */
// @ts-ignore: decorator
@inline
function attendOne(
  listed: bool, query: usize, keys: usize, step: usize, toValue: usize, size: i32, heads: i32,
  bytes: usize, scale: f32, out: usize, scratch: usize,
): void {
  if (size <= 0) return memory.fill(out, 0, <usize> heads * bytes);
  const padded = <usize> (size + 3 & ~3) << 2, stride = 16 + padded, last = size - 1;
  const scales = f32x4.splat(scale), queryEnd = query + <usize> heads * bytes;
  for (let j = 0; j < size; j += 4) {
    let k0 = keyAt(listed, keys, step, j), k1 = keyAt(listed, keys, step, min(j + 1, last));
    let k2 = keyAt(listed, keys, step, min(j + 2, last));
    let k3 = keyAt(listed, keys, step, min(j + 3, last));
    let score = scratch + 16 + (<usize> j << 2);
    for (let q = query; q < queryEnd; score += stride) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      const end = q + bytes;
      for (const whole = q + (bytes & ~63); q < whole; q += 64) {
        let x = v128.load(q);
        s0 = madd(x, v128.load(k0), s0);
        s1 = madd(x, v128.load(k1), s1);
        s2 = madd(x, v128.load(k2), s2);
        s3 = madd(x, v128.load(k3), s3);
        x = v128.load(q, 16);
        s0 = madd(x, v128.load(k0, 16), s0);
        s1 = madd(x, v128.load(k1, 16), s1);
        s2 = madd(x, v128.load(k2, 16), s2);
        s3 = madd(x, v128.load(k3, 16), s3);
        x = v128.load(q, 32);
        s0 = madd(x, v128.load(k0, 32), s0);
        s1 = madd(x, v128.load(k1, 32), s1);
        s2 = madd(x, v128.load(k2, 32), s2);
        s3 = madd(x, v128.load(k3, 32), s3);
        x = v128.load(q, 48);
        s0 = madd(x, v128.load(k0, 48), s0);
        s1 = madd(x, v128.load(k1, 48), s1);
        s2 = madd(x, v128.load(k2, 48), s2);
        s3 = madd(x, v128.load(k3, 48), s3);
        k0 += 64;
        k1 += 64;
        k2 += 64;
        k3 += 64;
      }
      for (; q < end; q += 16) {
        const x = v128.load(q);
        s0 = madd(x, v128.load(k0), s0);
        s1 = madd(x, v128.load(k1), s1);
        s2 = madd(x, v128.load(k2), s2);
        s3 = madd(x, v128.load(k3), s3);
        k0 += 16;
        k1 += 16;
        k2 += 16;
        k3 += 16;
      }
      v128.store(score, f32x4.mul(sums4(s0, s1, s2, s3), scales));
    }
  }
  for (let h = 0; h < heads; h++) softmax(scratch + <usize> h * stride, size);
  // As many values at a time as a set of the cache holds when they stand a page apart.
  const blocks = (size + MOST_VALUES - 1) / MOST_VALUES;
  for (let block = 0, first = 0; block < blocks; block++) {
    const end = first + (size - first) / (blocks - block);
    for (let h = 0; h < heads; h++) {
      const head = scratch + <usize> h * stride, inverse = v128.load(head);
      const p = head + 16, at = toValue + <usize> h * bytes, target = out + <usize> h * bytes;
      let d: usize = 0;
      for (const whole = bytes & ~127; d < whole; d += 128) {
        const o = target + d;
        let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        if (first) {
          a0 = v128.load(o);
          a1 = v128.load(o, 16);
          a2 = v128.load(o, 32);
          a3 = v128.load(o, 48);
          a4 = v128.load(o, 64);
          a5 = v128.load(o, 80);
          a6 = v128.load(o, 96);
          a7 = v128.load(o, 112);
        }
        for (let j = first; j < end; j++) {
          const v = keyAt(listed, keys, step, j) + at + d;
          const w = v128.load32_splat(p + (<usize> j << 2));
          a0 = madd(w, v128.load(v), a0);
          a1 = madd(w, v128.load(v, 16), a1);
          a2 = madd(w, v128.load(v, 32), a2);
          a3 = madd(w, v128.load(v, 48), a3);
          a4 = madd(w, v128.load(v, 64), a4);
          a5 = madd(w, v128.load(v, 80), a5);
          a6 = madd(w, v128.load(v, 96), a6);
          a7 = madd(w, v128.load(v, 112), a7);
        }
        if (end == size) {
          a0 = f32x4.mul(a0, inverse);
          a1 = f32x4.mul(a1, inverse);
          a2 = f32x4.mul(a2, inverse);
          a3 = f32x4.mul(a3, inverse);
          a4 = f32x4.mul(a4, inverse);
          a5 = f32x4.mul(a5, inverse);
          a6 = f32x4.mul(a6, inverse);
          a7 = f32x4.mul(a7, inverse);
        }
        v128.store(o, a0);
        v128.store(o, a1, 16);
        v128.store(o, a2, 32);
        v128.store(o, a3, 48);
        v128.store(o, a4, 64);
        v128.store(o, a5, 80);
        v128.store(o, a6, 96);
        v128.store(o, a7, 112);
      }
      for (; d < bytes; d += 16) {
        let a = first ? v128.load(target + d) : f32x4.splat(0);
        for (let j = first; j < end; j++) {
          const v = keyAt(listed, keys, step, j) + at + d;
          a = madd(v128.load32_splat(p + (<usize> j << 2)), v128.load(v), a);
        }
        v128.store(target + d, end == size ? f32x4.mul(a, inverse) : a);
      }
    }
    first = end;
  }
}

/** Turns the scores of a query, which stand after a vector for 1 / sum, into exponentials. */
function softmax(head: usize, size: i32): void {
  const scores = head + 16, end = scores + (<usize> (size + 3 & ~3) << 2);
  // Keys that only fill the last vector count for nothing.
  for (let j = size; j & 3; j++) store<f32>(scores + (<usize> j << 2), -Infinity);
  let top = v128.load(scores);
  for (let p = scores + 16; p < end; p += 16) top = f32x4.pmax(v128.load(p), top);
  const sum = exponentials(scores, end, f32x4.splat(horizontalMax(top)), scores);
  v128.store(head, f32x4.splat(1 / horizontalSum(sum)));
}

/**
 * `count` (1 to 4) queries, `queryStride` bytes apart, that see the same `size` keys; `causal`: each
 * sees one more than the one before it, the first `size`. Missing queries repeat the last one. A score
 * is kept as one vector of four queries, so softmax needs nothing across lanes.
 */
// @ts-ignore: decorator
@inline
function attendFour(
  listed: bool, query: usize, queryStride: usize, count: i32, keys: usize, step: usize,
  toValue: usize, size: i32, causal: i32, bytes: usize, scale: f32, out: usize, outStride: usize,
  scratch: usize,
): void {
  const rest = count - 1, stride1 = <usize> min(1, rest), stride2 = <usize> min(2, rest);
  const o1 = out + stride1 * outStride, o2 = out + stride2 * outStride;
  const o3 = out + <usize> rest * outStride;
  const total = causal ? size + rest : size;
  if (total <= 0) {
    for (let i = 0; i < count; i++) memory.fill(out + <usize> i * outStride, 0, bytes);
    return;
  }
  const scores = scratch + 16, last = total - 1, scales = f32x4.splat(scale);
  for (let j = 0; j < total; j += 2) {
    let q0 = query, q1 = query + stride1 * queryStride, q2 = query + stride2 * queryStride;
    let q3 = query + <usize> rest * queryStride;
    let k0 = keyAt(listed, keys, step, j), k1 = keyAt(listed, keys, step, min(j + 1, last));
    let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00;
    let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
    for (const whole = q0 + (bytes & ~31); q0 < whole; q0 += 32) {
      let x0 = v128.load(k0), x1 = v128.load(k1), y = v128.load(q0);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
      x0 = v128.load(k0, 16);
      x1 = v128.load(k1, 16);
      y = v128.load(q0, 16);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1, 16);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2, 16);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3, 16);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
      q1 += 32;
      q2 += 32;
      q3 += 32;
      k0 += 32;
      k1 += 32;
    }
    if (bytes & 16) {
      const x0 = v128.load(k0), x1 = v128.load(k1);
      let y = v128.load(q0);
      s00 = madd(x0, y, s00);
      s10 = madd(x1, y, s10);
      y = v128.load(q1);
      s01 = madd(x0, y, s01);
      s11 = madd(x1, y, s11);
      y = v128.load(q2);
      s02 = madd(x0, y, s02);
      s12 = madd(x1, y, s12);
      y = v128.load(q3);
      s03 = madd(x0, y, s03);
      s13 = madd(x1, y, s13);
    }
    const s = scores + (<usize> j << 4);
    v128.store(s, f32x4.mul(sums4(s00, s01, s02, s03), scales));
    v128.store(s, f32x4.mul(sums4(s10, s11, s12, s13), scales), 16);
  }
  const lowest = f32x4.splat(-Infinity);
  for (let j = total; j & 3; j++) v128.store(scores + (<usize> j << 4), lowest);
  // Query i does not see key size + i and later ones.
  for (let j = size; j < total; j++) {
    for (let i = 0; i <= j - size; i++) store<f32>(scores + (<usize> (j << 2 | i) << 2), -Infinity);
  }
  const inverse = softmaxFour(scores, total);
  v128.store(scratch, inverse);
  let d: usize = 0;
  for (const whole = bytes & ~31; d < whole; d += 32) {
    let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00;
    let a20 = a00, a21 = a00, a30 = a00, a31 = a00;
    for (let j = 0; j < total; j++) {
      const v = keyAt(listed, keys, step, j) + toValue + d, p = v128.load(scores + (<usize> j << 4));
      const v0 = v128.load(v), v1 = v128.load(v, 16);
      let x = v128.shuffle<f32>(p, p, 0, 0, 0, 0);
      a00 = madd(x, v0, a00);
      a01 = madd(x, v1, a01);
      x = v128.shuffle<f32>(p, p, 1, 1, 1, 1);
      a10 = madd(x, v0, a10);
      a11 = madd(x, v1, a11);
      x = v128.shuffle<f32>(p, p, 2, 2, 2, 2);
      a20 = madd(x, v0, a20);
      a21 = madd(x, v1, a21);
      x = v128.shuffle<f32>(p, p, 3, 3, 3, 3);
      a30 = madd(x, v0, a30);
      a31 = madd(x, v1, a31);
    }
    let x = v128.shuffle<f32>(inverse, inverse, 0, 0, 0, 0);
    v128.store(out + d, f32x4.mul(a00, x));
    v128.store(out + d, f32x4.mul(a01, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 1, 1, 1, 1);
    v128.store(o1 + d, f32x4.mul(a10, x));
    v128.store(o1 + d, f32x4.mul(a11, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 2, 2, 2, 2);
    v128.store(o2 + d, f32x4.mul(a20, x));
    v128.store(o2 + d, f32x4.mul(a21, x), 16);
    x = v128.shuffle<f32>(inverse, inverse, 3, 3, 3, 3);
    v128.store(o3 + d, f32x4.mul(a30, x));
    v128.store(o3 + d, f32x4.mul(a31, x), 16);
  }
  if (d < bytes) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    for (let j = 0; j < total; j++) {
      const v = v128.load(keyAt(listed, keys, step, j) + toValue + d);
      const p = v128.load(scores + (<usize> j << 4));
      a0 = madd(v128.shuffle<f32>(p, p, 0, 0, 0, 0), v, a0);
      a1 = madd(v128.shuffle<f32>(p, p, 1, 1, 1, 1), v, a1);
      a2 = madd(v128.shuffle<f32>(p, p, 2, 2, 2, 2), v, a2);
      a3 = madd(v128.shuffle<f32>(p, p, 3, 3, 3, 3), v, a3);
    }
    v128.store(out + d, f32x4.mul(a0, v128.shuffle<f32>(inverse, inverse, 0, 0, 0, 0)));
    v128.store(o1 + d, f32x4.mul(a1, v128.shuffle<f32>(inverse, inverse, 1, 1, 1, 1)));
    v128.store(o2 + d, f32x4.mul(a2, v128.shuffle<f32>(inverse, inverse, 2, 2, 2, 2)));
    v128.store(o3 + d, f32x4.mul(a3, v128.shuffle<f32>(inverse, inverse, 3, 3, 3, 3)));
  }
}

/** Turns the scores of four queries into exponentials; returns 1 / their sums. */
function softmaxFour(scores: usize, total: i32): v128 {
  const end = scores + (<usize> (total + 3 & ~3) << 4);
  let top0 = f32x4.splat(-Infinity), top1 = top0;
  for (let p = scores; p < end; p += 64) {
    top0 = f32x4.pmax(v128.load(p), top0);
    top1 = f32x4.pmax(v128.load(p, 16), top1);
    top0 = f32x4.pmax(v128.load(p, 32), top0);
    top1 = f32x4.pmax(v128.load(p, 48), top1);
  }
  exponentials(scores, end, f32x4.pmax(top0, top1), scores);
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (let p = scores; p < end; p += 64) {
    sum0 = f32x4.add(sum0, v128.load(p));
    sum1 = f32x4.add(sum1, v128.load(p, 16));
    sum2 = f32x4.add(sum2, v128.load(p, 32));
    sum3 = f32x4.add(sum3, v128.load(p, 48));
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  return f32x4.div(f32x4.splat(1), sum);
}

/**
 * Every head of `count` queries, `queryStride` bytes apart, over keys in rows. `causal`: the first query
 * sees `size` keys, each other one more than that before it. `map`: 0, or f32 [count][heads][mapStride].
 */
export function attendRows(
  query: usize, queryStride: usize, count: i32, keys: usize, step: usize, toValue: usize, size: i32,
  causal: i32, heads: i32, bytes: usize, scale: f32, out: usize, outStride: usize,
  map: usize, mapStride: i32, scratch: usize,
): void {
  const alone = count < 3;
  // One head after the other keeps its keys in the cache for all queries.
  for (let h = 0; h < heads; h += alone ? heads : 1) {
    const at = <usize> h * bytes, together = alone ? heads : 1;
    for (let i = 0; i < count;) {
      const q = query + <usize> i * queryStride + at, o = out + <usize> i * outStride + at;
      const seen = causal ? size + i : size, group = min(count - i, 4);
      const target = map ? map + (<usize> ((i * heads + h) * mapStride) << 2) : 0;
      if (group > 2) {
        attendFour(
          false, q, queryStride, group, keys + at, step, toValue, seen, causal, bytes, scale, o,
          outStride, scratch,
        );
        if (map) writeFour(scratch, group, seen, causal, target, heads, mapStride);
        i += group;
      } else {
        attendOne(
          false, q, keys + at, step, toValue, seen, together, bytes, scale, o, scratch,
        );
        if (map) writeOne(scratch, together, 0, seen, target, mapStride);
        i++;
      }
    }
  }
}

/**
 * Every head of `count` queries over the keys of listed records, causal; see attendRows. None sees the
 * first `hidden` of the records; only one query may have such.
 */
export function attendRecords(
  query: usize, queryStride: usize, count: i32, list: usize, hidden: i32, offset: usize, toValue: usize,
  size: i32, heads: i32, bytes: usize, scale: f32, out: usize, outStride: usize,
  map: usize, mapStride: i32, scratch: usize,
): void {
  const alone = count < 2;
  list += <usize> hidden << 2;
  size -= hidden;
  for (let h = 0; h < heads; h += alone ? heads : 1) {
    const at = <usize> h * bytes, together = alone ? heads : 1;
    for (let i = 0; i < count;) {
      const q = query + <usize> i * queryStride + at, o = out + <usize> i * outStride + at;
      const group = min(count - i, 4);
      const target = map ? map + (<usize> ((i * heads + h) * mapStride) << 2) : 0;
      if (group > 1) {
        attendFour(
          true, q, queryStride, group, list, offset + at, toValue, size + i, 1, bytes, scale, o,
          outStride, scratch,
        );
        if (map) writeFour(scratch, group, size + i, 1, target, heads, mapStride);
      } else {
        attendOne(
          true, q, list, offset + at, toValue, size + i, together, bytes, scale, o, scratch,
        );
        if (map) writeOne(scratch, together, hidden, size + i, target, mapStride);
      }
      i += group;
    }
  }
}

/**
 * One head of `count` queries over the `size` keys whose addresses are listed; all see all of them. `map`: 0, or f32
 * [count][mapStride bytes], to which the probability of a key is added at word `places[key]`.
 */
export function attendListed(
  query: usize, queryStride: usize, count: i32, list: usize, offset: usize, toValue: usize,
  size: i32, bytes: usize, scale: f32, out: usize, outStride: usize, map: usize, mapStride: usize,
  places: usize, scratch: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    const group = min(count - i, 4);
    attendFour(
      true, query + <usize> i * queryStride, queryStride, group, list, offset, toValue, size, 0,
      bytes, scale, out + <usize> i * outStride, outStride, scratch,
    );
    if (!map) continue;
    for (let lane = 0; lane < group; lane++) {
      const inverse = load<f32>(scratch + (<usize> lane << 2));
      const row = map + <usize> (i + lane) * mapStride;
      for (let j = 0; j < size; j++) {
        const at = row + (<usize> load<i32>(places + (<usize> j << 2)) << 2);
        const score = load<f32>(scratch + 16 + (<usize> (j << 2 | lane) << 2));
        store<f32>(at, load<f32>(at) + score * inverse);
      }
    }
  }
}

function writeOne(
  scratch: usize, heads: i32, hidden: i32, size: i32, map: usize, mapStride: i32,
): void {
  const stride = 16 + (<usize> (size + 3 & ~3) << 2);
  for (let h = 0; h < heads; h++) {
    writeMap(scratch + <usize> h * stride, 0, 1, hidden, size, map, mapStride);
    map += <usize> mapStride << 2;
  }
}

function writeFour(
  scratch: usize, count: i32, size: i32, causal: i32, map: usize, heads: i32, mapStride: i32,
): void {
  for (let i = 0; i < count; i++) {
    writeMap(scratch, i, 4, 0, causal ? size + i : size, map, mapStride);
    map += <usize> (heads * mapStride) << 2;
  }
}

/** Probabilities of query `lane` of `lanes`: `hidden` zeros, `size` of them, then zeros up to `mapStride`. */
function writeMap(
  scratch: usize, lane: i32, lanes: i32, hidden: i32, size: i32, map: usize, mapStride: i32,
): void {
  const inverse = load<f32>(scratch + (<usize> lane << 2));
  for (let j = 0; j < mapStride; j++) {
    const key = j - hidden, p = scratch + 16 + (<usize> (key * lanes + lane) << 2);
    store<f32>(map + (<usize> j << 2), key >= 0 && key < size ? load<f32>(p) * inverse : 0);
  }
}
