import { assertEquals, assertThrows } from "@std/assert";
import { engineOptions } from "./engine_options.ts";

const environment = (variables: Record<string, string>) => ({
  environment: (name: string) => variables[name],
});

Deno.test("engineOptions() takes threads of the options, else of HEED_THREADS, else none", () => {
  const two = environment({ HEED_THREADS: "2" });
  assertEquals(engineOptions({ threads: 3 }, two).threads, 3);
  assertEquals(engineOptions({}, two).threads, 2);
  assertEquals(engineOptions({ dtype: "fp32" }, environment({})), { dtype: "fp32", simd: "auto" });
});

Deno.test("engineOptions() refuses what is no number of threads", () => {
  for (const threads of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => engineOptions({ threads }, environment({})),
      RangeError,
      `Cannot compute on ${threads} threads: give a positive integer`,
    );
  }
  for (const variable of ["0", "two", "1.5", "-1", "1e1", " "]) {
    assertThrows(
      () => engineOptions({}, environment({ HEED_THREADS: variable })),
      RangeError,
      `Cannot compute on "${variable}" of HEED_THREADS threads`,
    );
  }
});

Deno.test("engineOptions() reads HEED_SIMD as the engine does, and as tfjs's kernels do", () => {
  for (const [name, simd] of [["plain", "plain"], ["relaxed", "auto"], ["relaxed-i7"], ["auto"]]) {
    assertEquals(engineOptions({}, environment({ HEED_SIMD: name })).simd, simd ?? name);
  }
  assertThrows(
    () => engineOptions({}, environment({ HEED_SIMD: "wide" })),
    RangeError,
    '"wide" of HEED_SIMD',
  );
});
