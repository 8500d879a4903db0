import { assertEquals } from "@std/assert";
import { greatest } from "./_greatest.ts";
import { alignmentText } from "./terminal.ts";

/** More than a call may have arguments. */
const MANY = 130_000;

Deno.test("greatest() measures more items than a call may have arguments", () => {
  assertEquals(greatest(Array.from({ length: MANY }, (_, i) => i), (i) => i), MANY - 1);
  assertEquals(greatest([], () => 1), 0);
});

Deno.test("alignmentText() draws more tokens than a call may have arguments", () => {
  const text = alignmentText({
    kind: "cross",
    layer: 0,
    head: 0,
    queryTokens: new Array<string>(MANY).fill("a"),
    keyTokens: ["b"],
    weights: new Float32Array(MANY).fill(1),
  });
  assertEquals(text.split("\n").length, MANY + 2);
});
