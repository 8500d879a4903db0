import {
  STACK_EMBEDDING_NORM_BIAS, STACK_EMBEDDING_NORM_WEIGHT, STACK_EMBEDDING_SCALE, STACK_EPS,
  STACK_HIDDEN, STACK_POSITIONS, STACK_SIZE, STACK_TOKENS, STACK_TYPES,
} from "../layout";
import { layerNorm } from "./layer_norm";
import { lookupRows } from "./lookup";

/**
 * out [rows][hidden] = token * scale + position + type, normalised where the stack says so. `types` 0:
 * every token is of type 0.
 */
export function embed(
  stack: usize, ids: usize, positions: usize, types: usize, rows: i32, out: usize,
): void {
  const hidden = load<i32>(stack, STACK_HIDDEN), bytes = <usize> hidden << 2;
  lookupRows(
    load<u32>(stack, STACK_TOKENS), ids, rows, load<f32>(stack, STACK_EMBEDDING_SCALE), out, bytes,
  );
  const positionTable = <usize> load<u32>(stack, STACK_POSITIONS);
  const typeTable = <usize> load<u32>(stack, STACK_TYPES);
  for (let i = 0, row = out; i < rows; i++, row += bytes) {
    const word = <usize> i << 2;
    if (positionTable) {
      addRow(row, positionTable + <usize> load<i32>(positions + word) * bytes, bytes);
    }
    if (typeTable) {
      addRow(row, typeTable + (types ? <usize> load<i32>(types + word) : 0) * bytes, bytes);
    }
  }
  const weight = <usize> load<u32>(stack, STACK_EMBEDDING_NORM_WEIGHT);
  if (weight) {
    const bias = load<u32>(stack, STACK_EMBEDDING_NORM_BIAS);
    const size = load<i32>(stack, STACK_SIZE), eps = load<f32>(stack, STACK_EPS);
    layerNorm(out, 0, weight, bias, out, rows, hidden, size, eps);
  }
}

// @ts-ignore: decorator
@inline
function addRow(row: usize, source: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(row + j, f32x4.add(v128.load(row + j), v128.load(source + j)));
  }
}
