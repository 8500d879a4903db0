import { assertEquals } from "@std/assert";
import type { FullEncoding } from "@heed/tokenizer";
import { bestAnswer } from "./answers.ts";
import { classifyLogits } from "./classify.ts";
import { entitiesOf } from "./entities.ts";

const LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

/** Logits that make each token's tag certain. */
function certain(tags: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: tags.length * LABELS.length },
    (_, i) => tags[Math.floor(i / LABELS.length)] === i % LABELS.length ? 20 : 0,
  );
}

Deno.test("entitiesOf() joins words by B- and I-, and lets the first token of a word decide", () => {
  const text = "Ada Lovelace London Paris";
  const encoding = {
    offsets: [[0, 0], [0, 3], [4, 8], [8, 12], [13, 19], [20, 25], [0, 0]],
    wordIds: [undefined, 0, 1, 1, 2, 3, undefined],
    specialTokensMask: [1, 0, 0, 0, 0, 0, 1],
  } as unknown as FullEncoding;
  const entities = (tags: number[]) =>
    entitiesOf(encoding, { logits: certain(tags), labels: LABELS, text })
      .map(({ type, text }) => `${type} ${text}`);
  assertEquals(entities([0, 1, 2, 0, 3, 3, 0]), ["PER Ada Lovelace", "LOC London", "LOC Paris"]);
  assertEquals(entities([0, 1, 1, 0, 3, 4, 0]), ["PER Ada", "PER Lovelace", "LOC London Paris"]);
  assertEquals(entities([1, 0, 2, 3, 0, 4, 1]), ["PER Lovelace", "LOC Paris"]);
  assertEquals(entities([0, 0, 0, 0, 0, 0, 0]), []);
});

Deno.test("bestAnswer() never ends before it begins, nor in the question", () => {
  const window = {
    sequenceIds: [undefined, 0, undefined, 1, 1, 1, undefined],
    offsets: [[0, 0], [0, 3], [0, 0], [0, 1], [2, 3], [4, 5], [0, 0]],
  } as unknown as FullEncoding;
  const answer = (start: number[], end: number[]) =>
    bestAnswer([window], {
      logits: [Float32Array.from(start.flatMap((value, i) => [value, end[i]]))],
      context: "a b c",
      maxTokens: 2,
    });
  assertEquals(answer([9, 9, 9, 0, 5, 0, 9], [9, 9, 9, 0, 0, 5, 9]).text, "b c");
  assertEquals(answer([0, 0, 0, 0, 0, 5, 0], [0, 0, 0, 5, 0, 0, 0]).text, "a");
  // Three tokens are more than two.
  assertEquals(answer([0, 0, 0, 5, 0, 2, 0], [0, 0, 0, 0, 1, 5, 0]).text, "c");
});

Deno.test("classifyLogits() reads one label, any labels, or numbers", () => {
  const logits = Float32Array.of(0, Math.log(3));
  const read = (classification: "single" | "multi-label" | "regression") =>
    classifyLogits(logits, { labels: ["a", "b"], classification }).scores
      .map(({ label, score }) => [label, Number(score.toFixed(4))]);
  assertEquals(read("single"), [["b", 0.75], ["a", 0.25]]);
  assertEquals(read("multi-label"), [["b", 0.75], ["a", 0.5]]);
  assertEquals(read("regression"), [["a", 0], ["b", 1.0986]]);
});
