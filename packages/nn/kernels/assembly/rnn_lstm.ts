// What a long short-term memory does to each element, between the matrix products (Hochreiter &
// Schmidhuber 1997, with the forget gate of Gers et al. 2000). A row of gates is [i, f, g, o].
import { sigmoid4, tanh4 } from "./activation";
import { constants, ONE } from "./constants";
import { addRow, fetch, put } from "./rnn_lane";
import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function cell(gates: usize, c: usize, newH: usize, newC: usize, bytes: usize, four: bool): void {
  const f = gates + bytes, g = f + bytes, o = g + bytes;
  const in4 = sigmoid4(fetch(gates, four)), forget = sigmoid4(fetch(f, four));
  const candidate = tanh4(fetch(g, four)), out4 = sigmoid4(fetch(o, four));
  const state = madd(forget, fetch(c, four), f32x4.mul(in4, candidate));
  put(newC, state, four);
  put(newH, f32x4.mul(out4, tanh4(state)), four);
  put(gates, in4, four);
  put(f, forget, four);
  put(g, candidate, four);
  put(o, out4, four);
}

/**
 * One step for `rows` rows. `gates`: on entry the sums before the activation, on return the gates. h
 * and c are `stride` floats apart, newH and newC `newStride`; where `mask` (0: none) is 0 they are
 * copied.
 */
export function lstmCell(
  gates: usize, gatesStride: usize, h: usize, c: usize, stride: usize,
  newH: usize, newC: usize, newStride: usize, mask: usize, maskStride: usize,
  rows: usize, size: usize,
): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  for (let row: usize = 0; row < rows; row++) {
    if (mask && load<f32>(mask) == 0) {
      memory.copy(newH, h, bytes);
      memory.copy(newC, c, bytes);
    } else {
      let j: usize = 0;
      for (; j < whole; j += 16) cell(gates + j, c + j, newH + j, newC + j, bytes, true);
      for (; j < bytes; j += 4) cell(gates + j, c + j, newH + j, newC + j, bytes, false);
    }
    gates += gatesStride << 2;
    h += stride << 2;
    c += stride << 2;
    newH += newStride << 2;
    newC += newStride << 2;
    if (mask) mask += maskStride << 2;
  }
}

// @ts-ignore: decorator
@inline
function cellGradient(
  dh: usize, dc: usize, dyH: usize, dyC: usize, gates: usize, c: usize, newC: usize,
  dGates: usize, bytes: usize, four: bool,
): void {
  const one = v128.load32_splat(constants, ONE);
  const i = fetch(gates, four), f = fetch(gates + bytes, four);
  const g = fetch(gates + 2 * bytes, four), o = fetch(gates + 3 * bytes, four);
  const d = f32x4.add(fetch(dh, four), fetch(dyH, four)), t = tanh4(fetch(newC, four));
  const inner = f32x4.mul(f32x4.mul(d, o), f32x4.sub(one, f32x4.mul(t, t)));
  const dState = f32x4.add(f32x4.add(fetch(dc, four), fetch(dyC, four)), inner);
  const si = f32x4.mul(i, f32x4.sub(one, i)), sf = f32x4.mul(f, f32x4.sub(one, f));
  const so = f32x4.mul(o, f32x4.sub(one, o)), sg = f32x4.sub(one, f32x4.mul(g, g));
  put(dGates, f32x4.mul(f32x4.mul(dState, g), si), four);
  put(dGates + bytes, f32x4.mul(f32x4.mul(dState, fetch(c, four)), sf), four);
  put(dGates + 2 * bytes, f32x4.mul(f32x4.mul(dState, i), sg), four);
  put(dGates + 3 * bytes, f32x4.mul(f32x4.mul(d, t), so), four);
  put(dc, f32x4.mul(dState, f), four);
  put(dh, f32x4.splat(0), four);
}

/**
 * The way back. `dh` and `dc` [rows, size]: on entry the gradients that later steps sent, on return
 * what reaches the old state beside the recurrent product; `dyH` and `dyC`: those of the outputs.
 * `dGates`: the gradients of the sums before the activations.
 */
export function lstmCellGradient(
  dh: usize, dc: usize, dyH: usize, dyC: usize, dyStride: usize, gates: usize, gatesStride: usize,
  c: usize, cStride: usize, newC: usize, newStride: usize, dGates: usize,
  mask: usize, maskStride: usize, rows: usize, size: usize,
): void {
  const bytes = size << 2, whole = size >> 2 << 4;
  for (let row: usize = 0; row < rows; row++) {
    if (mask && load<f32>(mask) == 0) {
      addRow(dh, dyH, bytes);
      addRow(dc, dyC, bytes);
      memory.fill(dGates, 0, 4 * bytes);
    } else {
      let j: usize = 0;
      for (; j < whole; j += 16) {
        cellGradient(
          dh + j, dc + j, dyH + j, dyC + j, gates + j, c + j, newC + j, dGates + j, bytes, true,
        );
      }
      for (; j < bytes; j += 4) {
        cellGradient(
          dh + j, dc + j, dyH + j, dyC + j, gates + j, c + j, newC + j, dGates + j, bytes, false,
        );
      }
    }
    dh += bytes;
    dc += bytes;
    dyH += dyStride << 2;
    dyC += dyStride << 2;
    gates += gatesStride << 2;
    c += cStride << 2;
    newC += newStride << 2;
    dGates += gatesStride << 2;
    if (mask) mask += maskStride << 2;
  }
}
