import { assertEquals, assertThrows } from "@std/assert";
import { TextPattern } from "./_text_pattern.ts";

function cut(source: string, text: string): string[] {
  const cuts: number[] = [];
  TextPattern.ofRegex(source).cut(text, cuts);
  return cuts.flatMap((start, i) => i % 2 === 0 ? [text.slice(start, cuts[i + 1])] : []);
}

// What Split(Regex(source), "isolated") of Python tokenizers 0.23.3 gives.
const cases: [source: string, text: string, parts: string[]][] = [
  [String.raw`\s`, "a\u0085b\ufeffc\u2028", ["a", "\u0085", "b\ufeffc", "\u2028"]],
  [String.raw`\w+`, "ab12²½-", ["ab12²½", "-"]],
  [String.raw`[\w']+`, "ab12²½-", ["ab12", "²½-"]],
  [String.raw`(?i:'s|'ll)`, "it'S 'LL'ſ", ["it", "'S", " ", "'LL", "'ſ"]],
  [String.raw`(?i:k)`, "K\u212ak", ["K", "\u212a", "k"]],
  [String.raw`[^\r\n\p{L}\p{N}]?+\p{L}++`, " ab-cd\nx", [" ab", "-cd", "\n", "x"]],
  [String.raw`(?>a+)b|a`, "aaab a", ["aaab", " ", "a"]],
  [String.raw`a++a`, "aaa", ["aaa"]],
  [String.raw`^a`, "ab\nab", ["a", "b\n", "a", "b"]],
  [String.raw`b$`, "ab\nab", ["a", "b", "\na", "b"]],
  [String.raw`.`, "a\r\n", ["a", "\r", "\n"]],
  [String.raw`[-a-c\]\[.]`, "d-b][.e", ["d", "-", "b", "]", "[", ".", "e"]],
  [String.raw`\x61|\u0062|\x{63}`, "abcd", ["a", "b", "c", "d"]],
  [String.raw`\p{Han}+|\p{^L}`, "日本ab1", ["日本", "ab", "1"]],
  [String.raw`[[:alpha:]]+`, "ab12", ["ab", "12"]],
  [String.raw`a{2}|b{,2}`, "aabbb", ["aa", "bb", "b"]],
  ["x*", "axb", ["a", "x", "b"]],
];
for (const [source, text, parts] of cases) {
  Deno.test(`translateRegex() of ${source} cuts ${JSON.stringify(text)}`, () => {
    assertEquals(cut(source, text), parts);
  });
}

Deno.test("translateRegex() names what it refuses", () => {
  for (
    const source of [
      "(?<=a",
      "[a",
      "a)",
      "[a&&b]",
      "[a[bc]]",
      "\\X",
      "(?i)strasse",
      "\\p{Nope}",
      "*a",
    ]
  ) {
    assertThrows(() => TextPattern.ofRegex(source), SyntaxError, "Cannot translate", source);
  }
  assertThrows(() => TextPattern.ofRegex("a\\Gb"), SyntaxError, "\\G at 3 is not supported");
});
