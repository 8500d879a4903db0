import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createPace } from "./progress.ts";

Deno.test("createPace() tells pace and time left from a steady run", () => {
  let clock = 0;
  const pace = createPace({ totalSteps: 100, now: () => clock });
  let progress;
  for (let step = 1; step <= 40; step++) {
    clock += 500;
    progress = pace({ step, loss: 2, tokens: 300 });
  }
  assertAlmostEquals(progress!.tokensPerSecond, 600, 1e-9);
  assertAlmostEquals(progress!.secondsLeft!, 30, 1e-9);
  assertEquals([progress!.step, progress!.totalSteps, progress!.loss], [40, 100, 2]);
});

Deno.test("createPace() follows a change of pace, and knows no end without one", () => {
  let clock = 0;
  const pace = createPace({ now: () => clock });
  for (let step = 1; step <= 200; step++) {
    clock += step <= 100 ? 1000 : 100;
    const { tokensPerSecond, secondsLeft } = pace({ step, loss: 1, tokens: 100 });
    assertEquals(secondsLeft, undefined);
    if (step === 100) assertAlmostEquals(tokensPerSecond, 100, 1e-9);
    if (step === 200) assertAlmostEquals(tokensPerSecond, 1000, 60);
  }
});
