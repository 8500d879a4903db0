import { assertEquals } from "@std/assert";
import { countWords, isCleanPair } from "./clean_pair.ts";

Deno.test("isCleanPair() takes sentences and leaves out what is none", () => {
  const limits = { minWords: 3, maxWords: 6 };
  const cases: [string, string, boolean][] = [
    ["The house is old.", "Das Haus ist alt.", true],
    ["Is it old?", "Ist es alt?", true],
    ["The house is old", "Das Haus ist alt", false], // no sentence
    ["the house is old.", "das Haus ist alt.", false],
    ["Open %s now please.", "Bitte jetzt %s öffnen.", false],
    ["Run it with --help.", "Mit --help starten bitte.", false],
    ["He is.", "Er ist es.", false], // too short
    ["One two three four five six seven.", "Eins zwei drei vier fünf sechs.", false], // too long
    ["One two three.", "Eins zwei drei vier fünf sechs.", true],
    ["It is 12 345 678.", "Es sind 12 345 678.", false], // numbers
  ];
  for (const [source, target, expected] of cases) {
    assertEquals(isCleanPair(source, target, limits), expected, source);
  }
  assertEquals(countWords("  two  words "), 2);
});
