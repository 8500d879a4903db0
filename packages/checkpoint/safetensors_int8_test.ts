import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { leftOpen, place, rawSafetensors, withFolder } from "./_fixtures_test.ts";
import { joinPath } from "./join_path.ts";
import { dequantizeRows, quantizeRows } from "./safetensors_int8.ts";
import { openSafetensors } from "./safetensors_reader.ts";
import { type TensorToWrite, writeSafetensors } from "./safetensors_writer.ts";

/** Values that spread over magnitudes, some of them exactly halfway between two steps. */
function matrix(rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => i % 7 === 3 ? (i % 50 - 25) * 0.5 : Math.sin(i * 1.7) * 10 ** ((i % 9) - 4),
  );
}

Deno.test("quantizeRows() rounds each row to its own steps, ties to even", () => {
  const { values, scales } = quantizeRows(
    new Float32Array([127, 0.5, 1.5, -2.5, 0, 0, 0, 0, -1e-3, 5e-4, 1e-3, 0]),
    3,
  );
  assertEquals([...values], [127, 0, 2, -2, 0, 0, 0, 0, -127, 64, 127, 0]);
  assertEquals([...scales], [1, 0, Math.fround(1e-3 / 127)]);
});

Deno.test("quantizeRows() is off by half a step at most, and finds the same bytes again", () => {
  const original = matrix(50, 96);
  const { values, scales } = quantizeRows(original, 50);
  const floats = dequantizeRows(values, scales);
  floats.forEach((value, i) => {
    const step = scales[Math.floor(i / 96)]!;
    assert(Math.abs(value - original[i]!) <= 0.50001 * step, `${value} for ${original[i]}`);
  });
  assertEquals(quantizeRows(floats, 50).values, values);
});

Deno.test("quantizeRows() takes the smallest and largest numbers, and refuses what is none", () => {
  const edges = quantizeRows(new Float32Array([3e38, -3e38, 1e-44, 1e-45]), 2);
  assertEquals([...edges.values], [127, -127, 0, 0]);
  assert(dequantizeRows(edges.values, edges.scales).every(Number.isFinite));
  assertEquals(quantizeRows(new Float32Array(0), 0).values.length, 0);
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(() => quantizeRows(new Float32Array([1, value]), 1), RangeError, "at element 1");
  }
});

Deno.test(
  "an I8 matrix is read as float32, and its scales are no tensor of their own",
  withFolder(async (folder) => {
    const path = joinPath(folder, "model.safetensors");
    const weight = matrix(3, 5);
    let asked = 0;
    await writeSafetensors(path, [
      { name: "bias", dtype: "F32", shape: [3], data: new Float32Array([1, 2, 3]) },
      {
        name: "weight",
        dtype: "I8",
        shape: [3, 5],
        quantize: "rows",
        data: () => {
          asked++;
          return Promise.resolve(weight);
        },
      },
    ]);
    assertEquals(asked, 1);
    await using reader = await openSafetensors(path);
    assertEquals(reader.names, ["bias", "weight"]);
    assertEquals(reader.metadata, { format: "pt", quantization: "int8-per-row" });
    assertEquals(reader.info("weight"), { dtype: "I8", shape: [3, 5], byteLength: 15 + 12 });
    const { values, scales } = quantizeRows(weight, 3);
    assertEquals(await reader.readFloat32("weight"), dequantizeRows(values, scales));
    assertEquals(await reader.read("weight"), {
      ...{ dtype: "I8", shape: [3, 5] },
      data: values,
      scales,
    });
    for (const read of [reader.read, reader.readFloat32]) {
      await assertRejects(() => read("weight.scale"), RangeError, "no tensor of that name");
    }
    assertThrows(() => reader.info("weight.scale"), RangeError, "no tensor of that name");
    // Standard safetensors: whoever knows nothing of scales finds two tensors.
    const bytes = await Deno.readFile(path);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    assertEquals(header.weight.dtype, "I8");
    assertEquals(header["weight.scale"], { dtype: "F32", shape: [3], data_offsets: [12, 24] });
  }),
);

const NOTE = `"__metadata__":{"quantization":"int8-per-row"}`;
const entry = (dtype: string, shape: number[], begin: number, end: number) =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
const bytes2x3 = (begin: number) => `"w":${entry("I8", [2, 3], begin, begin + 6)}`;
const scale2 = `"w.scale":${entry("F32", [2], 0, 8)}`;

