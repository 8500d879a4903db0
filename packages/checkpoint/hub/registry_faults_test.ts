import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { files } from "../files.ts";
import { listModels } from "./cached_models.ts";
import { entries, type Fault, loginPage, partOf, refusal } from "./_fake_hub_test.ts";
import { FILES, NAMED, type RegistryBench, withRegistry } from "./_fake_registry_test.ts";

const PATH = `/models/en-de/tiny/${NAMED[1]}.gz`;

/** The cache holds the model whole and nothing that was begun. */
async function assertWhole({ cache }: RegistryBench, directory: string): Promise<void> {
  for (const [name, bytes] of Object.entries(FILES)) {
    assertEquals(await Deno.readFile(`${directory}/${name}`), bytes);
  }
  assertEquals(entries(cache).filter((path) => path.includes(".partial")), []);
}

const RECOVERED: Readonly<Record<string, readonly Fault[]>> = {
  "503 twice": [refusal(503), refusal(503)],
  "a connection cut at 70 %": [partOf(0.7, "break")],
};

for (const [what, faults] of Object.entries(RECOVERED)) {
  Deno.test(
    `pullModel() gets the whole model of a registry after ${what}`,
    withRegistry(async (bench) => {
      bench.hub.faults.set(PATH, [...faults]);
      const pulled = await bench.pull({ retries: 2 });
      assertEquals(bench.hub.faults.get(PATH), []);
      await assertWhole(bench, pulled.directory);
    }),
  );
}

const FAILED: Readonly<Record<string, readonly [faults: readonly Fault[], message: string]>> = {
  "503 again and again": [Array.from({ length: 9 }, () => refusal(503)), "503 Service Unavailable"],
  // The registry tells the length of the unpacked file alone, so that this looks like the whole.
  "a body that ends at 70 %": [[partOf(0.7, "end")], "damaged and cannot be unpacked"],
  "a login page with status 200": [[loginPage], "answered with a web page"],
};

for (const [what, [faults, message]] of Object.entries(FAILED)) {
  Deno.test(
    `pullModel() says what went wrong with a registry at ${what}`,
    withRegistry(async (bench) => {
      bench.hub.faults.set(PATH, [...faults]);
      await assertRejects(() => bench.pull(), Error, message);
      assertEquals(await listModels({ cacheDirectory: bench.cache }), []);
      bench.hub.faults.clear();
      await assertWhole(bench, (await bench.pull()).directory);
    }),
  );
}

Deno.test(
  "pullModel() leaves nothing of a registry's file on a disk that is full or read-only",
  withRegistry(async (bench) => {
    const layer = files as { -readonly [Key in keyof typeof files]: typeof files[Key] };
    for (const [method, code] of [["append", "ENOSPC"], ["makeDirectory", "EROFS"]] as const) {
      const before = layer[method];
      layer[method] = () => {
        const cause = Object.assign(new Error(), { code });
        return Promise.reject(new Error("Cannot write: the disk does not let me", { cause }));
      };
      try {
        const error = await assertRejects(() => bench.pull(), Error);
        assertStringIncludes(error.message, "Cannot pull firefox:en-de into ");
        assertStringIncludes(error.message, "can be written and has room");
      } finally {
        Object.assign(layer, { [method]: before });
      }
      assertEquals(await listModels({ cacheDirectory: bench.cache }), []);
      assertEquals(entries(bench.cache).filter((path) => path.includes(".partial")), []);
    }
    await assertWhole(bench, (await bench.pull()).directory);
  }),
);
