import { assertEquals } from "@std/assert";
import { showText, showValue } from "./show_value.ts";

Deno.test("showValue() gives JSON on one line, cut between characters", () => {
  assertEquals(showValue(undefined), "undefined");
  assertEquals(showValue({ a: [null, "b\n"] }), '{"a":[null,"b\\n"]}');
  assertEquals(showValue("a".repeat(78)), `"${"a".repeat(78)}"`);
  assertEquals(showValue("a".repeat(79)), `"${"a".repeat(79)}…`);
  // The 80th unit would be the first half of an emoji.
  assertEquals(showValue("a".repeat(78) + "😀"), `"${"a".repeat(78)}…`);
  const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  assertEquals(showValue(deep), "[".repeat(80) + "…");
});

Deno.test("showText() cuts a text between characters", () => {
  assertEquals(showText("a".repeat(80)), "a".repeat(80));
  assertEquals(showText("a".repeat(81)), "a".repeat(80) + "…");
  assertEquals(showText("a".repeat(79) + "😀"), "a".repeat(79) + "…");
});
