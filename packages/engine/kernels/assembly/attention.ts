// Attention of one head: softmax(scale q K^T) V for one query, or for up to four that share their keys.
//
// Keys stand in rows (key j at keys + j * step) or, `listed`, in records (key j at step bytes into the
// record whose address is word j of the list `keys`); the value of a key lies `toValue` bytes after it.
// Sums run in the same order for one query and for four: a token's result is the same bit for bit
// whatever it is computed with.
import { attendFour } from "./attend_four";
import { attendOne } from "./attend_one";

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
