import { assert, assertAlmostEquals } from "@std/assert";
import { leastShown } from "./page/attention_data.js";

const rows = (size: number, weightAt: (query: number, key: number) => number) =>
  Float32Array.from({ length: size ** 2 }, (_, i) => weightAt(Math.floor(i / size), i % size));

Deno.test("leastShown() keeps the ridge of 200 spread tokens, and little else", () => {
  const size = 200;
  const weights = rows(size, (query, key) => query === key ? 0.2 : 0.8 / (size - 1));
  const least = leastShown(weights, size);
  assert(least <= 0.2 && least > 0.8 / (size - 1), String(least));
});

Deno.test("leastShown() is at most 0.25, which no query has more than four of", () => {
  const peaked = rows(200, (_, key) => key < 4 ? 0.25 : 0);
  assertAlmostEquals(leastShown(peaked, 200), 0.25, 1e-6);
  const uniform = rows(200, () => 1 / 200);
  assert(leastShown(uniform, 200) > 1 / 200, "a head without a strong link is no fog");
});

Deno.test("leastShown() shows most links of a short text", () => {
  assertAlmostEquals(leastShown(rows(4, () => 0.25), 4), 0.04, 1e-6);
});
