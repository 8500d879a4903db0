import { assertEquals } from "@std/assert";
import { tokenize13a } from "./tokenize_13a.ts";

const CASES: [string, string][] = [
  ["Hallo, Welt!", "Hallo , Welt !"],
  ["1,000.5 und 3,5.", "1,000.5 und 3,5 ."],
  ["a.b,c", "a . b , c"],
  ["4-5 x-y", "4 - 5 x-y"],
  ["don't (really)", "don't ( really )"],
  ["&quot;a&quot; &amp;lt; &lt;", '" a " < <'],
  ["a<skipped>b", "ab"],
  ["Silben-\ntrennung\nhier", "Silbentrennung hier"],
  ["„Zitat“ – 5€", "„Zitat“ – 5€"],
  ["😀.😁", "😀 . 😁"],
  ["", ""],
];

for (const [text, words] of CASES) {
  Deno.test(`tokenize13a() splits ${JSON.stringify(text)}`, () => {
    assertEquals(tokenize13a(text).join(" "), words);
  });
}
