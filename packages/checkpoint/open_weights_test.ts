import { assertEquals, assertRejects } from "@std/assert";
import { GOLDEN, place, withFolder } from "./_fixtures_test.ts";
import { openWeights } from "./open_weights.ts";

Deno.test("openWeights() finds shards through their index", async () => {
  await using reader = await openWeights(new URL("sharded", GOLDEN));
  assertEquals(reader.names.length, 5);
});

Deno.test("openWeights() finds the file of PyTorch", async () => {
  await using reader = await openWeights(new URL("torch", GOLDEN));
  assertEquals(reader.info("transposed").shape, [4, 3]);
});

Deno.test(
  "openWeights() takes safetensors before PyTorch's file",
  withFolder(async (folder) => {
    await Deno.copyFile(
      new URL("unsharded.safetensors", GOLDEN),
      `${folder}/model.safetensors`,
    );
    await place(folder, "pytorch_model.bin", "damaged");
    await using reader = await openWeights(folder);
    assertEquals(reader.names.length, 5);
  }),
);

Deno.test(
  "openWeights() says which files it looked for",
  withFolder(async (folder) => {
    await place(folder, "tf_model.h5", "");
    await assertRejects(
      () => openWeights(folder),
      Error,
      "it has neither model.safetensors, model.safetensors.index.json, pytorch_model.bin nor " +
        "pytorch_model.bin.index.json",
    );
  }),
);
