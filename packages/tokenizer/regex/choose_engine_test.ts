import { assertEquals } from "@std/assert";
import { TextPattern } from "../_text_pattern.ts";
import { Regex } from "./regex.ts";

/** What the tokenizer.json files of these models split texts with, or replace in them. */
const REAL: Record<string, string> = {
  "GPT-2, RoBERTa, BART": String
    .raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  "GPT-4": String
    .raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "GPT-4, as tiktoken writes it": String
    .raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`,
  "GPT-4o": String
    .raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "Llama 3": String
    .raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "Qwen 2": String
    .raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "Mistral Nemo": String
    .raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "DeepSeek": String
    .raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${"`"}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "DeepSeek, numbers": String.raw`\p{N}{1,3}`,
  "DeepSeek, East Asian letters": "[一-龥぀-ゟ゠-ヿ]+",
  "CLIP": String
    .raw`<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`,
  "CLIP, spaces": String.raw`\s+`,
  "Gemma and T5, spaces": " {2,}",
  "Falcon, digits": "[0-9][0-9][0-9]",
  "marks of spaces at the ends": "^(▁+)|▁+$",
  "words and punctuation": String.raw`\w+|[^\w\s]+`,
  "line ends": String.raw`\r\n|\n|\r`,
};
for (const [name, source] of Object.entries(REAL)) {
  Deno.test(`chooseEngine() leaves ${name} to the native engine`, () => {
    const regex = Regex.parse(source);
    assertEquals(regex.engine, "native");
    // Texts of any size: nothing stands between them and the engine.
    const text = "It's 1,234 words,\r\n\r\n  and  more. ".repeat(40_000);
    assertEquals(regex.matcher(text.slice(0, 8192)), undefined);
    assertEquals(regex.matcher(text), undefined);
  });
}

for (
  const source of [
    "(a+)+$",
    "(a|a)*b",
    "a*a*b",
    "a?".repeat(30) + "a",
    String.raw`\s*\s*x`,
    "(?:\\r\\n|\\n)+",
    "(?:a?){30}b",
    "a+(?=b*c)",
    "(?>a+)b*c",
    "(?<=a+)b",
    ".*=.*;",
  ]
) {
  Deno.test(`chooseEngine() does not leave ${source.slice(0, 30)} to the native engine`, () => {
    assertEquals(Regex.parse(source).engine, "memo");
  });
}

for (const source of ["a{0,500}b", "(?:ab)*c", "x(?=a*b)", "(?>a*)b", "^\\s+|\\s+$", "\\bcat\\b"]) {
  Deno.test(`chooseEngine() leaves ${source} to the native engine`, () => {
    assertEquals(Regex.parse(source).engine, "native");
  });
}

/** What a text is cut into, in lengths. */
function lengths(pattern: TextPattern, text: string): number[] {
  const cuts: number[] = [];
  pattern.cut(text, cuts);
  return cuts.flatMap((start, i) => i % 2 === 0 ? [cuts[i + 1] - start] : []);
}

for (const name of ["GPT-2, RoBERTa, BART", "GPT-4o", "Llama 3"]) {
  Deno.test(`the pattern of ${name} cuts a text the same whichever engine runs it`, () => {
    const parts = [
      "It's ",
      "ÄPFEL",
      " 12345",
      "\r\n \n",
      "   x",
      "日本語",
      "e\u0301",
      "\u{1f600}!",
      "'Ll",
    ];
    let text = "";
    for (let i = 0; i < 4000; i++) text += parts[(i * i + 7 * (i >> 3)) % parts.length];
    const native = TextPattern.ofRegex(REAL[name]);
    // A repeated choice that changes nothing.
    const memo = TextPattern.ofRegex(`${REAL[name]}|(?:a|a)*(?!)`);
    assertEquals([native.regex!.engine, memo.regex!.engine], ["native", "memo"]);
    assertEquals(lengths(memo, text), lengths(native, text));
    assertEquals(memo.replaceAll(text, "-"), native.replaceAll(text, "-"));
    assertEquals(memo.matches(text), native.matches(text));
  });
}
