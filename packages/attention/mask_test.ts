import { assertEquals } from "@std/assert";
import { paddingMask } from "./mask.ts";

Deno.test("paddingMask() takes more rows than a call may have arguments", () => {
  const rows = Array.from({ length: 300_000 }, () => [7]);
  const mask = paddingMask(rows);
  assertEquals(mask.shape, [300_000, 1]);
  mask.dispose();
});

Deno.test("paddingMask() of no rows is empty", () => {
  const mask = paddingMask([]);
  assertEquals(mask.shape, [0, 0]);
  mask.dispose();
});
