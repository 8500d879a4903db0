import { assertEquals } from "@std/assert";
import { rightWords } from "./right_words.ts";

const right = (words: string, reference: string) =>
  rightWords(words.split(" ").filter(Boolean), reference.split(" ").filter(Boolean))
    .map((isRight) => isRight ? "+" : "-").join("");

Deno.test("rightWords() pairs words along the alignment with the fewest edits", () => {
  assertEquals(right("a b c", "a b c"), "+++");
  assertEquals(right("a x c", "a b c"), "+-+");
  assertEquals(right("a b x c", "a b c"), "++-+");
  assertEquals(right("a c", "a b c"), "++");
  assertEquals(right("Das HAUS", "das Haus"), "++");
});

Deno.test("rightWords() counts a word no more often than the reference, and only in its place", () => {
  assertEquals(right("der der der Hund", "der Hund").replace(/[^+]/g, "").length, 2);
  assertEquals(right("c a b", "a b c"), "-++");
});

Deno.test("rightWords() takes texts without words", () => {
  assertEquals(right("", "a"), "");
  assertEquals(right("a b", ""), "--");
  assertEquals(right("a", "b"), "-");
});
