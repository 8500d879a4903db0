import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { leftOpen, place, withFolder } from "../_fixtures_test.ts";
import { handleOf } from "../testing/bytes_handle.ts";
import { joined, le, type ZipFile, zipOf } from "../testing/zip_bytes.ts";
import { openTorch, readTorch } from "./torch_reader.ts";

const GLOBAL = 0x63, REDUCE = 0x52, STOP = 0x2e, MARK = 0x28, TUPLE = 0x74, PERSID = 0x51;

/** Steps of a pickle: numbers are bytes, texts are texts. */
type Steps = readonly (number | string | Steps)[];

function pickle(...steps: Steps): Uint8Array {
  const bytes = (parts: Steps): number[] =>
    parts.flatMap((part) =>
      typeof part === "number"
        ? [part]
        : typeof part === "string"
        ? [0x58, ...le(new TextEncoder().encode(part).length, 4), ...new TextEncoder().encode(part)]
        : bytes(part)
    );
  return Uint8Array.from([0x80, 2, ...bytes(steps)]);
}

const line = (text: string): number[] => [...new TextEncoder().encode(text), 0x0a];
const global = (module: string, name: string): number[] => [GLOBAL, ...line(module), ...line(name)];
const int = (value: number): number[] => [0x4a, ...le(value, 4)];
const long = (value: bigint, length = 8): number[] => [0x8a, length, ...le(value, length)];
const tuple = (...steps: Steps): Steps => [MARK, steps, TUPLE];

/** A storage of float32. */
const storage = (count: Steps, key = "0", type = "FloatStorage"): Steps => [
  tuple("storage", global("torch", type), key, "cpu", count),
  PERSID,
];

/** A tensor as torch asks for it. */
const tensor = (
  { shape = int(2), strides = int(1), offset = int(0), of = storage(int(2)) }: {
    shape?: Steps;
    strides?: Steps;
    offset?: Steps;
    of?: Steps;
  } = {},
): Steps => [
  global("torch._utils", "_rebuild_tensor_v2"),
  tuple(of, offset, tuple(shape), tuple(strides), 0x89, 0x7d),
  REDUCE,
];

/** A dict of one tensor. */
const dictOf = (value: Steps): Uint8Array => pickle(0x7d, "w", value, 0x73, STOP);

const WEIGHT: ZipFile = { name: "m/data/0", data: new Uint8Array(8) };
const FINE: readonly ZipFile[] = [{ name: "m/data.pkl", data: dictOf(tensor()) }, WEIGHT];

/** An archive of torch with some pickle. */
const archive = (data: Uint8Array, weight = WEIGHT) =>
  zipOf([{ name: "m/data.pkl", data }, weight]);

/** The form before torch 1.6. */
function legacy(
  { values = dictOf(tensor()), keys = pickle(0x5d, "0", 0x61, STOP), count = 2n, rest = 8 } = {},
): Uint8Array {
  const head = [
    pickle(long(0x1950a86a20f9469cfc6cn, 10), STOP),
    pickle(int(1001), STOP),
    pickle(0x7d, "little_endian", 0x88, 0x73, STOP),
  ];
  const parts = [...head, values, keys, Uint8Array.from(le(count, 8)), new Uint8Array(rest)];
  return joined(parts);
}

Deno.test("the archives of these tests are read when nothing is wrong with them", async () => {
  const files = [
    zipOf(FINE),
    zipOf(FINE, { is64: true }),
    zipOf(FINE.map((file) => ({ ...file, is64: true }))),
    zipOf(FINE, { comment: "PK\x05\x06 and more than twenty bytes behind it" }),
    zipOf([...FINE, { name: "m/code/", data: new Uint8Array(0) }]),
    legacy(),
    legacy({ values: dictOf(tensor({ shape: [], strides: [] })) }),
  ];
  for (const bytes of files) {
    const reader = await readTorch(handleOf(bytes), "f");
    assertEquals(reader.names, ["w"]);
    assertEquals((await reader.readFloat32("w"))[0], 0);
  }
});

Deno.test("readTorch() reads pickles of the older form that are longer than its first look", async () => {
  const name = "w".repeat(3 << 20);
  const values = pickle(0x7d, name, tensor(), 0x73, STOP);
  const handle = handleOf(legacy({ values }));
  const reader = await readTorch(handle, "f");
  assertEquals(reader.names, [name]);
});

