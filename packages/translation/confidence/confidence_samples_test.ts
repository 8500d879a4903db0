import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { sentenceChrf } from "@heed/metrics";
import { calibrateProbability } from "./beta_calibration.ts";
import { fitConfidence, sampleConfidence } from "./confidence_samples.ts";

const translations = [
  {
    source: "one",
    translation: "Das Haus.",
    score: Math.log(0.25),
    words: [
      { text: "Das", start: 0, end: 3, probability: 0.5 },
      { text: "Haus", start: 4, end: 8, probability: 0.125 },
    ],
  },
  { source: "two", translation: "–", score: 0.001, words: [] },
];

Deno.test("sampleConfidence() compares words and sentences with the references", () => {
  const { word, sentence } = sampleConfidence(translations, ["das Gebäude!", "nichts"], {
    locale: "de",
  });
  assertEquals(word, { probabilities: [0.5, 0.125], outcomes: [1, 0] });
  assertAlmostEquals(sentence.probabilities[0], 0.25, 1e-12);
  assertEquals(sentence.probabilities[1], 1);
  assertEquals(sentence.outcomes, [
    sentenceChrf("Das Haus.", "das Gebäude!").score / 100,
    0,
  ]);
});

Deno.test("sampleConfidence() asks for words, and for a reference each", () => {
  const [{ words: _, ...without }] = translations;
  assertThrows(() => sampleConfidence([without], ["a"]), RangeError, "words: true");
  assertThrows(() => sampleConfidence(translations, ["a"]), RangeError, "2 translations");
});

Deno.test("fitConfidence() fits words and sentences apart", () => {
  const probabilities = Array.from({ length: 1000 }, (_, i) => (i % 20 + 0.5) / 20);
  const { word, sentence } = fitConfidence({
    word: { probabilities, outcomes: probabilities.map((p) => p * p) },
    sentence: { probabilities, outcomes: probabilities.map((p) => Math.sqrt(p)) },
  });
  assert(Math.abs(calibrateProbability(0.5, word) - 0.25) < 0.03);
  assert(Math.abs(calibrateProbability(0.5, sentence) - Math.SQRT1_2) < 0.03);
});
