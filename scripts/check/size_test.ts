import { assertEquals } from "@std/assert";
import { parseUploads } from "./size.ts";

Deno.test("parseUploads() gives every package its files", () => {
  const output = `Checking for slow types in the public API...
Simulating publish of @heed/search@0.1.0 with files:
   file:///project/packages/search/deno.json (98B)
   file:///project/packages/search/a%20b.ts (1.9KB)
Simulating publish of @heed/nn@0.1.0 with files:
   file:///project/packages/nn/mod.ts (13.98MB)
Success Dry run complete
`;
  assertEquals(parseUploads(output), [
    {
      name: "@heed/search@0.1.0",
      files: [
        "file:///project/packages/search/deno.json",
        "file:///project/packages/search/a%20b.ts",
      ],
    },
    { name: "@heed/nn@0.1.0", files: ["file:///project/packages/nn/mod.ts"] },
  ]);
});
