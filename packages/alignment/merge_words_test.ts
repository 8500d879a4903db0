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
