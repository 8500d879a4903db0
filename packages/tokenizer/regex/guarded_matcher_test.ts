import { assertEquals } from "@std/assert";
import { CharacterClass } from "./character_class.ts";
import { GuardedMatcher, longStretches } from "./guarded_matcher.ts";
import { Regex } from "./regex.ts";

const space = new CharacterClass("\\s");

Deno.test("longStretches() finds stretches of 1,024 units and more, wherever they begin", () => {
  for (const before of [0, 1, 1000, 1023, 1024, 5000]) {
    for (const length of [1023, 1024, 1025, 2047, 2048, 9000]) {
      const text = "x".repeat(before) + " ".repeat(length) + "x" + " ".repeat(1500);
      const second: [number, number] = [before + length + 1, text.length];
      const expected = length < 1024 ? [second] : [[before, before + length], second];
      assertEquals(longStretches(text, [space]), expected, `${before} ${length}`);
    }
  }
});

Deno.test("longStretches() takes characters of two units whole", () => {
  const face = "\u{1f600}";
  const text = `x${face.repeat(1000)}x`;
  assertEquals(longStretches(text, [new CharacterClass(face)]), [[1, 2001]]);
  assertEquals(longStretches("\ude00" + text, [new CharacterClass(face)]), [[2, 2002]]);
});

Deno.test("a text with a long stretch is searched natively while that is cheap", () => {
  const llama = Regex.parse("\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+|\\S+");
  const text = "word ".repeat(2000) + " ".repeat(100_000) + "x\n".repeat(100);
  const matcher = llama.matcher(text);
  if (!(matcher instanceof GuardedMatcher)) throw new Error("It has a long stretch");
  let parts = 0;
  for (let at = 0; at < text.length; parts++) at = matcher.matchAt(at);
  assertEquals(matcher.hasGivenUp, false);
  assertEquals(parts, 4000 - 1 + 1 + 200 + 1);
});

Deno.test("a search that is in vain from every place of a long stretch goes on with the other engine", () => {
  const regex = Regex.parse("\\s+x");
  const text = " ".repeat(300_000) + "y".repeat(20_000) + "  x";
  const matcher = regex.matcher(text);
  if (!(matcher instanceof GuardedMatcher)) throw new Error("It has a long stretch");
  const found: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (matcher.matchAt(at) >= 0) found.push(at);
  }
  assertEquals(found, [320_000, 320_001]);
  assertEquals(matcher.hasGivenUp, true);
});
