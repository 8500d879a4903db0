import { assertEquals } from "@std/assert";
import { showText, showValue } from "./show_value.ts";

Deno.test("showValue() gives JSON on one line, cut between characters", () => {
  assertEquals(showValue(undefined), "undefined");
  assertEquals(showValue({ a: [null, "b\n"] }), '{"a":[null,"b\\n"]}');
  assertEquals(showValue("a".repeat(78)), `"${"a".repeat(78)}"`);
  assertEquals(showValue("a".repeat(79)), `"${"a".repeat(79)}…`);
  // The 80th unit would be the first half of an emoji.
  assertEquals(showValue("a".repeat(78) + "😀"), `"${"a".repeat(78)}…`);
  for (const value of [[], {}, [1, [2, {}], "a"], { a: { b: [true] }, 'c"': 1e300 }, -0, "é"]) {
    assertEquals(showValue(value), JSON.stringify(value));
  }
});

Deno.test("showValue() stands any depth and width", () => {
  const depth = 100_000;
  const list = JSON.parse("[".repeat(depth) + "]".repeat(depth));
  assertEquals(showValue(list), "[".repeat(80) + "…");
  const object = JSON.parse('{"a":'.repeat(depth) + "1" + "}".repeat(depth));
  assertEquals(showValue(object), '{"a":'.repeat(16) + "…");
  // What makes JSON.stringify recurse.
  assertEquals(showValue({ list: Object.assign(list, { toJSON: undefined }) }).length, 81);
  assertEquals(showValue(Array(1e6).fill(1)), "[" + "1,".repeat(39) + "1…");
});

Deno.test("showText() cuts a text between characters", () => {
  assertEquals(showText("a".repeat(80)), "a".repeat(80));
  assertEquals(showText("a".repeat(81)), "a".repeat(80) + "…");
  assertEquals(showText("a".repeat(79) + "😀"), "a".repeat(79) + "…");
});