Deno.test(
  "openTorch() runs nothing, names what is asked for, and closes the file",
  withFolder(async (folder) => {
    const trap = `${folder}/executed`;
    const values = pickle(global("os", "system"), tuple(`touch ${trap}`), REDUCE, STOP);
    for (const bytes of [archive(values), legacy({ values })]) {
      const path = await place(folder, "pytorch_model.bin", bytes);
      const open = await leftOpen(async () => {
        const error = await assertRejects(() => openTorch(path), SyntaxError);
        assertStringIncludes(error.message, "pytorch_model.bin");
        assertStringIncludes(error.message, "asks for os.system, which is refused");
      });
      assertEquals(open, 0);
    }
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names, ["pytorch_model.bin"]);
  }),
);

const PICKLES: Record<string, { steps: Steps; message: string }> = {
  "eval of Python 2": {
    steps: [global("__builtin__", "eval"), tuple("1"), REDUCE, STOP],
    message: "asks for __builtin__.eval, which is refused",
  },
  "a name that is put together": {
    steps: ["posix", "system", 0x93, tuple("true"), REDUCE, STOP],
    message: "asks for posix.system",
  },
  "a reduce inside the arguments of another": {
    steps: [
      global("collections", "OrderedDict"),
      tuple(global("builtins", "getattr"), tuple("x"), REDUCE),
      REDUCE,
      STOP,
    ],
    message: "asks for builtins.getattr",
  },
  "a name inside one that is known": {
    steps: ["torch._utils", "_rebuild_tensor_v2.__globals__", 0x93, STOP],
    message: "asks for torch._utils._rebuild_tensor_v2.__globals__",
  },
  "a name that every object of JavaScript has": {
    steps: [...global("torch", "constructor"), STOP],
    message: "asks for torch.constructor",
  },
  "another class of torch": {
    steps: [...global("torch.nn.modules.linear", "Linear"), STOP],
    message: "asks for torch.nn.modules.linear.Linear",
  },
  "a complex storage": {
    steps: [0x7d, "w", tensor({ of: storage(int(1), "0", "ComplexFloatStorage") }), 0x73, STOP],
    message: "asks for torch.ComplexFloatStorage",
  },
  "bytes by way of a codec": {
    steps: [global("_codecs", "encode"), tuple("x", "latin1"), REDUCE, STOP],
    message: "asks for _codecs.encode",
  },
  "a class by the old way": {
    steps: [MARK, "true", 0x69, ...line("os"), ...line("system"), STOP],
    message: "asks for os.system",
  },
  "the making of an object": {
    steps: [global("collections", "OrderedDict"), 0x29, 0x81, STOP],
    message: "asks for step 0x81",
  },
  "a name from the registry of extensions": { steps: [0x82, 1, STOP], message: "step 0x82" },
  "a persistent id as text": { steps: [0x50, ...line("x"), STOP], message: "step 0x50" },
  "a persistent id that is no storage": {
    steps: [tuple("module", "x"), PERSID, STOP],
    message: 'asks for "module", and holds only storages',
  },
  "a call of what is no function": {
    steps: [int(1), 0x29, REDUCE, STOP],
    message: "calls 1 at byte",
  },
  "a call of a type": {
    steps: [global("torch", "FloatStorage"), 0x29, REDUCE, STOP],
    message: "calls a type at byte",
  },
  "a state for what has none": {
    steps: [0x5d, 0x7d, 0x62, STOP],
    message: "gives a list a state",
  },
  "protocol 0": { steps: [0x80, 0, STOP], message: "has protocol 0, and 2 to 5 are read" },
  "an end without a value": { steps: [STOP], message: "takes from nothing" },
  "a value taken across a mark": { steps: [int(1), MARK, 0x30], message: "takes from nothing" },
  "a mark that is not there": { steps: [TUPLE], message: "takes to a mark that is not there" },
  "a memo that was never made": { steps: [0x68, 7, STOP], message: "takes back 7" },
  "a key that is a list": { steps: [0x7d, 0x5d, int(1), 0x73, STOP], message: "has a list as key" },
  "an odd number of items": { steps: [0x7d, MARK, "a", 0x75], message: "key without a value" },
  "an integer without end": { steps: [long(1n, 200), STOP], message: "an integer of 200 bytes" },
  "a text longer than the file": {
    steps: [0x8d, ...le(2n ** 63n, 8), STOP],
    message: "its pickle is truncated",
  },
  "no end": { steps: [int(1)], message: "its pickle is truncated" },
  "a name without end": {
    steps: [GLOBAL, ...new Array(2000).fill(0x61)],
    message: "a name of more than 1000 bytes",
  },
  "a negative number in place of weights": {
    steps: [long(-(2n ** 70n), 16), STOP],
    message: "it holds -1180591620717411303424, and a dict",
  },
  "a number in place of weights": { steps: [int(1), STOP], message: "it holds 1, and a dict" },
  "a text in place of a tensor": {
    steps: [0x7d, "w", "x".repeat(200), 0x73, STOP],
    message: `its "w" is "${"x".repeat(80)}...", and a dict of tensors is read`,
  },
  "marks a million deep": {
    steps: new Array(1_000_000).fill(MARK),
    message: "nested deeper than 100 levels",
  },
  "tuples half a million deep": {
    steps: [0x29, ...new Array(500_000).fill(0x85), STOP],
    message: "it holds a tuple",
  },
  "a million steps and more": {
    steps: new Array(1_100_000).fill(0x4e),
    message: "more than 1048576 steps",
  },
  "a list that doubles sixty times": {
    // Each list holds the one before twice: 2^60 values if anybody counted.
    steps: [
      0x5d,
      0x71,
      0,
      ...Array.from({ length: 60 }, (_, i) => [0x5d, 0x71, i + 1, MARK, 0x68, i, 0x68, i, 0x65]),
      STOP,
    ],
    message: "it holds a list",
  },
};

