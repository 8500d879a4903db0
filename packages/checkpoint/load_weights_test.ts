import { assertEquals, assertRejects } from "@std/assert";
import { GOLDEN, leftOpen, place, withFolder } from "./_fixtures_test.ts";
import { joinPath } from "./join_path.ts";
import { type LoadProgress, loadWeights, openWeights, streamWeights } from "./load_weights.ts";
import { writeSafetensors } from "./safetensors_writer.ts";

const write = (folder: string) =>
  writeSafetensors(joinPath(folder, "model.safetensors"), [
    { name: "a", dtype: "F32", shape: [2, 1], data: new Float32Array([1, 2]) },
    { name: "b", dtype: "F16", shape: [3], data: new Float32Array([3, 4, 5]) },
    { name: "c", dtype: "I8", shape: [], data: new Int8Array([-6]) },
  ]);

Deno.test(
  "loadWeights() gives float32 by name and tells how far it is",
  withFolder(async (folder) => {
    await write(folder);
    const progress: LoadProgress[] = [];
    const weights = await loadWeights(folder, { onProgress: (step) => void progress.push(step) });
    assertEquals(
      [...weights].map(([name, { shape, data }]) => [name, shape, [...data]]),
      [["a", [2, 1], [1, 2]], ["b", [3], [3, 4, 5]], ["c", [], [-6]]],
    );
    assertEquals(progress.map((step) => step.loadedBytes), [8, 14, 15]);
    assertEquals(progress.every((step) => step.totalBytes === 15), true);
  }),
);

Deno.test("openWeights() finds shards through their index", async () => {
  await using reader = await openWeights(new URL("sharded", GOLDEN));
  assertEquals(reader.names.length, 5);
});

Deno.test(
  "streamWeights() closes the file when its reader stops early or is stopped",
  withFolder(async (folder) => {
    await write(folder);
    const stopped = leftOpen(async () => {
      for await (const { name } of streamWeights(folder)) {
        assertEquals(name, "a");
        break;
      }
    });
    assertEquals(await stopped, 0);
    const controller = new AbortController();
    const aborted = leftOpen(async () => {
      const reading = loadWeights(folder, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      });
      await assertRejects(() => reading, Error, "enough");
    });
    assertEquals(await aborted, 0);
  }),
);

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
