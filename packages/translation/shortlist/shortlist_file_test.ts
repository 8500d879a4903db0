import { assert, assertEquals, assertRejects } from "@std/assert";
import { writeSafetensors } from "@heed/checkpoint";
import { Shortlist } from "./shortlist.ts";
import { readShortlist, writeShortlist } from "./shortlist_file.ts";

const directory = await Deno.makeTempDir();
const path = `${directory}/shortlist.safetensors`;
const parts = {
  vocabSize: 5,
  always: Int32Array.of(0, 3),
  offsets: Int32Array.of(0, 2, 2, 3, 3, 3),
  ids: Int32Array.of(4, 1, 2),
};

Deno.test("a shortlist is read as it was written", async () => {
  assertEquals(await readShortlist(directory, { vocabSize: 5 }), undefined);
  await writeShortlist(path, new Shortlist(parts));
  const found = await readShortlist(directory, { vocabSize: 5 });
  assert(found instanceof Shortlist);
  assertEquals(found.parts, parts);
  const url = new URL(`file://${directory}/`);
  assertEquals((await readShortlist(url, { vocabSize: 5 }))?.parts, parts);
});

Deno.test("a shortlist for another vocabulary is refused", async () => {
  await writeShortlist(path, new Shortlist(parts));
  await assertRejects(
    () => readShortlist(directory, { vocabSize: 8000 }),
    RangeError,
    "it is for a vocabulary of 5 and the model has 8000; build it again with this model",
  );
});

Deno.test("a file that is no shortlist is refused before memory is taken for it", async () => {
  const list = (name: string, data: Int32Array<ArrayBuffer>) => ({
    name,
    dtype: "I32" as const,
    shape: [data.length],
    data,
  });
  const offsets = list("offsets", parts.offsets);
  const always = list("always", parts.always), ids = list("ids", parts.ids);
  const metadata = { format: "heed-shortlist-1", vocab_size: "5" };
  const refuse = async (
    tensors: Parameters<typeof writeSafetensors>[1],
    message: string,
    notes: Record<string, string> = metadata,
  ) => {
    await writeSafetensors(path, tensors, notes);
    const read = () => readShortlist(directory, { vocabSize: 5 });
    const error = await assertRejects(read, Error, message);
    assert(error instanceof SyntaxError || error instanceof RangeError);
  };
  await refuse([offsets, always, ids], 'its format is "pt"', { format: "pt" });
  await refuse([offsets, always, ids], "its format is undefined", {});
  await refuse([offsets, always], '"ids"');
  await refuse([list("offsets", Int32Array.of(0)), always, ids], '"offsets" is I32 [1]');
  await refuse([offsets, list("always", new Int32Array(6)), ids], "at most 5 numbers");
  await refuse([offsets, always, list("ids", new Int32Array(26))], "at most 25 numbers");
  await refuse([offsets, always, { ...ids, shape: [1, 3] }], '"ids" is I32 [1, 3]');
  const floats = { ...ids, dtype: "F32" as const, data: new Float32Array(3) };
  await refuse([offsets, always, floats], '"ids" is F32 [3]');
  await refuse([offsets, always, list("ids", Int32Array.of(4, 1, 5))], "id 5 is outside");
  await Deno.writeTextFile(path, "no safetensors at all");
  await assertRejects(() => readShortlist(directory, { vocabSize: 5 }), SyntaxError);
});
