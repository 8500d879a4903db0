import { assert, assertEquals, assertThrows } from "@std/assert";
import { TextPattern } from "../_text_pattern.ts";
import { PipelineTokenizer } from "../pipeline_tokenizer.ts";

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
  [String.raw`a(?i)b|c`, "ab aB c C b aC", ["ab", " ", "aB", " c C b ", "aC"]],
  [String.raw`[^\r\n\p{L}\p{N}]?+\p{L}++`, " ab-cd\nx", [" ab", "-cd", "\n", "x"]],
  [String.raw`(?>a+)b|a`, "aaab a", ["aaab", " ", "a"]],
  [String.raw`a++a`, "aaa", ["aaa"]],
  [String.raw`^a`, "ab\nab", ["a", "b\n", "a", "b"]],
  [String.raw`\n^`, "a\nb\n", ["a", "\n", "b\n"]],
  [String.raw`$`, "a😀\n😀", ["a😀", "\n😀"]],
  [String.raw`\A|(?<!a)`, "a😀b", ["a😀", "b"]],
  [String.raw`b$`, "ab\nab", ["a", "b", "\na", "b"]],
  [String.raw`.`, "a\r\n", ["a", "\r", "\n"]],
  [String.raw`[-a-c\]\[.]`, "d-b][.e", ["d", "-", "b", "]", "[", ".", "e"]],
  [String.raw`\x61|\u0062|\x{63}`, "abcd", ["a", "b", "c", "d"]],
  [String.raw`\p{Han}+|\p{^L}`, "日本ab1", ["日本", "ab", "1"]],
  [String.raw`[[:alpha:]]+`, "ab12", ["ab", "12"]],
  [String.raw`a{2}|b{,2}`, "aabbb", ["aa", "bb", "b"]],
  [String.raw`a{2}?`, "aaaa b a", ["aa", "aa", " ", "b", " ", "a"]],
  [String.raw`a{2,3}?`, "aaaaaa", ["aa", "aa", "aa"]],
  ["x*", "axb", ["a", "x", "b"]],
  // Repeated choices, which the JavaScript engine may take long for.
  [String.raw`(?:\r\n|\n)+`, "a\r\n\n\nb", ["a", "\r\n\n\n", "b"]],
  [String.raw`\p{N}{1,3}+`, "1234567 8", ["1234567", " ", "8"]],
  [String.raw`(a*)*b`, "aab c", ["aab", " c"]],
  [String.raw`a{2}+`, "aaaaaa a", ["aaaaaa", " a"]],
  [String.raw`a?{30}b`, "aab", ["aab"]],
  [String.raw`(?<=a+)b`, "aab", ["aa", "b"]],
  [String.raw`(a|ab)(c|bcd)(d*)`, "abcd", ["abcd"]],
];
for (const [source, text, parts] of cases) {
  Deno.test(`Regex ${source} cuts ${JSON.stringify(text)}`, () => {
    assertEquals(cut(source, text), parts);
  });
}

Deno.test("a match of nothing is replaced between characters, never within one", () => {
  const end = TextPattern.ofRegex("(?!.)");
  assertEquals(end.replaceAll("a😀b", "|"), "a😀b|");
  assertEquals(end.matches("😀"), [[2, 2]]);
});

Deno.test("Regex.parse() names what it refuses", () => {
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
      "a{5,2}",
      "[b-a]",
      "(?<=(?>a))b",
      "a" + "**".repeat(6),
      "(?:a|b){5000}",
      "((a{1,100}){1,100})*b",
    ]
  ) {
    assertThrows(() => TextPattern.ofRegex(source), SyntaxError, "Cannot translate", source);
  }
  assertThrows(() => TextPattern.ofRegex("a\\Gb"), SyntaxError, "\\G at 3 is not supported");
  assertThrows(
    () => TextPattern.ofRegex("((a{1,100}){1,100})*b"),
    SyntaxError,
    "with its repeats written out it is too large",
  );
});

Deno.test("Regex takes atomic groups and look-arounds that are repeated", () => {
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
    ["a name of JavaScript's", "\\p{constructor}"],
    ["repeats of nothing", "(?:(?:){100000}){100000}".repeat(50) + "(?:a{99}){99}{99}"],
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

const LENGTH = 50_000;
const letters = "a".repeat(LENGTH);
const spaces = " ".repeat(LENGTH);
// Each would take the JavaScript engine minutes to longer than the universe exists.
for (
  const [source, text, parts] of [
    ["a*a*b", letters, 1],
    ["a?".repeat(30) + "a".repeat(30), "a".repeat(30), 1],
    ["(?:a?){30}b", letters, 1],
    ["\\s*\\s*x", spaces, 1],
    ["(a+)+$", `${letters}!`, 1],
    ["(a|a)*b", letters, 1],
    ["(a*)*b", letters, 1],
    ["(?:\\p{L}\\p{M}*)+x", letters, 1],
    ["a+*b", letters, 1],
    ["(?:a|aa)+?b", letters, 1],
    ["(?:(?=a*b)a)*x", `${letters}b`, 1],
    ["(?:(?>a*)x|a)*y", letters, 1],
    ["(?<=b.*.*)a", `b${letters}`, LENGTH + 1],
    ["(?:(?:a|b)+c?)+x", "ab".repeat(LENGTH / 2), 1],
    [".*.*=.*x", letters, 1],
  ] as const
) {
  Deno.test(`Regex ${source.slice(0, 40)} ends on a text made to be slow`, () => {
    assertEquals(cut(source, text).length, parts);
  });
}
