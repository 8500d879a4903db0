import { assert, assertEquals } from "@std/assert";
import { wordSpans } from "./word_spans.ts";

const words = (text: string) => wordSpans(text).map(([start, end]) => text.slice(start, end));

Deno.test("wordSpans() leaves white space out and punctuation alone", () => {
  assertEquals(words(" It doesn't\n\train, 3.5 times (so). "), [
    ...["It", "doesn't", "rain", ",", "3.5", "times", "(", "so", ")", "."],
  ]);
  assertEquals(wordSpans("  a"), [[2, 3]]);
  assertEquals([wordSpans(""), wordSpans(" \n")], [[], []]);
});

Deno.test("wordSpans() never cuts a character, and finds words where there are no spaces", () => {
  assertEquals(words("👩‍👩‍👧 cafe\u0301"), ["👩‍👩‍👧", "cafe\u0301"]);
  const found = words("私は猫が好きです");
  assert(found.length > 2, String(found));
  assertEquals(found.join(""), "私は猫が好きです");
});
