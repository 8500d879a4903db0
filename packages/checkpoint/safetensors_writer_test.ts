import { assertEquals, assertRejects } from "@std/assert";
import { GOLDEN, withFolder } from "./_fixtures_test.ts";
import { joinPath } from "./join_path.ts";
import { openSafetensors } from "./safetensors_reader.ts";
import { type TensorToWrite, writeSafetensors } from "./safetensors_writer.ts";

for (const name of ["every_dtype", "unsharded", "rounding"]) {
  Deno.test(
    `writeSafetensors() makes the bytes of Python's safetensors 0.8.0: ${name}`,
    withFolder(async (folder) => {
      const golden = new URL(`${name}.safetensors`, GOLDEN);
      await using reader = await openSafetensors(golden);
      const tensors: TensorToWrite[] = [];
      for (const key of [...reader.names].reverse()) {
        tensors.push({ name: key, ...await reader.read(key) });
      }
      const path = joinPath(folder, "copy.safetensors");
      await writeSafetensors(path, tensors, reader.metadata);
      assertEquals(await Deno.readFile(path), await Deno.readFile(golden));
    }),
  );
}

Deno.test(
  "writeSafetensors() rounds float32, asks for values late, and says it is PyTorch's",
  withFolder(async (folder) => {
    const path = joinPath(folder, "model.safetensors");
    const asked: string[] = [];
    const data = new Float32Array([1, 1 + 2 ** -11, -3e38]);
    await writeSafetensors(path, [
      {
        name: "half",
        dtype: "F16",
        shape: [3],
        data: () => {
          asked.push("half");
          return data;
        },
      },
      {
        name: "brain",
        dtype: "BF16",
        shape: [3, 1],
        data: () => {
          asked.push("brain");
          return Promise.resolve(data);
        },
      },
    ]);
    assertEquals(asked, ["brain", "half"]);
    await using reader = await openSafetensors(path);
    assertEquals(reader.metadata, { format: "pt" });
    assertEquals([...await reader.readFloat32("half")], [1, 1, -Infinity]);
    assertEquals([...await reader.readFloat32("brain")], [1, 1, Math.fround(-0xe2 * 2 ** 120)]);
  }),
);

const weight = (changes: Partial<TensorToWrite>): TensorToWrite => ({
  name: "w",
  dtype: "F32",
  shape: [2],
  data: new Float32Array(2),
  ...changes,
});

const REFUSED: { what: string; tensors: TensorToWrite[]; message: string }[] = [
  { what: "a name given twice", tensors: [weight({}), weight({})], message: "given twice" },
  {
    what: "the name of the notes",
    tensors: [weight({ name: "__metadata__" })],
    message: "kept for the header's notes",
  },
  {
    what: "too few values",
    tensors: [weight({ shape: [3] })],
    message: "it needs 3 values and has 2",
  },
  {
    what: "values of another type",
    tensors: [weight({ data: new Int32Array(2) })],
    message: "it needs a Float32Array and has a Int32Array",
  },
  {
    what: "a negative dimension",
    tensors: [weight({ shape: [-1, -2] })],
    message: "must be natural numbers",
  },
];

for (const { what, tensors, message } of REFUSED) {
  Deno.test(
    `writeSafetensors() refuses ${what} and keeps the old file`,
    withFolder(async (folder) => {
      const path = joinPath(folder, "model.safetensors");
      await Deno.writeTextFile(path, "old");
      await assertRejects(() => writeSafetensors(path, tensors), Error, message);
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), [
        "model.safetensors",
      ]);
    }),
  );
}
