import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { GOLDEN, leftOpen, place, rawSafetensors, withFolder } from "./_fixtures_test.ts";
import { openSafetensors } from "./safetensors_reader.ts";
import { MAX_HEADER_BYTES } from "./safetensors_header.ts";

Deno.test("openSafetensors() reads every type that Python's safetensors 0.8.0 writes", async () => {
  const expected = JSON.parse(await Deno.readTextFile(new URL("every_dtype.json", GOLDEN)));
  await using reader = await openSafetensors(new URL("every_dtype.safetensors", GOLDEN));
  assertEquals(reader.metadata, { note: "ä\n" });
  assertEquals([...reader.names].sort(), Object.keys(expected).sort());
  for (const name of reader.names) {
    const { dtype, data } = await reader.read(name);
    const float = dtype === "F16" || dtype === "BF16" ? await reader.readFloat32(name) : data;
    assertEquals(Array.from(float as Float32Array, Number), expected[name], name);
  }
  assertEquals(reader.info("f16"), { dtype: "F16", shape: [3, 3], byteLength: 18 });
  assertEquals((await reader.read("scalar")).shape, []);
});

Deno.test("readFloat32() converts I8 and refuses what it would falsify", async () => {
  await using reader = await openSafetensors(new URL("every_dtype.safetensors", GOLDEN));
  assertEquals(
    Array.from(await reader.readFloat32("i8")),
    Array.from((await reader.read("i8")).data as Int8Array),
  );
  const error = await assertRejects(() => reader.readFloat32("i64"), TypeError);
  assertStringIncludes(error.message, 'tensor "i64"');
  assertStringIncludes(error.message, "it is I64");
  await assertRejects(() => reader.read("nothing"), RangeError, "has no tensor of that name");
});

Deno.test("an index gives the same weights as one file", async () => {
  await using whole = await openSafetensors(new URL("unsharded.safetensors", GOLDEN));
  await using parts = await openSafetensors(
    new URL("sharded/model.safetensors.index.json", GOLDEN),
  );
  assertEquals(parts.names, whole.names);
  assertEquals(parts.metadata, { total_size: "320" });
  for (const name of whole.names) assertEquals(await parts.read(name), await whole.read(name));
});

const entry = (dtype: string, shape: string, begin: number, end: number) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;
const F32 = entry("F32", "[2]", 0, 8);

