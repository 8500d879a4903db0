import { assertAlmostEquals, assertEquals } from "@std/assert";
import { logSumExp } from "./log_softmax.ts";

Deno.test("logSumExp() agrees with Math.exp and Math.log to 1e-9", () => {
  let seed = 1;
  const random = () => (seed = Math.imul(seed, 48271) >>> 0) / 2 ** 32;
  for (const scale of [0.01, 1, 10, 100, 1000]) {
    const row = Float32Array.from({ length: 5000 }, () => (random() - 0.5) * scale);
    const max = Math.max(...row);
    const exact = max + Math.log(row.reduce((sum, x) => sum + Math.exp(x - max), 0));
    assertAlmostEquals(logSumExp(row), exact, 1e-9);
  }
});

Deno.test("logSumExp() of a single difference is exact wherever exp is noticeable", () => {
  for (let x = 0; x > -60; x -= 0.37) {
    const row = Float32Array.of(0, x);
    assertAlmostEquals(logSumExp(row), Math.log1p(Math.exp(row[1])), 1e-10);
  }
});

Deno.test("logSumExp() reads only its range and does not overflow", () => {
  assertAlmostEquals(logSumExp(Float32Array.of(9, 1000, 1000, 9), 1, 3), 1000 + Math.log(2));
});

Deno.test("logSumExp() tells NaN and rows of -Infinity apart", () => {
  assertEquals(logSumExp(Float32Array.of(1, NaN, 2)), NaN);
  assertEquals(logSumExp(Float32Array.of(1, Infinity)), NaN);
  assertEquals(logSumExp(Float32Array.of(-Infinity, NaN)), NaN);
  assertEquals(logSumExp(Float32Array.of(-Infinity, -Infinity)), -Infinity);
  assertEquals(logSumExp(Float32Array.of(-Infinity, 3)), 3);
});
