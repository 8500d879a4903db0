import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openMarian } from "@heed/checkpoint/formats";
import { ZEROS } from "@heed/model";
import { compileKernels, createMemory } from "../kernels/kernel_module.ts";
import { LINEAR_N, LINEAR_SCALES } from "../kernels/layout.ts";
import { ACTIVATION_RANGES, probeSimdMode, type SimdMode } from "../kernels/simd_mode.ts";
import { readInputMultiplier } from "./fixed_inputs.ts";
import { headGeometry, LinearPacker, type LinearParts } from "./linear_packer.ts";
import { startThread } from "./pack_model.ts";
import type { PackingContext } from "./weight_rows.ts";

const file = new URL(
  "../../../testdata/bergamot/shared/model.ende.intgemm.alphas.bin",
  import.meta.url,
);
const best = probeSimdMode();
const MODES: readonly SimdMode[] = best === "plain"
  ? ["plain"]
  : [...new Set([best, "relaxed-i7", "plain"] as const)];
const { fround } = Math;

/** A part of the model that the file holds: 20 inputs, 24 outputs. */
function feedForward(layer: number, inputMultipliers?: string[]) {
  const name = `encoder_l${layer}_ffn`;
  return {
    weight: {
      name: `${name}_W1`,
      shape: [20, 24],
      init: ZEROS,
      transposed: true,
      inputMultipliers: inputMultipliers ?? [`${name}_W1_QuantMultA`],
    },
    bias: { name: `${name}_b1`, shape: [1, 24], init: ZEROS },
  };
}

async function withPacker(
  simd: SimdMode,
  test: (context: PackingContext, packer: LinearPacker) => Promise<void>,
): Promise<void> {
  await using reader = await openMarian(file);
  const memory = createMemory({ shared: false, bytes: 1 << 20 });
  const module = await compileKernels(simd, { shared: false });
  const thread = startThread({ memory, module, simd }, { end: memory.buffer.byteLength });
  const context = { reader, ...thread, range: ACTIVATION_RANGES[simd] };
  await test(context, new LinearPacker(context, "int8"));
}

/** Rows of numbers, some of which are beyond what a byte can stand for. */
const rows = 7;
const inputs = Float32Array.from({ length: rows * 20 }, (_, i) => Math.sin(i * 1.7) * (i % 9 + 1));

function run({ heap, kernels }: PackingContext, linear: number, outputs: number): Float32Array {
  const x = heap.allocate(rows * 32 * 4), out = heap.allocate(rows * outputs * 4);
  heap.views.floats.fill(0, x / 4, x / 4 + rows * 32);
  for (let row = 0; row < rows; row++) {
    heap.views.floats.set(inputs.subarray(row * 20, row * 20 + 20), x / 4 + row * 32);
  }
  const scratch = heap.allocate(kernels.linearScratchBytes(rows, 32));
  kernels.linear(x, rows, 32 * 4, linear, out, outputs * 4, 0, scratch);
  return heap.views.floats.slice(out / 4, out / 4 + rows * outputs);
}

/** What intgemm computes: unsigned bytes, and a bias that takes their zero out again, all in float32. */
async function expected({ reader }: PackingContext, layer: number): Promise<Float32Array> {
  const name = `encoder_l${layer}_ffn`;
  const { data, scales } = await reader.read(`${name}_W1`);
  const bias = await reader.readFloat32(`${name}_b1`);
  const [a] = await reader.readFloat32(`${name}_W1_QuantMultA`);
  const b = fround(1 / scales![0]);
  const unit = fround(1 / fround(a * b));
  const step = fround(fround(fround(127 / a) * fround(127 / b)) / 127);
  const out = new Float32Array(rows * 24);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < 24; output++) {
      let sum = 0, weights = 0;
      for (let i = 0; i < 20; i++) {
        const weight = data[i * 24 + output] as number;
        const scaled = fround(inputs[row * 20 + i] * a);
        const even = Math.round(scaled); // no ties among these
        sum += (Math.max(-127, Math.min(127, even)) + 127) * weight;
        weights += weight;
      }
      const prepared = fround(bias[output] - fround(weights * step));
      out[row * 24 + output] = fround(fround(sum * unit) + prepared);
    }
  }
  return out;
}

for (const simd of MODES) {
  Deno.test(`bytes of a file are multiplied as intgemm does it, to the last bit: ${simd}`, () =>
    withPacker(simd, async (context, packer) => {
      const linear = await packer.pack({ parts: [feedForward(1)] }, headGeometry(20, 4));
      const found = run(context, linear, 32), wanted = await expected(context, 1);
      // 7 bits are not enough for the same numbers, so those are near only.
      const isExact = ACTIVATION_RANGES[simd].max === 127;
      for (let i = 0; i < wanted.length; i++) {
        const value = found[Math.floor(i / 24) * 32 + i % 24];
        if (isExact) assertEquals(value, wanted[i]);
        else assertAlmostEquals(value, wanted[i], 0.5);
      }
    }));
}

Deno.test("parts whose inputs have different multipliers are measured row by row", () =>
  withPacker(best, async (context, packer) => {
    const pack = (parts: LinearParts["parts"]) => packer.pack({ parts }, headGeometry(20, 4));
    const together = await pack([feedForward(1), feedForward(2)]);
    const none = await pack([feedForward(1, []), feedForward(2, [])]);
    assertEquals(run(context, together, 64), run(context, none, 64));
    const { integers, floats } = context.heap.views;
    assertEquals(integers[(together + LINEAR_N) / 4], 64);
    // The scales stay those of the weights.
    const { scales } = await context.reader.read("encoder_l2_ffn_W1");
    assertEquals(floats[integers[(together + LINEAR_SCALES) / 4] / 4 + 32], scales![0]);
  }));

Deno.test("a multiplier that is not positive is named", () =>
  withPacker(best, async ({ reader }) => {
    for (const value of [0, -1, NaN, Infinity]) {
      const damaged = { ...reader, readFloat32: () => Promise.resolve(Float32Array.of(value)) };
      await assertRejects(
        () => readInputMultiplier([feedForward(1)], damaged),
        RangeError,
        `Cannot load weight encoder_l1_ffn_W1_QuantMultA: it holds ${value}`,
      );
    }
  }));
