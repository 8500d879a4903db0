import { floats, type Program, variants } from "./program.ts";
import { KEEP_PARAMS, RANDOM_WORD } from "./random.ts";
import { laneReductions } from "./reduce.ts";

const WORKGROUP = 256;

/** Lanes that share a row; the rest of a workgroup has other rows. */
const LANES = 32;

/** Rows that a workgroup treats. */
export const ROWS = WORKGROUP / LANES;

/** Rows and lanes; every invocation goes on, since the sums need all of them. */
const PLACE = `
  let row = group * ${ROWS}u + lane / ${LANES}u;
  let first = lane % ${LANES}u;
  let start = row * p.size;
  let end = select(0u, p.size, row < p.rows);`;

/** softmax(scale * scores) over the keys that are seen, zeros for a row that sees none. */
export const maskedSoftmax: (
  options: { mask: boolean; causal: boolean; inPlace: boolean },
) => Program = variants(({ mask, causal, inPlace }) => ({
  name: "masked softmax",
  buffers: floats({
    read: [...(inPlace ? [] : ["scores"]), ...(mask ? ["mask"] : [])],
    write: ["out"],
  }),
  params: { rows: "u32", size: "u32", qLen: "u32", heads: "u32", scale: "f32" },
  workgroup: WORKGROUP,
  declarations: laneReductions({ workgroup: WORKGROUP, width: LANES, max: true }) + `
fn seen(row: u32, key: u32) -> bool {
  ${causal ? "if (key + p.qLen > p.size + row % p.qLen) { return false; }" : ""}
  ${mask ? "if (mask[row / (p.heads * p.qLen) * p.size + key] == 0.0) { return false; }" : ""}
  return true;
}`,
  main: `${PLACE}
  var largest = -3.4e38;
  for (var i = first; i < end; i += ${LANES}u) {
    if (seen(row, i)) { largest = max(largest, ${
    inPlace ? "out" : "scores"
  }[start + i] * p.scale); }
  }
  let top = maxOf(largest, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += ${LANES}u) {
    var value = 0.0;
    if (seen(row, i)) { value = exp(${inPlace ? "out" : "scores"}[start + i] * p.scale - top); }
    out[start + i] = value;
    sum += value;
  }
  let all = sumOf(sum, lane);
  let share = select(1.0 / all, 0.0, all == 0.0);
  for (var i = first; i < end; i += ${LANES}u) { out[start + i] *= share; }`,
}));

/**
 * What the scores change by: y * (dy - sum(dy * y)) * scale. `dropout`: dy is of what dropout left of
 * the probabilities.
 */
export const softmaxGradient: (
  options: { inPlace: boolean; dropout: boolean },
) => Program = variants(({ inPlace, dropout }) => ({
  name: "softmax gradient",
  buffers: floats(inPlace ? { read: ["y"], write: ["dy"] } : { read: ["dy", "y"], write: ["out"] }),
  params: { rows: "u32", size: "u32", scale: "f32", ...(dropout && KEEP_PARAMS) },
  workgroup: WORKGROUP,
  declarations: laneReductions({ workgroup: WORKGROUP, width: LANES }) +
    (dropout ? RANDOM_WORD : ""),
  main: `${PLACE}
  var sum = 0.0;
  for (var i = first; i < end; i += ${LANES}u) {
    sum += dy[start + i] * y[start + i]${dropout ? " * keep(start + i)" : ""};
  }
  let all = sumOf(sum, lane);
  for (var i = first; i < end; i += ${LANES}u) {
    let d = dy[start + i]${dropout ? " * keep(start + i)" : ""};
    ${inPlace ? "dy" : "out"}[start + i] = y[start + i] * (d - all) * p.scale;
  }`,
}));
