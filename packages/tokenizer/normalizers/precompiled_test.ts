import { assertEquals } from "@std/assert";
import { buildCharsmap } from "./_charsmap_builder.ts";
import { alignedText } from "./aligned_text.ts";
import { Precompiled } from "./precompiled.ts";

const rules = new Map([["\r", " "], ["-", ""], ["\ufb01", "fi"], ["\u00bd", "1/2"], ["é", "E"]]);
const base64 = btoa(String.fromCharCode(...buildCharsmap(rules)));
const normalizer = new Precompiled(base64);

Deno.test("Precompiled replaces a short grapheme by the rule at its beginning", () => {
  assertEquals(normalizer.normalize("a\r\nb"), "a b");
  assertEquals(normalizer.normalize("日-\u0344-\u0308x"), "日x");
  assertEquals(normalizer.normalize("-\u0301\u0301\u0301"), "\u0301\u0301\u0301"); // 7 bytes: by character
});

Deno.test("Precompiled.align() says where replacements come from", () => {
  const { text, starts, ends } = normalizer.align(alignedText("x\ufb01\u00bdé-y", 0));
  assertEquals(text, "xfi1/2Ey");
  assertEquals([...starts], [0, 1, 1, 2, 2, 2, 3, 5]);
  assertEquals([...ends], [1, 2, 2, 3, 3, 3, 4, 6]);
});

Deno.test("Precompiled.normalize() and align() give the same text", () => {
  const parts = ["a", "-", "\u0308", "\r", "\n", "é", "日", "\ufb01", " ", "\u200d", "👍", "🏽"];
  let seed = 3;
  for (let round = 0; round < 500; round++) {
    let text = "";
    for (let i = 0; i < 8; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      text += parts[Math.floor(seed / 2 ** 32 * parts.length)];
    }
    const aligned = normalizer.align(alignedText(text, 0)).text;
    assertEquals(aligned, normalizer.normalize(text), JSON.stringify(text));
  }
});

Deno.test("Precompiled.align() takes texts with more characters than a call may have arguments", () => {
  const text = "a".repeat(300_000) + "\ufb01";
  assertEquals(normalizer.align(alignedText(text, 0)).text.length, 300_002);
});