for (const [what, { steps, message }] of Object.entries(PICKLES)) {
  Deno.test(`readTorch() refuses ${what}`, async () => {
    const open = () => readTorch(handleOf(archive(pickle(steps))), "f");
    const error = await assertRejects(open, SyntaxError, message);
    assertStringIncludes(error.message, "Cannot read f: ");
  });
}

const LARGE = 2n ** 40n;

const TENSORS: Record<string, { value: Steps; message: string }> = {
  "values past the end of its storage": {
    value: tensor({ shape: int(3) }),
    message: "a tensor [3] that ends at byte 12 of a storage of 8 bytes",
  },
  "an offset past the end": { value: tensor({ offset: int(1) }), message: "ends at byte 12 of" },
  "strides past the end": { value: tensor({ strides: int(2) }), message: "ends at byte 12 of" },
  "dimensions whose product overflows": {
    value: tensor({ shape: [long(LARGE), long(LARGE)], strides: [int(0), int(0)] }),
    message: "ends at byte 4 of",
  },
  "one value so often that it would not fit": {
    value: tensor({ shape: long(LARGE), strides: int(0) }),
    message: "takes 4398046511104 bytes, and the file has",
  },
  "a negative dimension": {
    value: tensor({ shape: [0x4a, 0xff, 0xff, 0xff, 0xff] }),
    message: "not of natural numbers",
  },
  "a negative offset": {
    value: tensor({ offset: [0x4a, 0xff, 0xff, 0xff, 0xff] }),
    message: "not of natural numbers",
  },
  "a fraction as dimension": {
    value: tensor({ shape: [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0] }),
    message: "not of natural numbers",
  },
  "65 dimensions": {
    value: tensor({ shape: new Array(65).fill(int(1)), strides: new Array(65).fill(int(1)) }),
    message: "not of natural numbers",
  },
  "fewer strides than dimensions": {
    value: tensor({ shape: [int(1), int(1)] }),
    message: "strides of another number",
  },
  "a storage of 2^62 values": {
    value: tensor({ of: storage(long(2n ** 62n)) }),
    message: "a storage of 4611686018427387904 values",
  },
  "a storage that is longer than its file": {
    value: tensor({ of: storage(long(LARGE)) }),
    message: '"m/data/0" in it has 8 bytes, and its pickle says 4398046511104',
  },
  "a storage that is not there": {
    value: tensor({ of: storage(int(2), "1") }),
    message: '"m/data/1" in it is missing',
  },
  "a storage outside of the folder": {
    value: tensor({ of: storage(int(2), "../../etc/passwd") }),
    message: '"m/data/../../etc/passwd" in it is missing',
  },
  "a storage of a type that is no storage's": {
    value: tensor({ of: storage(int(2), "0", "float32") }),
    message: "a storage of a type",
  },
  "two lengths for one storage": {
    value: [tensor(), 0x73, "v", tensor({ shape: int(1), of: storage(int(1)) })],
    message: 'two different storages "0"',
  },
  "a storage inside another": {
    value: tensor({
      of: [
        tuple("storage", global("torch", "FloatStorage"), "0", "cpu", int(2), tuple("v", int(0))),
        PERSID,
      ],
    }),
    message: "a storage inside another",
  },
  "a sign that is still to be changed": {
    value: [
      global("torch._utils", "_rebuild_tensor_v2"),
      tuple(
        [storage(int(2)), int(0), tuple(int(2)), tuple(int(1)), 0x89, 0x7d],
        [0x7d, "neg", 0x88, 0x73],
      ),
      REDUCE,
    ],
    message: "makes a tensor that is not finished",
  },
  "a number in place of its storage": {
    value: tensor({ of: int(1) }),
    message: "makes a tensor of 1",
  },
  "nothing in a parameter": {
    value: [global("torch._utils", "_rebuild_parameter"), tuple(0x4e, 0x88, 0x7d), REDUCE],
    message: "makes a parameter of null",
  },
};

