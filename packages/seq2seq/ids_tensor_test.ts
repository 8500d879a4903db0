import { assertEquals } from "@std/assert";
import { idsTensor } from "./ids_tensor.ts";

Deno.test("idsTensor() takes more rows than a call may have arguments", () => {
  const rows = Array.from({ length: 300_000 }, () => [7]);
  const ids = idsTensor(rows, { padTokenId: 0 });
  assertEquals(ids.shape, [300_000, 1]);
  ids.dispose();
});
