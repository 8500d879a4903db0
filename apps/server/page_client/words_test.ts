import { assertEquals } from "@std/assert";
import { type LinkedTranslation, linkWords, replaceSentence } from "./words.ts";

const source = "Hi. Open files.";
const sentence = (source: string, translation: string) => ({
  source,
  translation,
  sourceTokens: ["x"],
  targetTokens: ["x"],
  attention: [[1]],
});
const place = (text: string, part: string) => {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
};
const translation: LinkedTranslation = {
  text: "Na. Dateien öffnen.",
  sentences: [sentence("Hi.", "Na."), sentence("Open files.", "Dateien öffnen.")],
  alignment: [["Hi", "Na"], ["files", "Dateien"], ["files", "öffnen"], ["Open", "öffnen"]].map(
    ([from, to]) => ({
      source: place(source, from),
      target: place("Na. Dateien öffnen.", to),
    }),
  ),
};

/** Words, and what they come from. */
const shown = (translation: LinkedTranslation) =>
  linkWords(translation).map(({ start, end, sources }) => [
    translation.text.slice(start, end),
    ...sources.map(({ start, end }) => source.slice(start, end)),
  ]);

Deno.test("linkWords() leads from words of the translation to those of the source, in their order", () => {
  assertEquals(shown(translation), [
    ["Na", "Hi"],
    ["Dateien", "files"],
    ["öffnen", "Open", "files"],
  ]);
  assertEquals(
    linkWords(translation).map(({ sentence, sentenceStart }) => [
      sentence,
      sentenceStart,
    ]),
    [[0, 0], [1, 4], [1, 4]],
  );
});

Deno.test("linkWords() passes over what does not stand in the translation", () => {
  assertEquals(linkWords({ text: "b", sentences: [sentence("other", "x")] }), []);
  assertEquals(linkWords({ text: "b" }), []);
});

Deno.test("replaceSentence() leaves the links of the others as they are", () => {
  const first = replaceSentence(translation, 0, "Hallo du.");
  assertEquals(first.text, "Hallo du. Dateien öffnen.");
  assertEquals(shown(first), [
    ["Hallo"],
    ["du"],
    ["Dateien", "files"],
    ["öffnen", "Open", "files"],
  ]);
  const second = replaceSentence(translation, 1, "Auf!");
  assertEquals([second.text, shown(second)], ["Na. Auf!", [["Na", "Hi"], ["Auf"]]]);
  assertEquals(second.sentences![1].targetTokens, []);
});
