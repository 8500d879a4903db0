import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { GOLDEN, leftOpen, place, withFolder } from "../_fixtures_test.ts";
import { handleOf } from "../testing/bytes_handle.ts";
import { joined, le, type ZipFile, zipOf } from "../testing/zip_bytes.ts";
import { openMarian, readMarian } from "./marian_reader.ts";

const FLOAT32 = 0x404, INTGEMM8 = 0x4101;

/** An item of Marian's binary form; what is not given is as it should be. */
interface Item {
  readonly name?: string;
  readonly nameBytes?: number | bigint;
  readonly type?: number;
  readonly shape?: readonly number[];
  readonly dimensions?: number | bigint;
  readonly data?: Uint8Array;
  readonly bytes?: number | bigint;
}

function binary(
  items: readonly Item[],
  { version = 1, count = items.length, padding = 4, rest = 0 }: {
    version?: number | bigint;
    count?: number | bigint;
    padding?: number | bigint;
    rest?: number;
  } = {},
): Uint8Array<ArrayBuffer> {
  const out = [...le(version, 8), ...le(count, 8)];
  const names: number[] = [], shapes: number[] = [], values: Uint8Array[] = [];
  for (
    const { name = "w", type = FLOAT32, shape = [2], data = new Uint8Array(8), ...claims } of items
  ) {
    const text = new TextEncoder().encode(`${name}\0`);
    out.push(...le(claims.nameBytes ?? text.length, 8), ...le(type, 8));
    out.push(...le(claims.dimensions ?? shape.length, 8), ...le(claims.bytes ?? data.length, 8));
    names.push(...text);
    shapes.push(...shape.flatMap((size) => le(BigInt.asUintN(32, BigInt(size)), 4)));
    values.push(data);
  }
  const header = Uint8Array.from([...out, ...names, ...shapes, ...le(padding, 8), 0, 0, 0, 0]);
  return joined([header, ...values, new Uint8Array(rest)]);
}

/** A matrix of intgemm8 with some multiplier. */
function quantized(multiplier: number): Item {
  const data = new Uint8Array(8);
  new DataView(data.buffer).setFloat32(4, multiplier, true);
  return { type: INTGEMM8, shape: [2, 2], data };
}

Deno.test("the files of these tests are read when nothing is wrong with them", async () => {
  const plain = await readMarian(handleOf(binary([{}, { name: "v" }])), "f");
  assertEquals(plain.names, ["w", "v"]);
  assertEquals([...await plain.readFloat32("v")], [0, 0]);
  const int8 = await readMarian(handleOf(binary([quantized(2)])), "f");
  assertEquals([...(await int8.read("w")).scales!], [0.5, 0.5]);
  const npz = await readMarian(handleOf(zipOf([npy({})])), "f");
  assertEquals([...await npz.readFloat32("w")], [0, 0]);
});

const ENDLESS = 2n ** 64n - 1n;

const BINARIES: Record<string, { bytes: Uint8Array; message: string }> = {
  "an empty file": { bytes: new Uint8Array(0), message: "it is truncated" },
  "another version": { bytes: binary([{}], { version: 2 }), message: "version 2 and must have 1" },
  "more items than fit": {
    bytes: binary([{}], { count: ENDLESS }),
    message: "it claims 18446744073709551615 items, more than it has room for",
  },
  "a name without end": { bytes: binary([{ nameBytes: ENDLESS }]), message: "it is truncated" },
  "names that fill the header": {
    bytes: binary([{ nameBytes: 2n ** 40n }]),
    message: "it is truncated",
  },
  "a million dimensions": {
    bytes: binary([{ dimensions: 1 << 20 }]),
    message: "item 0 of it has 1048576 dimensions",
  },
  "a negative dimension": { bytes: binary([{ shape: [-2] }]), message: "[-2] is not of natural" },
  "two negative dimensions": { bytes: binary([{ shape: [-1, -2] }]), message: "not of natural" },
  "a shape larger than its bytes": {
    bytes: binary([{ shape: [3] }]),
    message: "[3] of type 0x404 takes 12 bytes, but it has 8",
  },
  "dimensions whose product overflows": {
    bytes: binary([{ shape: new Array(8).fill(0x7fffffff) }]),
    message: "bytes, but it has 8",
  },
  "data without end": {
    bytes: binary([{ bytes: ENDLESS }]),
    message: 'Cannot read tensor "w" of f: its data ends at byte',
  },
  "padding without end": {
    bytes: binary([{}], { padding: ENDLESS }),
    message: 'Cannot read tensor "w" of f: its data ends at byte',
  },
  "data left over": { bytes: binary([{}], { rest: 1 }), message: "its items end at byte" },
  "a type for one processor": {
    bytes: binary([{ type: 0x1801 }]),
    message: "its type 0x1801 is not known; float32 and intgemm8 are",
  },
  "a name given twice": { bytes: binary([{}, {}]), message: 'two items "w"' },
  "an item without a name": { bytes: binary([{ name: "" }]), message: "item 0 of it has no name" },
  "a name with a NUL": { bytes: binary([{ name: "a\0b" }]), message: "item 0 of it has no name" },
  "no room for the multiplier": {
    bytes: binary([{ type: INTGEMM8, shape: [8] }]),
    message: "takes 12 bytes, but it has 8",
  },
  "two thousand million empty rows of intgemm8": {
    bytes: binary([{ type: INTGEMM8, shape: [0x7fffffff, 0] }]),
    message: "it has a multiplier and no values",
  },
  "a multiplier of 0": { bytes: binary([quantized(0)]), message: "the scale of row 0 is Infinity" },
  "a multiplier that is no number": {
    bytes: binary([quantized(NaN)]),
    message: "the scale of row 0 is NaN",
  },
  "a negative multiplier": {
    bytes: binary([quantized(-2)]),
    message: "the scale of row 0 is -0.5",
  },
};

