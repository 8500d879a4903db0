import { assertEquals } from "@std/assert";
import { initialEarlyStopping, observe, shouldStop } from "./early_stopping.ts";

function run(values: number[], higherIsBetter: boolean) {
  let state = initialEarlyStopping;
  const improved = values.map((value, i) => {
    const seen = observe(state, { step: (i + 1) * 10, value, higherIsBetter });
    state = seen.state;
    return seen.improved;
  });
  return { state, improved };
}

Deno.test("observe() follows a loss down", () => {
  const { state, improved } = run([3, 2, 2, 2.5], false);
  assertEquals(improved, [true, true, false, false]);
  assertEquals(state, { best: 2, bestStep: 20, evaluationsWithoutImprovement: 2 });
});

Deno.test("observe() follows a score up and starts to count anew after each improvement", () => {
  const { state, improved } = run([10, 9, 8, 11, 10], true);
  assertEquals(improved, [true, false, false, true, false]);
  assertEquals(state, { best: 11, bestStep: 40, evaluationsWithoutImprovement: 1 });
});

Deno.test("observe() never takes NaN or Infinity for an improvement", () => {
  assertEquals(run([NaN, Infinity], true).improved, [false, false]);
  assertEquals(run([NaN, 1], false).improved, [false, true]);
});

Deno.test("shouldStop() stops at the patience, and never without one", () => {
  const { state } = run([1, 2, 3], false);
  assertEquals([1, 2, 3, undefined].map((patience) => shouldStop(state, patience)), [
    true,
    true,
    false,
    false,
  ]);
});
