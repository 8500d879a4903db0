import { assert, assertEquals, assertThrows } from "@std/assert";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
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

for (
  const source of ["(a+)+$", "(a|a)*b", "(?:a?){30}b", "(a*)*", "(?:\\p{L}\\p{M}*)+", "a+*"]
) {
  Deno.test(`translateRegex() refuses ${source}, which can take exponential time`, () => {
    assertThrows(() => TextPattern.ofRegex(source), SyntaxError, "after a group with a choice");
  });
}

Deno.test("translateRegex() takes atomic groups and look-arounds that are repeated", () => {
  assertEquals(cut("(?>a+|b)+", "aabac"), ["aaba", "c"]);
  assertEquals(cut("(?:(?!ab|c)[a-z])+", "xxabxc"), ["xx", "a", "bx", "c"]);
});

for (
  const [name, source] of [
    ["\\p{_}", "\\p{_}"],
    ["20,000 brackets", "(".repeat(20_000)],
    ["200 brackets", "(".repeat(200) + ")".repeat(200)],
    ["50,000 quantifiers", "a" + "+".repeat(50_000)],
    ["a long name", `\\p{${"A".repeat(5000)}}`],
  ]
) {
  Deno.test(`tokenizer.json with the regular expression ${name} is refused in few words`, () => {
    const pre_tokenizer = { type: "Split", pattern: { Regex: source }, behavior: "Isolated" };
    const model = { type: "WordLevel", vocab: { "<unk>": 0 } };
    const error = assertThrows(
      () => PipelineTokenizer.fromJson({ pre_tokenizer, model }),
      SyntaxError,
      "Cannot read tokenizer.json: pre_tokenizer.pattern.Regex is broken",
    );
    assert(error.message.length <= 300, error.message);
  });
}
