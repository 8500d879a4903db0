import { assertEquals } from "@std/assert";
import { removeSpaces, splitWords, trimEnd } from "./_words.ts";

Deno.test("splitWords() splits at white space in Python's sense", () => {
  assertEquals(splitWords("  a\u00a0b\x1cc\x85d\u3000e\n"), ["a", "b", "c", "d", "e"]);
  assertEquals(splitWords("a\ufeffb\u200bc"), ["a\ufeffb\u200bc"]); // neither counts in Python
  assertEquals(splitWords(" \t"), []);
  assertEquals(splitWords(""), []);
});

Deno.test("trimEnd() and removeSpaces() know the same white space", () => {
  assertEquals(trimEnd(" a b\x1f\u2028 "), " a b");
  assertEquals(trimEnd("\n\n"), "");
  assertEquals(removeSpaces(" a\x85b\u202fc "), "abc");
});

Deno.test("trimEnd() takes linear time on white space inside the text", () => {
  const text = " ".repeat(200_000) + "a";
  assertEquals(trimEnd(text), text);
  assertEquals(splitWords(text), ["a"]);
});
