import { assertEquals, assertRejects } from "@std/assert";
import { GOLDEN, place, withFolder } from "./_fixtures_test.ts";
import { openWeights } from "./open_weights.ts";

Deno.test("openWeights() finds shards through their index", async () => {
  await using reader = await openWeights(new URL("sharded", GOLDEN));
  assertEquals(reader.names.length, 5);
});

Deno.test(
  "openWeights() says which files it looked for",
  withFolder(async (folder) => {
    await place(folder, "pytorch_model.bin", "");
    await assertRejects(
      () => openWeights(folder),
      Error,
      "it has neither model.safetensors nor model.safetensors.index.json",
    );
  }),
);
