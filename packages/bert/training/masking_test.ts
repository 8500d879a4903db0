import { assertEquals, assertNotEquals } from "@std/assert";
import { maskTokens } from "./masking.ts";

const CLS = 0, SEP = 1, MASK = 2;
const base = { vocabSize: 1000, maskTokenId: MASK, specialTokenIds: new Set([CLS, SEP, MASK]) };
const text = [CLS, ...Array.from({ length: 200 }, (_, i) => 100 + i), SEP];

Deno.test("maskTokens() hides 15 %, of which 80 % are masks, 10 % others, 10 % the same", () => {
  const counts = { masks: 0, others: 0, same: 0, tokens: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const { inputIds, labels } = maskTokens(text, { ...base, seed });
    assertEquals(labels.filter((label) => label >= 0).length, 30);
    labels.forEach((label, i) => {
      if (label < 0) return assertEquals(inputIds[i], text[i]);
      assertEquals(label, text[i]);
      counts.tokens++;
      if (inputIds[i] === MASK) counts.masks++;
      else if (inputIds[i] === text[i]) counts.same++;
      else counts.others++;
    });
  }
  const share = (key: keyof typeof counts) => counts[key] / counts.tokens;
  assertEquals(Math.abs(share("masks") - 0.8) < 0.02, true, String(share("masks")));
  assertEquals(Math.abs(share("others") - 0.1) < 0.015, true, String(share("others")));
  assertEquals(Math.abs(share("same") - 0.1) < 0.015, true, String(share("same")));
});

Deno.test("maskTokens() hides the same by the same seed, and others by another", () => {
  const masked = (seed: number) => maskTokens(text, { ...base, seed });
  assertEquals(masked(5), masked(5));
  assertNotEquals(masked(5), masked(6));
});

Deno.test("maskTokens() hides whole words, and never special tokens", () => {
  const continuesWord = (id: number) => id % 3 !== 0;
  for (let seed = 0; seed < 50; seed++) {
    const { labels } = maskTokens(text, { ...base, seed, continuesWord });
    assertEquals([labels[0], labels[201]], [-100, -100]);
    for (let i = 1; i < 201; i++) {
      const goesOn = i > 1 && continuesWord(text[i]);
      if (goesOn) assertEquals(labels[i] >= 0, labels[i - 1] >= 0, `seed ${seed}, token ${i}`);
    }
    const count = labels.filter((label) => label >= 0).length;
    assertEquals(count > 24 && count <= 30, true, String(count));
  }
});

Deno.test("maskTokens() hides one token of a short text, and none of an empty one", () => {
  const { labels } = maskTokens([CLS, 7, SEP], { ...base, seed: 1 });
  assertEquals(labels, [-100, 7, -100]);
  assertEquals(maskTokens([CLS, SEP], { ...base, seed: 1 }).labels, [-100, -100]);
});
