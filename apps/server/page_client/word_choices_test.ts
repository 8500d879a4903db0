import { assertEquals } from "@std/assert";
import { wordChoices } from "./word_choices.ts";

const best = "Öffnen Sie die Datei.";
const at = (word: string) => {
  const start = best.indexOf(word);
  return { start, end: start + word.length };
};

Deno.test("wordChoices() finds what stands in a word's place, each once", () => {
  const alternatives = [
    "Öffnen Sie das Dokument.",
    "Öffnen Sie die Akte.",
    "Öffne die Akte.",
    "Bitte öffnen Sie die Datei.",
  ];
  assertEquals(wordChoices(best, { ...at("Datei"), alternatives }), [
    { text: "das Dokument", sentence: alternatives[0] },
    { text: "Akte", sentence: alternatives[1] },
  ]);
  assertEquals(
    wordChoices(best, { ...at("Öffnen"), alternatives }).map(({ text }) => text),
    ["Öffne", "Bitte öffnen"],
  );
});

Deno.test("wordChoices() has none where all agree, or where nothing stands", () => {
  assertEquals(wordChoices(best, { ...at("Datei"), alternatives: [best] }), []);
  assertEquals(wordChoices(best, { ...at("Sie"), alternatives: ["Öffnen die Datei."] }), []);
  assertEquals(wordChoices("", { start: 0, end: 0, alternatives: [best] }), []);
});

Deno.test("wordChoices() tells the characters of Chinese apart", () => {
  const choices = wordChoices("打開檔案。", { start: 2, end: 4, alternatives: ["打開文件。"] });
  assertEquals(choices, [{ text: "文件", sentence: "打開文件。" }]);
});
