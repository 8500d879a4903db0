import { sizeOf } from "../kernels/kernel_table.ts";
import { CHUNK, elementwise } from "./elementwise.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { NAN_BITS, type Program } from "./program.ts";

const lookUp = elementwise({
  name: "embedding",
  buffers: { weight: { type: "f32" }, ids: { type: "i32" }, out: { type: "f32", write: true } },
  params: { hidden: "u32", vocab: "u32", scale: "f32", nan: "u32" },
  statement: `
      let row = i / p.hidden;
      let id = u32(ids[row]); // a negative one becomes a large one
      var value = bitcast<f32>(p.nan);
      if (id < p.vocab) { value = weight[id * p.hidden + i - row * p.hidden] * p.scale; }
      out[i] = value;
    `,
});

/** Lanes of a row of the table; each reads 32 ids at a time and keeps a bit for each. */
const LANES = 64, IDS = 32;

/**
 * The gradient of the table, one workgroup a row: it looks through all ids for its own and adds their
 * gradients in the order of the positions. Reading the ids once for every row is cheap beside what
 * atomic additions cost, and the sums are the same in every run.
 */
const gradient: Program = {
  name: "embedding gradient",
  buffers: { dy: { type: "f32" }, ids: { type: "i32" }, out: { type: "f32", write: true } },
  params: { count: "u32", hidden: "u32", scale: "f32" },
  workgroup: LANES,
  declarations: `var<workgroup> found: array<u32, ${LANES}>;`,
  main: `
  for (var base = 0u; base < p.count; base += ${LANES * IDS}u) {
    var mine = 0u;
    for (var j = 0u; j < ${IDS}u; j++) {
      let i = base + j * ${LANES}u + lane;
      if (i < p.count && u32(ids[i]) == group) { mine |= 1u << j; }
    }
    found[lane] = mine;
    workgroupBarrier();
    for (var column = lane; column < p.hidden; column += ${LANES}u) {
      var sum = 0.0;
      for (var l = 0u; l < ${LANES}u; l++) {
        for (var bits = found[l]; bits != 0u; bits &= bits - 1u) {
          let i = base + countTrailingZeros(bits) * ${LANES}u + l;
          sum += dy[i * p.hidden + column];
        }
      }
      sum *= p.scale;
      if (base > 0u) { sum += out[group * p.hidden + column]; }
      out[group * p.hidden + column] = sum;
    }
    workgroupBarrier();
  }`,
};

/** Rows of a table, times a scale, and the gradient of the table. */
export const embeddingKernels: GpuKernelTable = {
  /** The row of an id outside of the table is NaN: no kernel can throw. */
  HeedEmbedding(gpu, { weight, ids }, { scale }) {
    const [vocab, hidden] = weight.shape;
    const out = gpu.output([...ids.shape, hidden]), size = sizeOf(out.shape);
    gpu.run(lookUp, {
      buffers: { weight, ids, out },
      params: { size, hidden, vocab, scale, nan: NAN_BITS },
      groups: Math.ceil(size / CHUNK),
    });
    return out;
  },

  HeedEmbeddingGradient(gpu, { dy, ids }, { vocab, scale }) {
    const hidden = dy.shape.at(-1)!, count = sizeOf(ids.shape);
    const out = count > 0 ? gpu.output([vocab, hidden]) : gpu.zeros([vocab, hidden]);
    const groups = count > 0 ? vocab : 0;
    gpu.run(gradient, { buffers: { dy, ids, out }, params: { count, hidden, scale }, groups });
    return out;
  },
};