/** A `.npy` file in an archive. */
function npy(
  { type = "'<f4'", order = "False", shape = "(2,)", values = 8, version = 1, length }: {
    type?: string;
    order?: string;
    shape?: string;
    values?: number;
    version?: number;
    length?: number;
  },
  claims: Partial<ZipFile> = {},
): ZipFile {
  const text = `{'descr': ${type}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const header = new TextEncoder().encode(text);
  const start = [0x93, ...new TextEncoder().encode("NUMPY"), version, 0];
  const size = le(length ?? header.length, version === 1 ? 2 : 4);
  const data = joined([Uint8Array.from([...start, ...size]), header, new Uint8Array(values)]);
  return { name: "w.npy", data, ...claims };
}

const ENTRIES: Record<string, { file: ZipFile; message: string }> = {
  "a file that is no .npy": {
    file: npy({}, { name: "w.txt" }),
    message: '"w.txt" in it is no .npy',
  },
  "a .npy of another beginning": {
    file: npy({}, { data: new Uint8Array(100) }),
    message: "does not begin like a .npy file",
  },
  "version 4": { file: npy({ version: 4 }), message: "has version 4 of .npy" },
  "a header that is longer than its file": {
    file: npy({ version: 2, length: 0xffffffff }),
    message: "has a header of 4294967307 bytes",
  },
  "Python objects": {
    file: npy({ type: "'|O'" }),
    message: '"w.npy" in it holds Python objects, which are refused',
  },
  "big-endian values": {
    file: npy({ type: "'>f4'" }),
    message: 'of type ">f4", which is not read',
  },
  "complex values": { file: npy({ type: "'<c8'" }), message: 'of type "<c8", which is not read' },
  "records": { file: npy({ type: "[('a', '<f4')]" }), message: "a header without descr" },
  "a type that is a property of every object": {
    file: npy({ type: "'<constructor1'" }),
    message: "which is not read",
  },
  "no order": { file: npy({ order: "0" }), message: "without descr, fortran_order or shape" },
  "a type given twice": {
    file: npy({ order: "False, 'descr': '<f8'" }),
    message: "without descr, fortran_order or shape",
  },
  "a negative dimension": { file: npy({ shape: "(-2,)" }), message: "without descr" },
  "a dimension past 2^53": {
    file: npy({ shape: "(9007199254740993,)" }),
    message: "has the shape (9007199254740993,), which is not of natural numbers",
  },
  "65 dimensions": {
    file: npy({ shape: `(${"1,".repeat(65)})` }),
    message: "which is not of natural numbers",
  },
  "a shape larger than its bytes": {
    file: npy({ shape: "(1000000, 1000000)" }),
    message: "has 8 bytes of values, but F32 of shape [1000000, 1000000] takes 4000000000000",
  },
  "bytes left over": { file: npy({ values: 9 }), message: "has 9 bytes of values" },
  "another way of packing": {
    file: npy({}, { method: 12 }),
    message: "is packed by method 12; 0 and 8 are read",
  },
  "a zip bomb": {
    file: npy({}, { method: 8, bytes: 1 << 30 }),
    message: "claims 1073741824 bytes, packed into",
  },
  "what is no deflated data": {
    file: npy({}, { method: 8, data: new Uint8Array(100).fill(0xff) }),
    message: '"w.npy" in it is damaged',
  },
  "options that are too long": {
    file: npy(
      { type: "'|i1'", shape: `(${2 ** 21},)`, values: 2 ** 21 },
      { name: "special:model.yml.npy" },
    ),
    message: "has 2097152 bytes",
  },
};

const NPZ = Object.fromEntries(
  Object.entries(ENTRIES).map((
    [what, { file, message }],
  ) => [`an npz with ${what}`, { bytes: zipOf([file]), message }]),
);

for (const [what, { bytes, message }] of Object.entries({ ...BINARIES, ...NPZ })) {
  Deno.test(`readMarian() refuses ${what}`, async () => {
    const handle = handleOf(bytes);
    const error = await assertRejects(
      async () => await (await readMarian(handle, "f")).read("w"),
      SyntaxError,
      message,
    );
    assertStringIncludes(error.message, " f");
    assertEquals(handle.longest <= handle.size, true);
  });
}

Deno.test("readMarian() unpacks no more of a deflated file than it claims", async () => {
  const stream = new Blob([new Uint8Array(1 << 24)]).stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  const data = new Uint8Array(await new Response(stream).arrayBuffer());
  const bytes = zipOf([npy({}, { method: 8, data, bytes: 100 })]);
  await assertRejects(
    () => readMarian(handleOf(bytes), "f"),
    SyntaxError,
    "does not begin like a .npy file",
  );
});

Deno.test(
  "readMarian() notices that a deflated file ends before it claims",
  withFolder(async (folder) => {
    const stored = npy({});
    const stream = new Blob([stored.data as Uint8Array<ArrayBuffer>]).stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    const data = new Uint8Array(await new Response(stream).arrayBuffer());
    const file = { ...stored, method: 8, data, bytes: stored.data.length + 4 };
    const path = await place(folder, "model.npz", zipOf([file]));
    const open = await leftOpen(() =>
      assertRejects(() => openMarian(path), SyntaxError, "ends at")
    );
    assertEquals(open, 0);
  }),
);

Deno.test("openMarian() says what is wrong with a file of another format", async () => {
  await assertRejects(
    () => openMarian(new URL("torch/pytorch_model.bin", GOLDEN)),
    SyntaxError,
    "is no .npy file",
  );
  await assertRejects(() => openMarian(new URL("rounding.safetensors", GOLDEN)), SyntaxError);
});
