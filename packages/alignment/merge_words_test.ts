import { assertAlmostEquals, assertEquals } from "@std/assert";
import { mergeWords } from "./merge_words.ts";

Deno.test("mergeWords() adds over keys, averages over queries and moves generatedFrom", () => {
  const merged = mergeWords({
    kind: "cross",
    layer: 0,
    head: 0,
    queryTokens: ["▁ja", "▁Haus", "tür", "</s>"],
    keyTokens: ["▁do", "or", "</s>"],
    // deno-fmt-ignore
    weights: Float32Array.of(
      0.5, 0.25, 0.25,
      0.6, 0.2, 0.2,
      0.2, 0.2, 0.6,
      0, 0, 1,
    ),
    generatedFrom: 2,
  });
  assertEquals(merged.queryTokens, ["ja", "Haustür", "</s>"]);
  assertEquals(merged.keyTokens, ["door", "</s>"]);
  [0.75, 0.25, 0.6, 0.4, 0, 1].forEach((x, i) => assertAlmostEquals(merged.weights[i], x, 1e-6));
  assertEquals(merged.generatedFrom, 1);
});

Deno.test("mergeWords() shares a token between two given words without losing weight", () => {
  const merged = mergeWords({
    kind: "cross",
    layer: 0,
    head: 0,
    queryTokens: ["▁x"],
    keyTokens: ["▁a", ".)"],
    weights: Float32Array.of(0.4, 0.6),
  }, { queryWords: ["x"], keyWords: ["a", ".", ")"] });
  [0.4, 0.3, 0.3].forEach((x, i) => assertAlmostEquals(merged.weights[i], x, 1e-6));
});

Deno.test("mergeWords() never merges special tokens with words or punctuation", () => {
  const special = ["</s>", "<pad>", "[SEP]", ">>fr<<", "<|endoftext|>"];
  const text = ["▁Haus", "tür", ".", "'", "▁", "##er", "Ġso", "<0xC3>", "<0xAB>", "<unk>"];
  const tokens = text.flatMap((token, i) => [token, special[i % special.length], text.at(-1 - i)!]);
  for (const marks of ["sentencepiece", "wordpiece", "byte-level", "none"] as const) {
    const weights = new Float32Array(tokens.length ** 2).fill(1 / tokens.length);
    const merged = mergeWords({
      kind: "encoder-self",
      layer: 0,
      head: 0,
      queryTokens: tokens,
      keyTokens: tokens,
      weights,
    }, { marks });
    const alone = merged.keyTokens.filter((word) => special.includes(word));
    assertEquals(alone, tokens.filter((token) => special.includes(token)), marks);
    merged.keyTokens.forEach((word, key) => {
      if (special.includes(word)) assertAlmostEquals(merged.weights[key], 1 / tokens.length, 1e-6);
    });
  }
});