const MALFORMED: { what: string; bytes: Uint8Array; message: string }[] = [
  { what: "an empty file", bytes: new Uint8Array(0), message: "it has 0 bytes" },
  { what: "seven bytes", bytes: new Uint8Array(7), message: "it has 7 bytes" },
  {
    what: "a header longer than the format allows",
    bytes: rawSafetensors("{}", 0, BigInt(MAX_HEADER_BYTES) + 1n),
    message: "more than the 100000000 allowed",
  },
  {
    what: "a header length of 2^64 - 1",
    bytes: rawSafetensors("{}", 0, 2n ** 64n - 1n),
    message: "18446744073709551615 bytes",
  },
  {
    what: "a header longer than the file",
    bytes: rawSafetensors("{}", 0, 90_000_000n),
    message: "90000000 bytes, but 2 follow in the file: it is truncated",
  },
  {
    what: "data cut off at the end",
    bytes: rawSafetensors(`{"w":${F32}}`, 8).subarray(0, -1),
    message: 'tensor "w"',
  },
  { what: "data left over", bytes: rawSafetensors(`{"w":${F32}}`, 9), message: "8 of 9 bytes" },
  { what: "no JSON", bytes: rawSafetensors("{ not json"), message: "Cannot read the header" },
  { what: "a list", bytes: rawSafetensors("[]"), message: "does not begin with {" },
  { what: "leading space", bytes: rawSafetensors(" {}"), message: "does not begin with {" },
  {
    what: "bytes that are not UTF-8",
    bytes: rawSafetensors("{}").fill(0xff, 9),
    message: "not valid UTF-8",
  },
  {
    what: "deep nesting",
    bytes: rawSafetensors(`{"w":${"[".repeat(1_000_000)}`),
    message: "nested deeper than 4 levels",
  },
  {
    what: "a name given twice",
    bytes: rawSafetensors(`{"w":${F32},"\\u0077":${F32}}`, 8),
    message: '"w" is given twice',
  },
  {
    what: "a field given twice",
    bytes: rawSafetensors(`{"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4),
    message: '"dtype" is given twice',
  },
  {
    what: "an unknown type",
    bytes: rawSafetensors(`{"w":${entry("F12", "[2]", 0, 8)}}`, 8),
    message: 'tensor "w"',
  },
  {
    what: "a type that is a property of every object",
    bytes: rawSafetensors(`{"w":${entry("constructor", "[2]", 0, 8)}}`, 8),
    message: "is unknown",
  },
  {
    what: "a negative dimension",
    bytes: rawSafetensors(`{"w":${entry("F32", "[-2]", 0, 8)}}`, 8),
    message: "shape [-2]",
  },
  {
    what: "two negative dimensions",
    bytes: rawSafetensors(`{"w":${entry("F32", "[-1,-2]", 0, 8)}}`, 8),
    message: "not a list of natural numbers",
  },
  {
    what: "a fraction as dimension",
    bytes: rawSafetensors(`{"w":${entry("F32", "[0.5,4]", 0, 8)}}`, 8),
    message: "not a list of natural numbers",
  },
  {
    what: "no shape",
    bytes: rawSafetensors(`{"w":{"dtype":"F32","data_offsets":[0,4]}}`, 4),
    message: "shape undefined",
  },
  {
    what: "a shape that overflows",
    bytes: rawSafetensors(`{"w":${entry("F32", "[4294967296,4294967296]", 0, 0)}}`),
    message: "but it has 0",
  },
  {
    what: "an empty tensor that says it is as wide as a disk",
    bytes: rawSafetensors(`{"w":${entry("F32", "[0,9007199254740991]", 0, 0)}}`),
    message: "shape [0, 9007199254740991] is empty, with a dimension of more than 16777216",
  },
  {
    what: "a hundred dimensions",
    bytes: rawSafetensors(`{"w":${entry("F32", `[${Array(100).fill(1)}]`, 0, 4)}}`, 4),
    message: "its shape has 100 dimensions, more than 64",
  },
  {
    what: "a length that does not fit",
    bytes: rawSafetensors(`{"w":${entry("F16", "[2]", 0, 8)}}`, 8),
    message: "F16 of shape [2] takes 4 bytes, but it has 8",
  },
  {
    what: "offsets past the end",
    bytes: rawSafetensors(`{"w":${entry("F32", "[2]", 8, 16)}}`, 8),
    message: "its data ends at byte 16 of 8",
  },
  {
    what: "offsets turned round",
    bytes: rawSafetensors(`{"w":${entry("F32", "[2]", 8, 0)}}`, 8),
    message: "before it begins",
  },
  {
    what: "one offset",
    bytes: rawSafetensors(`{"w":{"dtype":"F32","shape":[],"data_offsets":[0]}}`, 4),
    message: "not two natural numbers",
  },
  {
    what: "tensors that overlap",
    bytes: rawSafetensors(`{"a":${F32},"b":${entry("F32", "[2]", 4, 12)}}`, 12),
    message: 'tensor "b"',
  },
  {
    what: "two tensors at one place",
    bytes: rawSafetensors(`{"a":${F32},"b":${F32}}`, 8),
    message: 'inside "a"',
  },
  {
    what: "a gap",
    bytes: rawSafetensors(`{"a":${F32},"b":${entry("F32", "[1]", 12, 16)}}`, 16),
    message: "it begins at byte 12, but the data before it ends at 8",
  },
  {
    what: "an entry that is no object",
    bytes: rawSafetensors(`{"w":7}`),
    message: "its entry is not an object",
  },
  {
    what: "notes that are no strings",
    bytes: rawSafetensors(`{"__metadata__":{"a":1}}`),
    message: "__metadata__ must be an object of strings",
  },
];

for (const { what, bytes, message } of MALFORMED) {
  Deno.test(
    `openSafetensors() refuses ${what}`,
    withFolder(async (folder) => {
      const path = await place(folder, "bad.safetensors", bytes);
      const open = await leftOpen(async () => {
        const error = await assertRejects(() => openSafetensors(path), SyntaxError);
        assertStringIncludes(error.message, "bad.safetensors");
        assertStringIncludes(error.message, message);
      });
      assertEquals(open, 0);
    }),
  );
}

Deno.test(
  "openSafetensors() takes a file without tensors, padding and names like __proto__",
  withFolder(async (folder) => {
    const nothing = await place(folder, "none.safetensors", rawSafetensors("{}      "));
    await using empty = await openSafetensors(nothing);
    assertEquals(empty.names, []);
    const header = `{"__proto__":${F32}}   `;
    const odd = await place(folder, "odd.safetensors", rawSafetensors(header, 8));
    await using reader = await openSafetensors(odd);
    assertEquals(reader.names, ["__proto__"]);
  }),
);

async function shards(folder: string, index: unknown): Promise<string> {
  await place(folder, "a.safetensors", rawSafetensors(`{"a":${F32}}`, 8));
  await place(folder, "b.safetensors", rawSafetensors(`{"b":${F32}}`, 8));
  await place(folder, "both.safetensors", rawSafetensors(`{"a":${F32}}`, 8));
  return await place(folder, "model.safetensors.index.json", JSON.stringify(index));
}

const INDEXES: { what: string; index: unknown; message: string }[] = [
  { what: "without a map", index: {}, message: "it has no weight_map" },
  { what: "with a number", index: { weight_map: { a: 1 } }, message: 'file of "a" is no name' },
  {
    what: "that leaves its folder",
    index: { weight_map: { a: "../a.safetensors" } },
    message: 'Cannot use "../a.safetensors"',
  },
  {
    what: "with an absolute path",
    index: { weight_map: { a: "/etc/passwd" } },
    message: 'Cannot use "/etc/passwd"',
  },
  {
    what: "that names a tensor its file lacks",
    index: { weight_map: { a: "a.safetensors", c: "b.safetensors", b: "b.safetensors" } },
    message: "c is not in ",
  },
  {
    what: "that leaves a tensor out",
    index: { weight_map: { a: "a.safetensors", c: "b.safetensors" } },
    message: "b of ",
  },
  {
    what: "whose file has a name that no disk takes",
    index: { weight_map: { a: "a".repeat(5000) } },
    message: "a part of it is longer than 255 characters",
  },
  {
    what: "with a tensor in two files",
    index: { weight_map: { a: "a.safetensors", c: "both.safetensors" } },
    message: "a is in two files",
  },
];

for (const { what, index, message } of INDEXES) {
  Deno.test(
    `openSafetensors() refuses an index ${what}`,
    withFolder(async (folder) => {
      const path = await shards(folder, index);
      const open = await leftOpen(async () => {
        const error = await assertRejects(() => openSafetensors(path), SyntaxError);
        assertStringIncludes(error.message, "model.safetensors.index.json");
        assertStringIncludes(error.message, message);
      });
      assertEquals(open, 0);
    }),
  );
}

Deno.test(
  "openSafetensors() shortens what a damaged file puts into an error",
  withFolder(async (folder) => {
    const long = "a".repeat(5000);
    for (const shape of [`["${long}"]`, `[${Array(60).fill(9007199254740991)}]`]) {
      const header = `{"${long}":${entry("F32", shape, 0, 4)}}`;
      const path = await place(folder, "long.safetensors", rawSafetensors(header, 4));
      const { message } = await assertRejects(() => openSafetensors(path), SyntaxError);
      assertEquals(message.length < 500, true, message);
    }
    const names = Array.from({ length: 50 }, (_, i) => [`${long}${i}`, "a.safetensors"]);
    const index = await shards(folder, {
      weight_map: { a: "a.safetensors", ...Object.fromEntries(names) },
    });
    const { message } = await assertRejects(() => openSafetensors(index), SyntaxError);
    const lines = message.split("\n");
    assertEquals(lines.length, 22);
    assertEquals(lines[21], "  and 30 more");
    assertEquals(lines.every((line) => line.length < 300), true);
  }),
);

Deno.test(
  "openSafetensors() names the shard that is missing",
  withFolder(async (folder) => {
    const path = await shards(folder, { weight_map: { a: "a.safetensors", z: "z.safetensors" } });
    await assertRejects(() => openSafetensors(path), Error, "z.safetensors: no such file");
  }),
);
