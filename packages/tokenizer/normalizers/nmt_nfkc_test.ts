import { assertEquals } from "@std/assert";
import { Charsmap } from "./_charsmap.ts";
import { buildCharsmap } from "./_charsmap_builder.ts";
import { nmtNfkcRules } from "./_nmt_nfkc.ts";

const golden = JSON.parse(
  Deno.readTextFileSync(new URL("../../../testdata/tokenizer/golden.json", import.meta.url)),
);

const rules = nmtNfkcRules();
const charsmap = buildCharsmap(rules);

Deno.test("nmtNfkcRules() are exactly sentencepiece 0.2.3's", async () => {
  // Code point order is UTF-8 order; JavaScript's own is UTF-16's.
  const codes = new Map(
    [...rules.keys()].map((key) => [key, [...key].map((c) => c.codePointAt(0)!)]),
  );
  const sorted = [...rules].sort(([a], [b]) => {
    const [codesA, codesB] = [codes.get(a)!, codes.get(b)!];
    for (let i = 0; i < codesA.length && i < codesB.length; i++) {
      if (codesA[i] !== codesB[i]) return codesA[i] - codesB[i];
    }
    return codesA.length - codesB.length;
  });
  const text = sorted.map(([key, replacement]) => `${key}\t${replacement}\n`).join("");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  assertEquals(rules.size, golden.nmtNfkc.rules);
  assertEquals(hex.join(""), golden.nmtNfkc.sha256);
});

Deno.test("Charsmap.match() finds every compiled rule, and the longest", () => {
  const map = new Charsmap(charsmap);
  let wrong = 0;
  for (const [key, replacement] of rules) {
    if (map.match(key, 0) !== replacement || map.matched !== key.length) wrong++;
  }
  assertEquals(wrong, 0);
  assertEquals(map.match("xA\u030a\u0301y", 1), "\u01fa");
  assertEquals(map.matched, 3);
  assertEquals(map.match("plain", 0), undefined);
  assertEquals(map.match("\0", 0), undefined);
});

Deno.test("buildCharsmap() stores equal endings once and fills whole blocks", () => {
  const trieBytes = new DataView(charsmap.buffer).getUint32(0, true);
  assertEquals(trieBytes % 1024, 0);
  assertEquals(charsmap.length < 300_000, true);
});
