import {
  ACTIVATION_RELU, LAYER_DOWN, LAYER_FFN_NORM_WEIGHT, LAYER_UP, LINEAR_N,
  STACK_ACTIVATION, STACK_EPS, STACK_FFN_WIDTH, STACK_HIDDEN, STACK_PRE_NORM, STACK_SIZE,
  STACK_WIDTH,
} from "../layout";
import { activate } from "./activation";
import { layerNorm } from "./layer_norm";
import { linear, linearScratchBytes } from "./linear";

/** Rows that go through the feed-forward network at once: what is between its products stays in the cache. */
const CHUNK: i32 = 64;

/** out = norm(x), by the weight and bias at `norm` in a descriptor. */
// @ts-ignore: decorator
@inline
export function normalise(stack: usize, norm: usize, x: usize, out: usize, rows: i32): void {
  layerNorm(
    x, 0, load<u32>(norm), load<u32>(norm, 4), out, rows, load<i32>(stack, STACK_HIDDEN),
    load<i32>(stack, STACK_SIZE), load<f32>(stack, STACK_EPS),
  );
}

/** What any product of the stack over `rows` rows needs. */
export function productBytes(stack: usize, rows: i32): usize {
  const hidden = linearScratchBytes(rows, load<i32>(stack, STACK_HIDDEN));
  const width = linearScratchBytes(rows, load<i32>(stack, STACK_WIDTH));
  const wide = linearScratchBytes(min(rows, CHUNK), load<i32>(stack, STACK_FFN_WIDTH));
  return max(max(hidden, width), wide) + 63 & ~63;
}

/** `scratch` of feedForward. */
export function feedForwardBytes(stack: usize, rows: i32): usize {
  const floats = load<i32>(stack, STACK_HIDDEN) + load<i32>(stack, STACK_FFN_WIDTH);
  return (<usize> (min(rows, CHUNK) * floats) << 2) + productBytes(stack, rows);
}

/** x += down(activation(up(x))) with the norm before or after it, in place. */
export function feedForward(stack: usize, layer: usize, x: usize, rows: i32, scratch: usize): void {
  const hidden = <usize> load<i32>(stack, STACK_HIDDEN) << 2, preNorm = load<i32>(stack, STACK_PRE_NORM);
  const up = <usize> load<u32>(layer, LAYER_UP), down = <usize> load<u32>(layer, LAYER_DOWN);
  const kind = load<i32>(stack, STACK_ACTIVATION), width = load<i32>(up, LINEAR_N);
  const stride = <usize> width << 2, norm = layer + LAYER_FFN_NORM_WEIGHT;
  const relu = kind == ACTIVATION_RELU;
  const normal = scratch, wide = normal + <usize> min(rows, CHUNK) * hidden;
  const products = wide + <usize> min(rows, CHUNK) * stride;
  for (let row = 0; row < rows; row += CHUNK) {
    const count = min(rows - row, CHUNK), at = x + <usize> row * hidden;
    if (preNorm) normalise(stack, norm, at, normal, count);
    linear(preNorm ? normal : at, count, hidden, up, wide, stride, relu ? 1 : 0, products);
    if (!relu) activate(kind, wide, count * width);
    linear(wide, count, stride, down, at, hidden, 2, products);
    if (!preNorm) normalise(stack, norm, at, at, count);
  }
}
