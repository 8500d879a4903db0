import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { learningRateAt } from "./schedule.ts";

Deno.test("learningRateAt() grows over the warm-up and falls with the inverse square root", () => {
  const options = { name: "inverse-sqrt", warmupSteps: 4, learningRate: 0.8 } as const;
  const rates = [1, 2, 3, 4, 9, 16, 64].map((step) => learningRateAt(step, options));
  // 0.8 * step / 4 up to step 4, then 0.8 * 2 / sqrt(step)
  [0.2, 0.4, 0.6, 0.8, 1.6 / 3, 0.4, 0.2].forEach((expected, i) =>
    assertAlmostEquals(rates[i], expected, 1e-12)
  );
});

Deno.test("learningRateAt() equals Vaswani's formula when the peak is chosen so", () => {
  const hidden = 512, warmupSteps = 4000;
  const learningRate = (hidden * warmupSteps) ** -0.5;
  for (const step of [1, 100, 4000, 4001, 100_000]) {
    const vaswani = hidden ** -0.5 * Math.min(step ** -0.5, step * warmupSteps ** -1.5);
    const ours = learningRateAt(step, { name: "inverse-sqrt", warmupSteps, learningRate });
    assertAlmostEquals(ours / vaswani, 1, 1e-12);
  }
});

Deno.test("learningRateAt() falls linearly to zero and stays there", () => {
  const options = { name: "linear", warmupSteps: 2, totalSteps: 10, learningRate: 1 } as const;
  assertEquals([1, 2, 6, 10, 11].map((s) => learningRateAt(s, options)), [0.5, 1, 0.5, 0, 0]);
});

Deno.test("learningRateAt() is constant after the warm-up", () => {
  const options = { name: "constant", warmupSteps: 2, learningRate: 3 } as const;
  assertEquals([1, 2, 1000].map((s) => learningRateAt(s, options)), [1.5, 3, 3]);
});

Deno.test("learningRateAt() starts at the peak without warm-up", () => {
  for (const name of ["inverse-sqrt", "linear", "constant"] as const) {
    const rate = learningRateAt(1, { name, warmupSteps: 0, totalSteps: 1e9, learningRate: 2 });
    assertAlmostEquals(rate, 2, 1e-6);
  }
});

Deno.test("learningRateAt() refuses step 0 and a linear schedule without an end", () => {
  const linear = { name: "linear", warmupSteps: 0, learningRate: 1 } as const;
  assertThrows(() => learningRateAt(0, linear), RangeError, "step 0");
  assertThrows(() => learningRateAt(1, linear), RangeError, "totalSteps");
});
