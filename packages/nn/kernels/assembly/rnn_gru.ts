// What a gated recurrent unit does to each element, between the matrix products (Cho et al. 2014, in the
// form of cuDNN and PyTorch: the reset gate applies after the recurrent product).
//
// A row of gates is [n, r, z, hn], `size` floats each: candidate, reset, update, and the recurrent part
// of the candidate. So the gradient of the recurrent product (r, z, hn) is contiguous.
import { sigmoid4, tanh4 } from "./activation";
import { constants, ONE } from "./constants";
import { addRow, fetch, put } from "./rnn_lane";
import { madd } from "./simd";

/** Gates (in place of the sums before the activation) and new state of one or four elements. */
// @ts-ignore: decorator
@inline
function cell(gates: usize, recurrent: usize, h: usize, out: usize, bytes: usize, four: bool): void {
  const gr = gates + bytes, gz = gr + bytes, hz = recurrent + bytes;
  const g = fetch(hz + bytes, four);
  const r = sigmoid4(f32x4.add(fetch(gr, four), fetch(recurrent, four)));
  const z = sigmoid4(f32x4.add(fetch(gz, four), fetch(hz, four)));
  const n = tanh4(madd(r, g, fetch(gates, four)));
  put(out, madd(z, f32x4.sub(fetch(h, four), n), n), four);
  put(gates, n, four);
  put(gr, r, four);
  put(gz, z, four);
  put(gz + bytes, g, four);
}

/**
 * One step for `rows` rows. `gates`: on entry W_i x + b_i (n, r, z), on return the gates; `recurrent`
 * [rows, 3 size]: W_h h + b_h (r, z, n). `mask` (0: none): where it is 0 the state is copied. Strides
 * of gates, h, out and mask in floats.
 */
export function gruCell(
  gates: usize, gatesStride: usize, recurrent: usize, h: usize, hStride: usize,
  out: usize, outStride: usize, mask: usize, maskStride: usize, rows: usize, size: usize,
): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  for (let row: usize = 0; row < rows; row++) {
    if (mask && load<f32>(mask) == 0) memory.copy(out, h, bytes);
    else {
      let j: usize = 0;
      for (; j < whole; j += 16) cell(gates + j, recurrent + j, h + j, out + j, bytes, true);
      for (; j < bytes; j += 4) cell(gates + j, recurrent + j, h + j, out + j, bytes, false);
    }
    gates += gatesStride << 2;
    recurrent += 3 * bytes;
    h += hStride << 2;
    out += outStride << 2;
    if (mask) mask += maskStride << 2;
  }
}

// @ts-ignore: decorator
@inline
function cellGradient(
  dh: usize, dy: usize, gates: usize, h: usize, dGates: usize, bytes: usize, four: bool,
): void {
  const one = v128.load32_splat(constants, ONE);
  const n = fetch(gates, four), r = fetch(gates + bytes, four);
  const z = fetch(gates + 2 * bytes, four), g = fetch(gates + 3 * bytes, four);
  const d = f32x4.add(fetch(dh, four), fetch(dy, four)), rest = f32x4.sub(one, z);
  const dn = f32x4.mul(f32x4.mul(d, rest), f32x4.sub(one, f32x4.mul(n, n)));
  const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(fetch(h, four), n)), f32x4.mul(z, rest));
  put(dh, f32x4.mul(d, z), four);
  put(dGates, dn, four);
  put(dGates + bytes, f32x4.mul(f32x4.mul(dn, g), f32x4.mul(r, f32x4.sub(one, r))), four);
  put(dGates + 2 * bytes, dz, four);
  put(dGates + 3 * bytes, f32x4.mul(dn, r), four);
}

/**
 * The way back. `dh` [rows, size]: on entry the gradient of the new state that later steps sent, on
 * return what reaches the old one beside the recurrent product; `dy`: the new state's gradient as an
 * output. `dGates`: the gradients of the sums before the activations, laid out as `gates`.
 */
export function gruCellGradient(
  dh: usize, dy: usize, dyStride: usize, gates: usize, gatesStride: usize,
  h: usize, hStride: usize, dGates: usize, mask: usize, maskStride: usize, rows: usize, size: usize,
): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  for (let row: usize = 0; row < rows; row++) {
    if (mask && load<f32>(mask) == 0) {
      addRow(dh, dy, bytes);
      memory.fill(dGates, 0, 4 * bytes);
    } else {
      let j: usize = 0;
      for (; j < whole; j += 16) {
        cellGradient(dh + j, dy + j, gates + j, h + j, dGates + j, bytes, true);
      }
      for (; j < bytes; j += 4) {
        cellGradient(dh + j, dy + j, gates + j, h + j, dGates + j, bytes, false);
      }
    }
    dh += bytes;
    dy += dyStride << 2;
    gates += gatesStride << 2;
    h += hStride << 2;
    dGates += gatesStride << 2;
    if (mask) mask += maskStride << 2;
  }
}
