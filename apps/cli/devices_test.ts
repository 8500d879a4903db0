import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

Deno.test("heed devices says what was chosen, what else there is, and versions", async () => {
  const host = fakeHost();
  assertEquals(await run(["devices", "--device", "wasm", "--json"], host), 0, host.errors());
  const { chosen, candidates, versions } = JSON.parse(host.out());
  assertEquals(chosen, { name: "wasm", reason: "asked for by name" });
  assertEquals(candidates.map(({ name }: { name: string }) => name), ["webgpu", "wasm"]);
  assertEquals(candidates[1].works, true);
  assertEquals(Object.keys(versions), ["heed", "tfjs", "deno", "v8"]);
});

Deno.test("heed devices prints lines for people", async () => {
  const host = fakeHost();
  assertEquals(await run(["devices", "--device", "wasm"], host), 0, host.errors());
  assertStringIncludes(host.out(), "Models run on wasm: asked for by name\n");
  assertStringIncludes(host.out(), "\nwasm    works   ");
});
