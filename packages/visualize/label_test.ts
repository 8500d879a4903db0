import { assert, assertEquals } from "@std/assert";
import { columnsOf, displayToken, escapeXml, shorten, widthOf } from "./label.ts";

Deno.test("displayToken() shows controls, white space and marks of direction by name", () => {
  assertEquals(displayToken("a\nb\u0000c"), "a⏎bU+0000c");
  assertEquals(displayToken("\u202eabc\u2066"), "U+202EabcU+2066");
  assertEquals(displayToken(" \t"), "␣⇥");
  assertEquals(displayToken("\u00a0"), "U+00A0");
  assertEquals(displayToken("\ud800x\uffff"), "�xU+FFFF");
  assertEquals(displayToken(""), "∅");
  assertEquals(displayToken("▁שלום 👩‍👩‍👧"), "▁שלום 👩‍👩‍👧");
});

Deno.test("shorten() cuts between graphemes", () => {
  assertEquals(shorten("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2), "👩‍👩‍👧…");
  assertEquals(shorten("e\u0301e\u0301", 2), "e\u0301e\u0301");
});

Deno.test("escapeXml() leaves nothing that XML or HTML would read", () => {
  assertEquals(escapeXml(`<a href="x">&'`), "&#60;a href=&#34;x&#34;&#62;&#38;&#39;");
});

Deno.test("columnsOf() and widthOf() know wide characters", () => {
  assertEquals(columnsOf("ab猫é👩‍👩‍👧"), 2 + 2 + 1 + 2);
  assert(
    widthOf("猫") > widthOf("W") && widthOf("W") > widthOf("a") && widthOf("a") > widthOf("i"),
  );
});
