import { assertEquals, assertThrows } from "@std/assert";
import { parseVocabMerges, serializeVocabMerges } from "./vocab_merges.ts";
import { parseVocabTxt, serializeVocabTxt } from "./vocab_txt.ts";

Deno.test("parseVocabTxt() and serializeVocabTxt() undo each other", () => {
  const text = "[PAD]\n##a\n\u00a0\n日\n";
  assertEquals(serializeVocabTxt(parseVocabTxt(text)), text);
  assertEquals(parseVocabTxt("a\r\nb\r\n"), new Map([["a", 0], ["b", 1]]));
});

Deno.test("parseVocabTxt() and serializeVocabTxt() name what is wrong", () => {
  assertThrows(() => parseVocabTxt("a\n\nb\n"), SyntaxError, "line 2 is empty");
  assertThrows(() => parseVocabTxt("a\nb\na\n"), SyntaxError, 'lines 1 and 3 are both "a"');
  assertThrows(() => serializeVocabTxt(new Map([["a", 0], ["b", 2]])), RangeError, "id 1");
  assertThrows(() => serializeVocabTxt(new Map([["a\nb", 0]])), RangeError, "no line");
});

Deno.test("parseVocabMerges() and serializeVocabMerges() undo each other", () => {
  const content = {
    vocab: new Map([["b", 0], ["12", 1], ["b12", 2], ["__proto__", 3]]),
    merges: [["b", "12"]] as [string, string][],
  };
  const { vocabJson, mergesTxt } = serializeVocabMerges(content);
  assertEquals(mergesTxt, "#version: 0.2\nb 12\n");
  assertEquals(vocabJson, '{"b":0,"12":1,"b12":2,"__proto__":3}');
  assertEquals(parseVocabMerges(vocabJson, mergesTxt), content);
});

Deno.test("parseVocabMerges() names what is wrong", () => {
  assertThrows(() => parseVocabMerges("{", ""), SyntaxError, "vocab.json");
  assertThrows(() => parseVocabMerges("[]", ""), SyntaxError, "vocab.json");
  assertThrows(() => parseVocabMerges('{"a":1.5}', ""), SyntaxError, '"a" has the id 1.5');
  assertThrows(() => parseVocabMerges('{"a":1,"b":1}', ""), SyntaxError, "both have id 1");
  assertThrows(() => parseVocabMerges("{}", "a b\nc\n"), SyntaxError, 'line 2 "c"');
});
