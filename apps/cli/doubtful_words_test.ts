import { assertEquals } from "@std/assert";
import { markDoubtful } from "./doubtful_words.ts";

const translation = "Das [alte] Haus, ja.";
const word = (text: string, confidence?: number) => {
  const start = translation.indexOf(text);
  return { text, start, end: start + text.length, probability: 0.5, confidence };
};

Deno.test("markDoubtful() marks words below one in four, and changes nothing else", () => {
  const words = [word("Das", 0.2499), word("alte", 0.25), word("Haus", 0), word("ja", 0.1)];
  const marked = markDoubtful({ source: "", translation, score: 0, words });
  assertEquals(marked, "[Das?] [alte] [Haus?], [ja?].");
});

Deno.test("markDoubtful() marks nothing where there is no confidence", () => {
  assertEquals(markDoubtful({ source: "", translation, score: 0 }), translation);
  const words = [word("Haus")];
  assertEquals(markDoubtful({ source: "", translation, score: 0, words }), translation);
});