const MALFORMED: { what: string; header: string; data: number; message: string }[] = [
  {
    what: "without its scales",
    header: `{${NOTE},${bytes2x3(0)}}`,
    data: 6,
    message: 'tensor "w"',
  },
  {
    what: "with a scale too few",
    header: `{"w.scale":${entry("F32", [1], 0, 4)},${bytes2x3(4)}}`,
    data: 10,
    message: "it is F32 [1] and must be F32 [2]",
  },
  {
    what: "with scales in two dimensions",
    header: `{"w.scale":${entry("F32", [2, 1], 0, 8)},${bytes2x3(8)}}`,
    data: 14,
    message: "it is F32 [2, 1]",
  },
  {
    what: "with scales of another type",
    header: `{"w.scale":${entry("F16", [2], 0, 4)},${bytes2x3(4)}}`,
    data: 10,
    message: "it is F16 [2]",
  },
  {
    what: "that is a vector",
    header: `{"w.scale":${entry("F32", [6], 0, 24)},"w":${entry("I8", [6], 24, 30)}}`,
    data: 30,
    message: "its shape is [6]",
  },
  {
    what: "whose scales belong to no I8 matrix",
    header: `{${NOTE},${scale2},"w":${entry("F32", [2, 1], 8, 16)}}`,
    data: 16,
    message: '"w" is F32, not I8',
  },
  {
    what: "whose scales belong to nothing",
    header: `{${NOTE},${scale2}}`,
    data: 8,
    message: '"w" is missing, not I8',
  },
];

for (const { what, header, data, message } of MALFORMED) {
  Deno.test(
    `openSafetensors() refuses an I8 matrix ${what}`,
    withFolder(async (folder) => {
      const path = await place(folder, "model.safetensors", rawSafetensors(header, data));
      const open = await leftOpen(async () => {
        await assertRejects(() => openSafetensors(path), SyntaxError, message);
      });
      assertEquals(open, 0);
    }),
  );
}

for (const scale of [NaN, Infinity, -1]) {
  Deno.test(
    `a scale of ${scale} is refused when it is read`,
    withFolder(async (folder) => {
      const content = rawSafetensors(`{${scale2},${bytes2x3(8)}}`, 14);
      const data = content.byteLength - 14;
      new DataView(content.buffer).setFloat32(data + 4, scale, true);
      const path = await place(folder, "model.safetensors", content);
      await using reader = await openSafetensors(path);
      await assertRejects(() => reader.readFloat32("w"), SyntaxError, "the scale of row 1 is");
    }),
  );
}

Deno.test(
  "without the note, integers and names that end in .scale are what they were",
  withFolder(async (folder) => {
    const path = joinPath(folder, "model.safetensors");
    await writeSafetensors(path, [
      { name: "integers", dtype: "I8", shape: [2, 1], data: new Int8Array([3, -4]) },
      { name: "norm.scale", dtype: "F32", shape: [1], data: new Float32Array([2]) },
    ]);
    await using reader = await openSafetensors(path);
    assertEquals(reader.names, ["norm.scale", "integers"]);
    assertEquals([...await reader.readFloat32("integers")], [3, -4]);
  }),
);

Deno.test(
  "an index pairs bytes and scales that lie in two files",
  withFolder(async (folder) => {
    const write = (name: string, tensor: TensorToWrite) =>
      writeSafetensors(joinPath(folder, name), [tensor]);
    const data = new Int8Array([1, 2, 3, 4]);
    const scales = new Float32Array([0.5, 2]);
    await write("a.safetensors", { name: "w", dtype: "I8", shape: [2, 2], data });
    await write("b.safetensors", { name: "w.scale", dtype: "F32", shape: [2], data: scales });
    const path = await place(
      folder,
      "model.safetensors.index.json",
      JSON.stringify({ weight_map: { "w": "a.safetensors", "w.scale": "b.safetensors" } }),
    );
    await using reader = await openSafetensors(path);
    assertEquals(reader.names, ["w"]);
    assertEquals([...await reader.readFloat32("w")], [0.5, 1, 6, 8]);
  }),
);

const rounded = (changes: Partial<TensorToWrite>): TensorToWrite => ({
  name: "w",
  dtype: "I8",
  shape: [1, 2],
  quantize: "rows",
  data: new Float32Array([1, 2]),
  ...changes,
});
const REFUSED: { what: string; tensors: TensorToWrite[]; message: string }[] = [
  { what: "a vector", tensors: [rounded({ shape: [2] })], message: "not I8 [2]" },
  { what: "another type", tensors: [rounded({ dtype: "F16" })], message: "not F16 [1, 2]" },
  {
    what: "bytes for floats",
    tensors: [rounded({ data: new Int8Array(2) })],
    message: "it needs a Float32Array",
  },
  {
    what: "too few values",
    tensors: [rounded({ data: new Float32Array(1) })],
    message: "it needs 2 values and has 1",
  },
  {
    what: "NaN",
    tensors: [rounded({ data: new Float32Array([1, NaN]) })],
    message: "it holds NaN at element 1",
  },
  {
    what: "an I8 tensor without scales beside it",
    tensors: [rounded({}), rounded({ name: "x", quantize: undefined, data: new Int8Array(2) })],
    message: "so this I8 tensor must, too",
  },
  {
    what: "a name like that of scales",
    tensors: [rounded({}), { name: "x.scale", dtype: "U8", shape: [0], data: new Uint8Array(0) }],
    message: "names that end in .scale are kept",
  },
];
for (const { what, tensors, message } of REFUSED) {
  Deno.test(
    `writeSafetensors() refuses to round ${what}`,
    withFolder(async (folder) => {
      const path = joinPath(folder, "model.safetensors");
      await assertRejects(() => writeSafetensors(path, tensors), Error, message);
      assertEquals([...Deno.readDirSync(folder)], []);
    }),
  );
}
