import { assertAlmostEquals, assertEquals } from "@std/assert";
import { lossCurves } from "./loss_curves.ts";

Deno.test("lossCurves() counts tokens and seconds, and weighs neighbours by their tokens", () => {
  const step = (tokens: number, loss: number) => ({ event: "step", tokens, seconds: 2, loss });
  const entries = [
    ...Array.from({ length: 61 }, () => [step(10, 4), step(30, 2)]).flat(),
    { event: "evaluation", tokens: 0, seconds: 9, loss: 3 },
    { event: "evaluation", tokens: 0, seconds: 9, loss: 2, bleu: 20 },
    { event: "end", tokens: 2440, seconds: 300, loss: 0 },
  ];
  const { tokens, seconds, trainLoss, devLoss } = lossCurves(entries);
  assertEquals([tokens, seconds], [61 * 40, 300]);
  const at = { tokens: 2440, seconds: 244 };
  assertEquals(devLoss, [{ ...at, loss: 3 }, { ...at, loss: 2, bleu: 20 }]);
  assertEquals(trainLoss.length, 41); // groups of three
  assertAlmostEquals(trainLoss[0].loss, (10 * 4 + 30 * 2 + 10 * 4) / 50);
  assertEquals(trainLoss.at(-1)!.tokens, tokens);
});
