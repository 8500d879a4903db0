import { assertEquals } from "@std/assert";
import { entryPointsOf } from "./entry_points.ts";

Deno.test("entryPointsOf() reads one entry point, several, and none", () => {
  const several = { ".": "./mod.ts", "./adapter": "./gpu/adapter.ts" };
  assertEquals(entryPointsOf({ name: "@heed/nn", exports: several }, "packages/nn"), [
    { name: "@heed/nn", path: "packages/nn/mod.ts" },
    { name: "@heed/nn/adapter", path: "packages/nn/gpu/adapter.ts" },
  ]);
  assertEquals(entryPointsOf({ name: "@heed/cli", exports: "./main.ts" }, "apps/cli"), [
    { name: "@heed/cli", path: "apps/cli/main.ts" },
  ]);
  assertEquals(entryPointsOf({ exports: "./main.ts" }, "apps/experiments"), []);
});
