import type { ActivationKind } from "../kernels/elementwise.ts";
import { sizeOf } from "../kernels/kernel_table.ts";
import { activationName, ACTIVATIONS } from "./activation.ts";
import type { GpuKernelTable } from "./kernel_table.ts";
import { type BufferUse, floats, type Program, type ScalarType, variants } from "./program.ts";
import { KEEP_PARAMS, RANDOM_WORD } from "./random.ts";

const WORKGROUP = 256, EACH = 4;

/** Elements that a workgroup of an elementwise program treats. */
export const CHUNK = WORKGROUP * EACH;

/** A program that does `statement` to every element `i`. */
export function elementwise(
  { statement, ...rest }: {
    name: string;
    buffers: Record<string, BufferUse>;
    params?: Record<string, ScalarType>;
    declarations?: string;
    statement: string;
  },
): Program {
  return {
    ...rest,
    params: { size: "u32", ...rest.params },
    workgroup: WORKGROUP,
    main: `
  for (var j = 0u; j < ${EACH}u; j++) {
    let i = group * ${CHUNK}u + j * ${WORKGROUP}u + lane;
    if (i < p.size) { ${statement} }
  }`,
  };
}

const activation = variants(({ kind }: { kind: ActivationKind }) =>
  elementwise({
    name: kind,
    buffers: floats({ read: ["x"], write: ["out"] }),
    declarations: ACTIVATIONS,
    statement: `out[i] = ${activationName(kind)}(x[i]);`,
  })
);

const activationGradient = variants((
  { kind, inPlace }: { kind: ActivationKind; inPlace: boolean },
) =>
  elementwise({
    name: `${kind} gradient`,
    buffers: floats(
      inPlace ? { read: ["z"], write: ["dy"] } : { read: ["dy", "z"], write: ["out"] },
    ),
    declarations: ACTIVATIONS,
    statement: `${inPlace ? "dy" : "out"}[i] = dy[i] * ${kind}Slope(z[i]);`,
  })
);

const dropout = variants(({ inPlace }: { inPlace: boolean }) =>
  elementwise({
    name: "dropout",
    buffers: floats(inPlace ? { write: ["x"] } : { read: ["x"], write: ["out"] }),
    params: KEEP_PARAMS,
    declarations: RANDOM_WORD,
    statement: `${inPlace ? "x" : "out"}[i] = x[i] * keep(i);`,
  })
);

const scale = variants(({ inPlace }: { inPlace: boolean }) =>
  elementwise({
    name: "scale",
    buffers: floats(
      inPlace ? { read: ["factor"], write: ["x"] } : { read: ["x", "factor"], write: ["out"] },
    ),
    statement: `${inPlace ? "x" : "out"}[i] = x[i] * factor[0];`,
  })
);

/** Kernels that treat every element alike. */
export const elementwiseKernels: GpuKernelTable = {
  HeedActivation(gpu, { x }, { kind }) {
    const out = gpu.output(x.shape), size = sizeOf(x.shape);
    gpu.run(activation({ kind }), {
      buffers: { x, out },
      params: { size },
      groups: Math.ceil(size / CHUNK),
    });
    return out;
  },

  HeedActivationGradient(gpu, { dy, z }, { kind, inPlace }) {
    const out = inPlace ? dy : gpu.output(dy.shape), size = sizeOf(dy.shape);
    gpu.run(activationGradient({ kind, inPlace }), {
      buffers: { dy, z, out },
      params: { size },
      groups: Math.ceil(size / CHUNK),
    });
    return inPlace ? [] : out;
  },

  HeedDropout(gpu, { x }, { seed, threshold, keepScale, inPlace = false }) {
    const out = inPlace ? x : gpu.output(x.shape), size = sizeOf(x.shape);
    gpu.run(dropout({ inPlace }), {
      buffers: { x, out },
      params: { size, seed, threshold, keepScale },
      groups: Math.ceil(size / CHUNK),
      changing: true,
    });
    return inPlace ? [] : out;
  },

  /** x times a scalar tensor; the ones that tfjs begins a backward pass with are no work. */
  HeedScale(gpu, { x, factor }, { inPlace }) {
    if (inPlace && gpu.known(factor)?.[0] === 1) return [];
    const out = inPlace ? x : gpu.output(x.shape), size = sizeOf(x.shape);
    gpu.run(scale({ inPlace }), {
      buffers: { x, factor, out },
      params: { size },
      groups: Math.ceil(size / CHUNK),
    });
    return inPlace ? [] : out;
  },
};
