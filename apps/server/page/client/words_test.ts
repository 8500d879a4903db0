import { assertEquals } from "@std/assert";
import { linkWords } from "./words.ts";

Deno.test("linkWords() leads from words of the translation to those of the source", () => {
  const source = "Hi. Open files.";
  const translation = "Na. Dateien öffnen.";
  const links = linkWords({
    source,
    translation,
    sentences: [
      {
        source: "Hi.",
        translation: "Na.",
        sourceTokens: ["▁Hi", ".", "</s>"],
        targetTokens: ["▁Na", ".", "</s>"],
        attention: [[0.9, 0.1, 0], [0.1, 0.9, 0], [0, 0, 1]],
      },
      {
        source: "Open files.",
        translation: "Dateien öffnen.",
        sourceTokens: ["▁Open", "▁fil", "es", ".", "</s>"],
        targetTokens: ["▁Date", "ien", "▁öffnen", ".", "</s>"],
        attention: [
          [0.1, 0.6, 0.3, 0, 0],
          [0.1, 0.2, 0.7, 0, 0],
          [0.8, 0.1, 0.1, 0, 0],
          [0, 0, 0, 1, 0],
          [0, 0, 0, 0, 1],
        ],
      },
    ],
  });
  const text = (from: string) => ({ start, end }: { start: number; end: number }) =>
    from.slice(start, end);
  assertEquals(
    links.map((link) => [text(translation)(link), link.sources.map(text(source))]),
    [["Na.", ["Hi."]], ["Dateien", ["files."]], ["öffnen.", ["Open", "files."]]],
  );
});

Deno.test("linkWords() passes over what it does not find", () => {
  const sentence = {
    source: "other",
    translation: "x",
    sourceTokens: [],
    targetTokens: [],
    attention: [],
  };
  assertEquals(linkWords({ source: "a", translation: "b", sentences: [sentence] }), []);
});

Deno.test("linkWords() still finds the words of a sentence that came without attention", () => {
  const sentence = {
    source: "Hi.",
    translation: "Ja so.",
    sourceTokens: [],
    targetTokens: [],
    attention: [],
  };
  const links = linkWords({ source: "Hi.", translation: "Ja so.", sentences: [sentence] });
  assertEquals(links.map(({ start, end, sources }) => [start, end, sources]), [
    [0, 2, []],
    [3, 5, []],
    [5, 6, []],
  ]);
});
