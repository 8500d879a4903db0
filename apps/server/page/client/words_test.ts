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
