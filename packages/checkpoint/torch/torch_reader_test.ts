import { assertEquals, assertRejects } from "@std/assert";
import { GOLDEN, leftOpen, place, withFolder } from "../_fixtures_test.ts";
import { brainToFloat, halfToFloat } from "../half.ts";
import type { WeightsReader } from "../weights_reader.ts";
import { openTorch } from "./torch_reader.ts";

const TORCH = new URL("torch/", GOLDEN);

/** Values as numbers; those of 8-bit floats stay bytes. */
async function numbersOf(reader: WeightsReader, name: string): Promise<number[]> {
  const { dtype, data } = await reader.read(name);
  if (dtype === "F16") return [...halfToFloat(data as Uint16Array)];
  if (dtype === "BF16") return [...brainToFloat(data as Uint16Array)];
  return Array.from(data as Float32Array, Number);
}

/** What an 8-bit float is, with so many bits of mantissa. */
function eightBits(byte: number, mantissaBits: number): number {
  const bias = mantissaBits === 3 ? 7 : 15;
  const exponent = (byte & 0x7f) >> mantissaBits, steps = 1 << mantissaBits;
  const mantissa = byte % steps;
  const size = exponent === 0
    ? mantissa / steps * 2 ** (1 - bias)
    : (1 + mantissa / steps) * 2 ** (exponent - bias);
  return byte & 0x80 ? -size : size;
}

for (const name of ["pytorch_model.bin", "protocol_4.bin", "legacy.bin"]) {
  Deno.test(`openTorch() reads every type and view of ${name} by PyTorch 2.15.0`, async () => {
    const expected = JSON.parse(await Deno.readTextFile(new URL("values.json", TORCH)));
    await using reader = await openTorch(new URL(name, TORCH));
    assertEquals(reader.names, Object.keys(expected).filter((name) => name !== "10").concat("10"));
    for (const name of reader.names) {
      let numbers = await numbersOf(reader, name);
      if (name === "f8_e4m3") numbers = numbers.map((byte) => eightBits(byte, 3));
      if (name === "f8_e5m2") numbers = numbers.map((byte) => eightBits(byte, 2));
      assertEquals(numbers, expected[name].values, name);
      assertEquals(reader.info(name).shape, expected[name].shape, name);
      const { dtype, shape, data } = await reader.read(name);
      assertEquals(reader.info(name), { dtype, shape, byteLength: data.byteLength }, name);
    }
  });
}

Deno.test("openTorch() joins the files of an index", async () => {
  await using whole = await openTorch(new URL("pytorch_model.bin", TORCH));
  await using parts = await openTorch(
    new URL("sharded/pytorch_model.bin.index.json", TORCH),
  );
  assertEquals([...parts.names].sort(), [...whole.names].sort());
  assertEquals(parts.metadata, { total_size: "1234" });
  for (const name of whole.names) assertEquals(await parts.read(name), await whole.read(name));
});

const INDEXES: Record<string, { change: (map: Record<string, string>) => void; message: string }> =
  {
    "names a tensor that its file lacks": {
      change: (map) => map.w = "pytorch_model-00001-of-00002.bin",
      message: "w is not in ",
    },
    "leaves a tensor out": {
      change: (map) => delete map.base,
      message: "pytorch_model-00002-of-00002.bin is not in the index",
    },
    "leads out of its folder": {
      change: (map) => map.w = "../x.bin",
      message: '"../x.bin" as a name',
    },
    "names a file that is not there": {
      change: (map) => map.w = "pytorch_model-00003-of-00003.bin",
      message: "pytorch_model-00003-of-00003.bin: no such file",
    },
  };

for (const [what, { change, message }] of Object.entries(INDEXES)) {
  Deno.test(
    `openTorch() refuses an index that ${what}, and closes the files`,
    withFolder(async (folder) => {
      for (const { name } of Deno.readDirSync(new URL("sharded", TORCH))) {
        await Deno.copyFile(new URL(`sharded/${name}`, TORCH), `${folder}/${name}`);
      }
      const path = `${folder}/pytorch_model.bin.index.json`;
      const index = JSON.parse(await Deno.readTextFile(path));
      change(index.weight_map);
      await place(folder, "pytorch_model.bin.index.json", JSON.stringify(index));
      assertEquals(
        await leftOpen(() => assertRejects(() => openTorch(path), Error, message)),
        0,
      );
    }),
  );
}
