import { assertEquals } from "@std/assert";
import { GOLDEN } from "../_fixtures_test.ts";
import { openMarian } from "./marian_reader.ts";

const MARIAN = new URL("marian/", GOLDEN);

interface Expected {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly int8?: readonly number[];
  readonly multiplier?: number;
  readonly dequantized?: readonly number[];
}

async function expected(): Promise<{ options: string; tensors: Record<string, Expected> }> {
  return JSON.parse(await Deno.readTextFile(new URL("values.json", MARIAN)));
}

for (const name of ["model.bin", "model.npz", "deflated.npz"]) {
  Deno.test(`openMarian() reads the float32 of ${name}`, async () => {
    const { options, tensors } = await expected();
    await using reader = await openMarian(new URL(name, MARIAN));
    assertEquals(reader.metadata, { "special:model.yml": options });
    assertEquals(reader.names, Object.keys(tensors));
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      assertEquals(reader.info(name), { dtype: "F32", shape, byteLength: 4 * values.length });
      assertEquals([...await reader.readFloat32(name)], values, name);
    }
  });
}

Deno.test("openMarian() gives the bytes of intgemm8 by rows, with their scales", async () => {
  const { options, tensors } = await expected();
  await using reader = await openMarian(new URL("model.intgemm.alphas.bin", MARIAN));
  assertEquals(reader.metadata, { "special:model.yml": options });
  assertEquals(reader.names, Object.keys(tensors));
  let quantized = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const { dtype, shape, data, scales } = await reader.read(name);
    assertEquals(shape, tensor.shape);
    if (tensor.int8 === undefined) {
      assertEquals([dtype, ...data], ["F32", ...tensor.values], name);
      continue;
    }
    quantized++;
    assertEquals([dtype, ...data], ["I8", ...tensor.int8], name);
    const scale = Math.fround(1 / tensor.multiplier!);
    assertEquals([...scales!], new Array(shape[0]).fill(scale), name);
    assertEquals([...await reader.readFloat32(name)], tensor.dequantized, name);
    const byteLength = data.byteLength + scales!.byteLength;
    assertEquals(reader.info(name), { dtype, shape, byteLength }, name);
  }
  assertEquals(quantized, 5);
});

Deno.test("openMarian() reads other types of an npz, and columns that come first", async () => {
  await using reader = await openMarian(new URL("types.npz", MARIAN));
  const golden = JSON.parse(await Deno.readTextFile(new URL("types.json", MARIAN)));
  assertEquals(reader.names, Object.keys(golden));
  for (const [name, { dtype, shape, values }] of Object.entries<TypeCase>(golden)) {
    const tensor = await reader.read(name);
    assertEquals([tensor.dtype, tensor.shape], [dtype, shape], name);
    const data = dtype === "F16" ? await reader.readFloat32(name) : tensor.data;
    assertEquals(Array.from(data as Float32Array, Number), values, name);
  }
});

interface TypeCase {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
