import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { alignSpans, type TokenizedText } from "./align_spans.ts";

/** A matrix in which each target token attends with 0.8 to one source token. */
function attention(places: readonly number[], sourceLength: number) {
  const weights = new Float32Array(places.length * sourceLength)
    .fill(sourceLength > 1 ? 0.2 / (sourceLength - 1) : 1);
  places.forEach((place, row) => {
    if (sourceLength > 1) weights[row * sourceLength + place] = 0.8;
  });
  return { weights, targetLength: places.length, sourceLength };
}

const text = (text: string, tokens: string): TokenizedText => ({ text, tokens: tokens.split(" ") });

function linked(
  [source, target]: readonly [TokenizedText, TokenizedText],
  places: readonly number[],
  options?: Parameters<typeof alignSpans>[1],
): string[] {
  const matrix = attention(places, source.tokens.length);
  return alignSpans({ source, target, attention: matrix }, options).map((link) =>
    `${source.text.slice(...link.source)}-${target.text.slice(...link.target)}`
  );
}

const pair = [
  text("Open the front door.", "▁Open ▁the ▁front ▁door . </s>"),
  text("Öffne die Haustür.", "▁Ö ff ne ▁die ▁Haus tür . </s>"),
] as const;
const places = [0, 0, 0, 1, 2, 3, 4, 5];

Deno.test("alignSpans() links each word of the target, in places of both texts", () => {
  assertEquals(linked(pair, places), ["Open-Öffne", "the-die", "front-Haustür", ".-."]);
  const [source, target] = pair;
  const links = alignSpans({ source, target, attention: attention(places, 6) });
  const { weight, ...place } = links[3];
  assertEquals(place, { source: [19, 20], target: [17, 18] });
  assertAlmostEquals(weight, 0.8, 1e-6);
});

Deno.test("alignSpans() links each word of the source, or all links of enough weight", () => {
  const all = ["Open-Öffne", "the-die", "front-Haustür", "door-Haustür", ".-."];
  assertEquals(linked(pair, places, { by: "source" }), all);
  assertEquals(linked(pair, places, { method: "threshold", threshold: 0.3 }), all);
});

Deno.test("alignSpans() leaves special tokens out, and what looks like one in the text in", () => {
  const marked = [
    text("[OK] yes", ">>de<< ▁[ O K ] ▁yes </s>"),
    text("[OK] ja", "▁[ O K ] ▁ja </s>"),
  ] as const;
  assertEquals(linked(marked, [1, 2, 3, 4, 5, 6]), ["[-[", "OK-OK", "]-]", "yes-ja"]);
  // A word that attends to the end token most is linked with the word that it attends to next.
  assertEquals(linked([text("a b", "▁a ▁b </s>"), text("c", "▁c </s>")], [2, 2]), ["a-c"]);
});

Deno.test("alignSpans() takes offsets and places that are given", () => {
  const source: TokenizedText = {
    text: "a bc",
    tokens: ["▁a", "▁", "b", "c", "</s>"],
    // As the tokenizer says them: a space belongs to what follows.
    offsets: [[0, 1], [1, 2], [2, 3], [3, 4], [0, 0]],
    spans: [[0, 1], [2, 3], [3, 4]],
  };
  const target = text("x y", "▁x ▁y </s>");
  // "x" attends to the lone mark before "b".
  assertEquals(linked([source, target], [1, 3, 4]), ["b-x", "c-y"]);
});

Deno.test("alignSpans() has no link for words without tokens", () => {
  const cut = [text("a b. Left out", "▁a ▁b . </s>"), text("c d", "▁c ▁d </s>")] as const;
  assertEquals(linked(cut, [0, 1, 3], { by: "source" }), ["a-c", ".-c", "b-d"]);
  assertEquals(linked([text("", "</s>"), text("c", "▁c </s>")], [0, 0]), []);
});

Deno.test("alignSpans() names what does not fit", () => {
  const [source, target] = pair;
  const align = (changes: object, options = {}) => () =>
    alignSpans({ source, target, attention: attention(places, 6), ...changes }, options);
  const short = { ...source, tokens: source.tokens.slice(1) };
  assertThrows(align({ source: short }), RangeError, "a source of 5 tokens by attention of 6");
  const offsets = { ...target, offsets: [[0, 1]] };
  assertThrows(align({ target: offsets }), RangeError, "8 tokens and 1 offsets by attention of 8");
  const { weights, ...rest } = attention(places, 6);
  const halved = { ...rest, weights: weights.map((weight) => weight / 2) };
  assertThrows(align({ attention: halved }), RangeError, "sum to 0.5000");
  assertThrows(align({}, { threshold: 2 }), RangeError, "threshold 2");
});
