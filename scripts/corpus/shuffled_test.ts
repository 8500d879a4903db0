import { assert, assertEquals } from "@std/assert";
import { shuffled } from "./shuffled.ts";

Deno.test("shuffled() mixes lines, and gives the same order whatever order they came in", () => {
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}`);
  const mixed = shuffled(lines);
  assertEquals([...mixed].sort(), [...lines].sort());
  assertEquals(shuffled([...lines].reverse()), mixed);
  assert(mixed.filter((line, i) => line === lines[i]).length < 10);
  assertEquals(shuffled([...lines, "another"]).filter((line) => line !== "another"), mixed);
});

Deno.test("shuffled() does not leave copies of a line together", () => {
  const mixed = shuffled([
    ...Array.from({ length: 100 }, (_, i) => `line ${i}`),
    ...["copy", "copy", "copy"],
  ]);
  const places = mixed.flatMap((line, i) => line === "copy" ? [i] : []);
  assertEquals(places.length, 3);
  assert(places[2] - places[0] > 2, places.join());
});
