import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  dequantizeRows,
  joinPath,
  openSafetensors,
  quantizeRows,
  type TensorToWrite,
  writeSafetensors,
} from "@heed/checkpoint";
import { compileKernels, createMemory } from "../kernels/kernel_module.ts";
import { Seq2SeqEngine } from "../seq2seq/engine.ts";
import { startThread } from "./pack_model.ts";

const model = new URL("../../../testdata/marian/relu/", import.meta.url);
const sources = [[5, 17, 33, 8, 0], [60, 0], [12, 13, 14, 15, 16, 17, 0], [9, 9, 9, 0]];

/** Copies the model twice: its matrices as I8, and what I8 gives as F32. */
async function withModels(
  test: (directories: { int8: string; float: string }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "heed-engine-" });
  try {
    const [int8, float] = ["int8", "float"].map((name) => joinPath(folder, name) as string);
    await using reader = await openSafetensors(new URL("model.safetensors", model));
    for (const directory of [int8, float]) {
      await Deno.mkdir(directory);
      for (const name of ["config.json", "generation_config.json"]) {
        await Deno.copyFile(new URL(name, model), joinPath(directory, name));
      }
    }
    const bytes: TensorToWrite[] = [], floats: TensorToWrite[] = [];
    for (const name of reader.names) {
      const { shape } = reader.info(name);
      const data = await reader.readFloat32(name);
      const tensor = { name, dtype: "F32" as const, shape, data };
      const isMatrix = shape.length === 2 && shape[0] > 1;
      bytes.push(isMatrix ? { ...tensor, dtype: "I8", quantize: "rows" } : tensor);
      if (!isMatrix) floats.push(tensor);
      else {
        const { values, scales } = quantizeRows(data, shape[0]);
        floats.push({ ...tensor, data: dequantizeRows(values, scales) });
      }
    }
    await writeSafetensors(joinPath(int8, "model.safetensors"), bytes);
    await writeSafetensors(joinPath(float, "model.safetensors"), floats);
    await test({ int8, float });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const dtype of ["fp32", "int8"] as const) {
  Deno.test(`an I8 file gives exactly what its float32 values give (${dtype})`, () =>
    withModels(async ({ int8, float }) => {
      const run = async (directory: string) => {
        using engine = await Seq2SeqEngine.load(directory, { dtype, threads: 1 });
        return {
          hypotheses: await engine.generate(sources, { numBeams: 4, maxNewTokens: 12 }),
          logits: (await engine.decode(sources[0], [7, 8, 0])).logits,
          states: (await engine.encode(sources)).states,
        };
      };
      assertEquals(await run(int8), await run(float));
    }));
}

Deno.test("int8 of an I8 file is int8 of the file that it was made of", () =>
  withModels(async ({ int8 }) => {
    const logits = async (directory: string | URL) => {
      using engine = await Seq2SeqEngine.load(directory, { dtype: "int8", threads: 1 });
      return (await engine.decode(sources[0], [7, 8, 0])).logits;
    };
    const [actual, expected] = [await logits(int8), await logits(model)];
    // The bytes are the same; a scale may be off by the rounding of float32.
    expected.forEach((value, i) =>
      assertAlmostEquals(actual[i], value, 2e-4 * (1 + Math.abs(value)))
    );
  }));

Deno.test("packing what quantizeRows() gives finds its bytes and scales again", async () => {
  const n = 32, k = 48;
  const matrix = Float32Array.from(
    { length: n * k },
    (_, i) => i % 48 === 7 ? ((i % 19) - 9) / 2 : Math.sin(i * 1.3) * 10 ** (((i / k) | 0) % 9 - 5),
  );
  matrix.fill(0, 5 * k, 6 * k);
  const { values, scales } = quantizeRows(matrix, n);
  const simd = "plain";
  const memory = createMemory({ shared: false, bytes: 1 << 20 });
  const module = await compileKernels(simd, { shared: false });
  const { heap, kernels } = startThread({ memory, module, simd }, {
    end: memory.buffer.byteLength,
  });
  const source = heap.allocate(n * k * 4);
  const [weights, steps, corrections] = [n * k, n * 4, n * 4].map((bytes) => heap.allocate(bytes));
  for (const packed of [matrix, dequantizeRows(values, scales)]) {
    heap.views.floats.set(packed, source / 4);
    kernels.packInt8(source, n, k, weights, steps, corrections);
    const bytes = new Int8Array(memory.buffer);
    const found = values.map((_, at) => {
      const row = Math.floor(at / k), i = at % k;
      return bytes[weights + (row >> 3) * k * 8 + (i >> 2) * 32 + (row & 7) * 4 + (i & 3)];
    });
    assertEquals(found, values);
    scales.forEach((scale, row) =>
      assertAlmostEquals(heap.views.floats[steps / 4 + row], scale, scale * 2 ** -23)
    );
  }
});
