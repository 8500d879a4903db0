import { assert, assertEquals } from "@std/assert";
import { placesOf } from "./places.ts";

Deno.test("placesOf() gives every float one place and every thread about as many", () => {
  const sizes = [5000, 64, 64, 256, 1024, 1024, 64, 2048, 512, 512, 1, 3];
  for (const workers of [1, 2, 3, 8]) {
    const places = placesOf(sizes, workers);
    assertEquals(places.map(({ begin, end }) => end - begin), sizes);
    assertEquals(
      places.map(({ begin }) => begin),
      [0, ...places.map(({ end }) => end)].slice(0, -1),
    );
    const loads = Array(workers).fill(0);
    for (const { begin, end, owner } of places) loads[owner] += end - begin;
    const total = sizes.reduce((a, b) => a + b);
    assert(Math.max(...loads) <= Math.max(5000, 1.1 * total / workers), `${workers}: ${loads}`);
  }
});

Deno.test("placesOf() leaves threads without a weight when there are few", () => {
  assertEquals(placesOf([3, 7], 3), [
    { begin: 0, end: 3, owner: 1 },
    { begin: 3, end: 10, owner: 0 },
  ]);
});
