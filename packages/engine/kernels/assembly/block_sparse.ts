// BigBird's attention (Zaheer et al. 2020): the first and the last block of a text see all of it, others themselves,
// their neighbours, the first, the last and some random ones.
import { attendListed, attendRows } from "./attention";

/** Bytes of `scratch` for the lists of keys of one block: addresses and places. */
export function blockListBytes(blockSize: i32, random: i32): usize {
  return <usize> ((5 + random) * blockSize) << 3;
}

/**
 * Every head of the `rows` queries of one text over its own keys, which stand `stride` bytes apart like the queries.
 * `random`: i32 [heads][blocks - 2][count], the random blocks. `map`: 0, or f32 [rows][heads][mapStride].
 */
export function attendBlocks(
  query: usize, stride: usize, rows: i32, keys: usize, toValue: usize, heads: i32, bytes: usize,
  scale: f32, blockSize: i32, count: i32, random: usize, out: usize, outStride: usize, map: usize,
  mapStride: i32, lists: usize, scratch: usize,
): void {
  const blocks = (rows + blockSize - 1) / blockSize, last = (blocks - 1) * blockSize;
  const mapRow = <usize> (heads * mapStride) << 2;
  attendRows(
    query, stride, blockSize, keys, stride, toValue, rows, 0, heads, bytes, scale, out, outStride,
    map, mapStride, scratch,
  );
  attendRows(
    query + <usize> last * stride, stride, rows - last, keys, stride, toValue, rows, 0, heads,
    bytes, scale, out + <usize> last * outStride, outStride,
    map ? map + <usize> last * mapRow : 0, mapStride, scratch,
  );
  if (map) memory.fill(map + <usize> blockSize * mapRow, 0, <usize> (last - blockSize) * mapRow);
  const places = lists + (<usize> ((5 + count) * blockSize) << 2);
  for (let h = 0; h < heads; h++) {
    const at = <usize> h * bytes;
    for (let block = 1; block < blocks - 1; block++, random += <usize> count << 2) {
      let size = 0;
      if (block > 1) size = listBlock(0, blockSize, rows, keys, stride, lists, places, size);
      for (let other = block - 1; other <= block + 1; other++) {
        size = listBlock(other, blockSize, rows, keys, stride, lists, places, size);
      }
      if (block < blocks - 2) {
        size = listBlock(blocks - 1, blockSize, rows, keys, stride, lists, places, size);
      }
      for (let i = 0; i < count; i++) {
        const other = load<i32>(random + (<usize> i << 2));
        size = listBlock(other, blockSize, rows, keys, stride, lists, places, size);
      }
      const first = <usize> (block * blockSize);
      attendListed(
        query + first * stride + at, stride, blockSize, lists, at, toValue, size, bytes, scale,
        out + first * outStride + at, outStride,
        map ? map + first * mapRow + (<usize> (h * mapStride) << 2) : 0, mapRow, places, scratch,
      );
    }
  }
}

/** Appends the keys of a block to the lists, and returns how many there are now. */
function listBlock(
  block: i32, blockSize: i32, rows: i32, keys: usize, stride: usize, lists: usize, places: usize,
  size: i32,
): i32 {
  const end = min(rows, (block + 1) * blockSize);
  for (let row = block * blockSize; row < end; row++, size++) {
    store<u32>(lists + (<usize> size << 2), <u32> (keys + <usize> row * stride));
    store<i32>(places + (<usize> size << 2), row);
  }
  return size;
}
