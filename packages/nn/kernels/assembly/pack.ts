// Packing of matrices into panels, in the order in which a tile reads them.

/** Rows of a tile. */
export const PANEL_ROWS: usize = 5;
/** Columns of a tile. */
export const PANEL_COLUMNS: usize = 8;

/** Writes the transpose of the 4 x 4 block at `source` to `out`; both strides in bytes. */
// @ts-ignore: decorator
@inline
export function transpose4(source: usize, stride: usize, out: usize, outStride: usize): void {
  transposeRows(source, source + stride, source + 2 * stride, source + 3 * stride, out, outStride);
}

/** The same for four rows anywhere. */
// @ts-ignore: decorator
@inline
function transposeRows(
  p0: usize, p1: usize, p2: usize, p3: usize, out: usize, outStride: usize,
): void {
  const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(out + outStride, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(out + 2 * outStride, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(out + 3 * outStride, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/**
 * Packs B (kc x nc) in panels of 8 columns, a row of a panel after the other; columns that do not
 * exist and the rows that lack to a multiple of four are zero. Element (k, j) is at b + 4 (k rs + j cs).
 */
export function packColumns(
  b: usize, rs: usize, cs: usize, kc: usize, nc: usize, out: usize,
): void {
  const rowBytes = rs << 2, columnBytes = cs << 2;
  let start: usize = 0;
  if (cs == 1) {
    // Four rows at a time across all panels: reads run along the rows, writes fill whole cache lines.
    const panelBytes = (kc + 3 & ~3) << 5;
    start = nc & ~7;
    const width = start << 2;
    let r0 = b, to = out;
    let k: usize = 0;
    for (; k + 4 <= kc; k += 4) {
      const r1 = r0 + rowBytes, r2 = r1 + rowBytes, r3 = r2 + rowBytes;
      let panel = to;
      for (let j: usize = 0; j < width; j += 32) {
        v128.store(panel, v128.load(r0 + j));
        v128.store(panel, v128.load(r0 + j, 16), 16);
        v128.store(panel, v128.load(r1 + j), 32);
        v128.store(panel, v128.load(r1 + j, 16), 48);
        v128.store(panel, v128.load(r2 + j), 64);
        v128.store(panel, v128.load(r2 + j, 16), 80);
        v128.store(panel, v128.load(r3 + j), 96);
        v128.store(panel, v128.load(r3 + j, 16), 112);
        panel += panelBytes;
      }
      r0 = r3 + rowBytes;
      to += 128;
    }
    if (k < kc) {
      for (let j: usize = 0; j < width; j += 32) {
        memory.fill(to, 0, 128);
        let row = r0 + j;
        for (let step = k; step < kc; step++) {
          v128.store(to + (step - k << 5), v128.load(row));
          v128.store(to + (step - k << 5), v128.load(row, 16), 16);
          row += rowBytes;
        }
        to += panelBytes;
      }
    }
    out += (start >> 3) * panelBytes;
  }
  for (let j = start; j < nc; j += PANEL_COLUMNS) {
    const width = min<usize>(PANEL_COLUMNS, nc - j);
    let source = b + j * columnBytes;
    let k: usize = 0;
    if (width == PANEL_COLUMNS && cs == 1) {
      for (; k < kc; k++) {
        v128.store(out, v128.load(source));
        v128.store(out, v128.load(source, 16), 16);
        out += 32;
        source += rowBytes;
      }
    } else if (width == PANEL_COLUMNS && rs == 1) {
      for (; k + 4 <= kc; k += 4) {
        transpose4(source, columnBytes, out, 32);
        transpose4(source + 4 * columnBytes, columnBytes, out + 16, 32);
        source += 16;
        out += 128;
      }
    }
    for (; k < kc; k++) {
      v128.store(out, f32x4.splat(0));
      v128.store(out, f32x4.splat(0), 16);
      for (let c: usize = 0; c < width; c++) {
        store<f32>(out + (c << 2), load<f32>(source + c * columnBytes));
      }
      out += 32;
      source += rowBytes;
    }
    for (; k & 3; k++) {
      v128.store(out, f32x4.splat(0));
      v128.store(out, f32x4.splat(0), 16);
      out += 32;
    }
  }
}

/**
 * packRows for whole panels of a matrix whose columns are contiguous: four columns at a time across
 * all panels, because a panel at a time would fetch every cache line a dozen times.
 */
function packWholeColumns(a: usize, columnBytes: usize, mc: usize, kc: usize, out: usize): void {
  const panelBytes = (kc + 3 & ~3) * PANEL_ROWS << 2;
  for (let k: usize = 0; k < kc; k += 4) {
    const count = min<usize>(4, kc - k);
    let p0 = a + k * columnBytes, to = out + k * PANEL_ROWS * 4;
    if (count == 4) {
      for (let i: usize = 0; i < mc; i += PANEL_ROWS) {
        const p1 = p0 + columnBytes, p2 = p1 + columnBytes, p3 = p2 + columnBytes;
        v128.store(to, v128.load(p0));
        v128.store(to, v128.load(p1), 16);
        v128.store(to, v128.load(p2), 32);
        v128.store(to, v128.load(p3), 48);
        store<f32>(to, load<f32>(p0, 16), 64);
        store<f32>(to, load<f32>(p1, 16), 68);
        store<f32>(to, load<f32>(p2, 16), 72);
        store<f32>(to, load<f32>(p3, 16), 76);
        p0 += PANEL_ROWS * 4;
        to += panelBytes;
      }
    } else {
      for (let i: usize = 0; i < mc; i += PANEL_ROWS) {
        memory.fill(to, 0, 80);
        for (let step: usize = 0; step < count; step++) {
          const p = p0 + step * columnBytes;
          v128.store(to + (step << 4), v128.load(p));
          store<f32>(to + (step << 2), load<f32>(p, 16), 64);
        }
        p0 += PANEL_ROWS * 4;
        to += panelBytes;
      }
    }
  }
}

/**
 * Packs A (mc x kc) in panels of 5 rows: for every four steps of k the first four rows transposed
 * (four vectors), then the fifth row (one vector). Element (i, k) is at a + 4 (i rs + k cs). Rows that
 * do not exist repeat the last one that does; steps that lack to a multiple of four are zero.
 */
export function packRows(a: usize, rs: usize, cs: usize, mc: usize, kc: usize, out: usize): void {
  const rowBytes = rs << 2, columnBytes = cs << 2;
  let start: usize = 0;
  if (rs == 1 && cs != 1) {
    start = mc - mc % PANEL_ROWS;
    packWholeColumns(a, columnBytes, start, kc, out);
    out += start * (kc + 3 & ~3) << 2;
  }
  for (let i = start; i < mc; i += PANEL_ROWS) {
    const last = min<usize>(PANEL_ROWS, mc - i) - 1;
    let p0 = a + i * rowBytes;
    const o1 = min<usize>(1, last) * rowBytes, o2 = min<usize>(2, last) * rowBytes;
    const o3 = min<usize>(3, last) * rowBytes, o4 = last * rowBytes;
    let k: usize = 0;
    if (cs == 1) {
      for (; k + 4 <= kc; k += 4) {
        transposeRows(p0, p0 + o1, p0 + o2, p0 + o3, out, 16);
        v128.store(out, v128.load(p0 + o4), 64);
        p0 += 16;
        out += 80;
      }
    }
    for (; k < kc; k += 4) {
      for (let step: usize = 0; step < 4; step++) {
        const o = out + (step << 4);
        if (k + step < kc) {
          store<f32>(o, load<f32>(p0));
          store<f32>(o, load<f32>(p0 + o1), 4);
          store<f32>(o, load<f32>(p0 + o2), 8);
          store<f32>(o, load<f32>(p0 + o3), 12);
          store<f32>(out + (step << 2), load<f32>(p0 + o4), 64);
          p0 += columnBytes;
        } else {
          v128.store(o, f32x4.splat(0));
          store<f32>(out + (step << 2), 0, 64);
        }
      }
      out += 80;
    }
  }
}