for (const [what, { value, message }] of Object.entries(TENSORS)) {
  Deno.test(`readTorch() refuses a tensor with ${what}`, async () => {
    const handle = handleOf(archive(dictOf(value)));
    await assertRejects(() => readTorch(handle, "f"), SyntaxError, message);
    assertEquals(handle.longest <= handle.size, true);
  });
}

const data = new Uint8Array(8);

const ARCHIVES: Record<string, { bytes: Uint8Array; message: string }> = {
  "an empty file": { bytes: new Uint8Array(0), message: "begins like neither form" },
  "text": { bytes: new TextEncoder().encode("<html>"), message: "begins like neither form" },
  "an archive that is cut off": { bytes: zipOf(FINE).subarray(0, -1), message: "it is truncated" },
  "an archive without a pickle": { bytes: zipOf([WEIGHT]), message: "with 0 files data.pkl" },
  "two pickles": {
    bytes: zipOf([...FINE, { name: "n/data.pkl", data }]),
    message: "with 2 files data.pkl",
  },
  "a TorchScript program": {
    bytes: zipOf([...FINE, { name: "m/constants.pkl", data }]),
    message: "is a TorchScript program",
  },
  "big-endian values": {
    bytes: zipOf([...FINE, { name: "m/byteorder", data: new TextEncoder().encode("big") }]),
    message: 'its byte order is "big", not little',
  },
  "a compressed storage": {
    bytes: archive(dictOf(tensor()), { ...WEIGHT, method: 8 }),
    message: '"m/data/0" in it is compressed',
  },
  "a pickle that is a zip bomb": {
    bytes: zipOf([{ name: "m/data.pkl", data, method: 8, bytes: 0xfffffff0 }, WEIGHT]),
    message: '"m/data.pkl" in it is compressed',
  },
  "a file of another length than it claims": {
    bytes: archive(dictOf(tensor()), { ...WEIGHT, bytes: 1000 }),
    message: '"m/data/0" in it has 8 bytes and claims 1000',
  },
  "a file that would end behind the directory": {
    bytes: archive(dictOf(tensor()), { ...WEIGHT, bytes: 1 << 30, storedBytes: 1 << 30 }),
    message: '"m/data/0" in it ends behind its directory',
  },
  "lengths of 2^63": {
    bytes: archive(dictOf(tensor()), {
      ...WEIGHT,
      bytes: 2 ** 63,
      storedBytes: 2 ** 63,
      is64: true,
    }),
    message: "it claims 9223372036854775808 bytes",
  },
  "files that overlap": {
    bytes: zipOf([
      ...FINE,
      ...Array.from({ length: 9 }, (_, i) => ({
        name: `m/data/${i + 1}`,
        data: new Uint8Array(0),
        bytes: 60,
        storedBytes: 60,
        headerStart: 0,
      })),
    ]),
    message: "its files overlap at",
  },
  "more entries than the directory has room for": {
    bytes: zipOf(FINE, { count: 1000 }),
    message: "cannot have 1000 entries",
  },
  "a header that is elsewhere": {
    bytes: archive(dictOf(tensor()), { ...WEIGHT, headerStart: 1 }),
    message: '"m/data/0" in it has no header where the directory says',
  },
  "an encrypted file": {
    bytes: archive(dictOf(tensor()), { ...WEIGHT, flags: 1 }),
    message: '"m/data/0" is encrypted',
  },
  "a name given twice": { bytes: zipOf([...FINE, WEIGHT]), message: 'two files "m/data/0"' },
  "a name that climbs": {
    bytes: zipOf([...FINE, { name: "m/../../x", data }]),
    message: 'the name "m/../../x" in it is refused',
  },
  "a name of kilobytes": {
    bytes: zipOf([...FINE, { name: "/".repeat(5000), data }]),
    message: `the name "${"/".repeat(79)}… in it is refused`,
  },
  "an absolute name": {
    bytes: zipOf([...FINE, { name: "/etc/x", data }]),
    message: 'the name "/etc/x" in it is refused',
  },
  "a name of Windows": {
    bytes: zipOf([...FINE, { name: "..\\x", data }]),
    message: 'the name "..\\\\x" in it is refused',
  },
  "an older form of another magic number": {
    bytes: Uint8Array.from([0x80, 2, 0x4b, 1, STOP]),
    message: "it is a pickle, and none of torch",
  },
  "an older form that is cut off in its pickles": {
    bytes: legacy().subarray(0, 100),
    message: "its pickle is truncated",
  },
  "an older form that is cut off in its storages": {
    bytes: legacy({ rest: 7 }),
    message: 'its storage "0" would end at byte',
  },
  "an older form with another number of values": {
    bytes: legacy({ count: 3n }),
    message: 'its storage "0" has 3 values, and its pickle says 2',
  },
  "an older form with -1 values": {
    bytes: legacy({ count: -1n }),
    message: 'its storage "0" has -1 values',
  },
  "an older form without a storage": {
    bytes: legacy({ keys: pickle(0x5d, STOP) }),
    message: 'its storage "0" is missing',
  },
  "an older form with a storage of no tensor": {
    bytes: legacy({ keys: pickle(0x5d, "9", 0x61, STOP) }),
    message: 'it has a storage "9" of no tensor',
  },
  "an older form with a storage twice": {
    bytes: legacy({ keys: pickle(0x5d, "0", 0x61, "0", 0x61, STOP), rest: 24 }),
    message: 'it has two storages "0"',
  },
  "an older form with no list of keys": {
    bytes: legacy({ keys: pickle(0x7d, STOP) }),
    message: "it has a dict as the keys",
  },
};

for (const [what, { bytes, message }] of Object.entries(ARCHIVES)) {
  Deno.test(`readTorch() refuses ${what}`, async () => {
    const handle = handleOf(bytes);
    const error = await assertRejects(() => readTorch(handle, "f"), SyntaxError, message);
    assertStringIncludes(error.message, "Cannot read f: ");
    assertEquals(error.message.length < 300, true);
    assertEquals(handle.longest <= handle.size, true);
  });
}

Deno.test("readTorch() takes no memory for a zip directory that is too long", async () => {
  const directory = 1 << 27, tail = zipOf([]);
  new DataView(tail.buffer).setUint32(12, directory, true);
  const size = directory + tail.length;
  let most = 0;
  const read = (offset: number, length: number) => {
    most = Math.max(most, length);
    const bytes = new Uint8Array(length);
    if (offset === 0) bytes.set([0x50, 0x4b]);
    if (offset + length === size) bytes.set(tail, length - tail.length);
    return Promise.resolve(bytes);
  };
  const handle = { size, read, close: () => Promise.resolve() };
  await assertRejects(
    () => readTorch(handle, "f"),
    SyntaxError,
    "its zip directory would have 134217728 bytes",
  );
  assertEquals(most < 1 << 17, true);
});
