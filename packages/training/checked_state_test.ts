import { assertEquals, assertThrows } from "@std/assert";
import { checkedState } from "./_checked_state.ts";

Deno.test("checkedState() says in short which field of a damaged state is wrong", () => {
  const state = {
    format: 1,
    ...{ step: 1, epoch: 0, tokens: 9, logBytes: 0, seconds: 0.5 },
    earlyStopping: { evaluationsWithoutImprovement: 0 },
    identity: {},
  };
  assertEquals(checkedState(state) === state as unknown, true);
  const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  for (const value of ["a".repeat(5000), deep, null, 1e300]) {
    for (const field of ["format", "step", "earlyStopping"]) {
      const error = assertThrows(
        () => checkedState({ ...state, [field]: value }),
        SyntaxError,
        field,
      );
      assertEquals((error as Error).message.length < 200, true);
    }
  }
});
