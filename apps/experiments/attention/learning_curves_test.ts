import { assertEquals } from "@std/assert";
import { overtaking } from "./learning_curves.ts";

const curve = (...points: [at: number, bleu: number][]) =>
  points.map(([tokens, bleu]) => ({ tokens, seconds: 10 * tokens, loss: 1, bleu }));

Deno.test("overtaking() finds where a curve stays above another", () => {
  const other = curve([1, 4], [3, 8], [5, 10]);
  // At 2 the other has 6, at 4 it has 9.
  assertEquals(overtaking(curve([1, 5], [2, 5], [4, 9.5], [5, 11]), other, "tokens"), 4);
  assertEquals(overtaking(curve([1, 5], [2, 5], [4, 9.5], [5, 11]), other, "seconds"), 40);
  assertEquals(overtaking(curve([1, 5], [2, 7], [4, 9.5]), other, "tokens"), 1);
  assertEquals(
    overtaking(curve([1, 5], [4, 9]), other, "tokens"),
    undefined,
    "as good is not ahead",
  );
  // Places where only one was measured tell nothing.
  assertEquals(overtaking(curve([0, 9], [4, 9.5], [6, 1]), other, "tokens"), 4);
  assertEquals(overtaking(curve([6, 99]), other, "tokens"), undefined);
  assertEquals(overtaking([], other, "tokens"), undefined);
});
