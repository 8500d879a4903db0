import { assertAlmostEquals, assertEquals } from "@std/assert";
import { bleu } from "@heed/metrics";
import { bleuOf, bleuStatistics, sumStatistics } from "./bleu_statistics.ts";

Deno.test("bleuOf() of summed sentences is BLEU of the corpus", () => {
  const corpora: [hypotheses: string[], references: string[]][] = [
    [["Das ist ein kleines Haus.", "Es regnet heute sehr stark."], [
      "Das ist ein kleiner Test.",
      "Es regnet heute nicht stark.",
    ]],
    [["Der Hund schläft."], ["Der Hund schläft heute."]], // short, and orders without a match
    [["a b c d e f", "x"], ["a b c d e f g h", "y"]],
    [["nichts davon stimmt hier"], ["alles ganz anders gesagt"]],
  ];
  for (const [hypotheses, references] of corpora) {
    const statistics = hypotheses.map((text, i) => bleuStatistics(text, references[i]));
    assertAlmostEquals(bleuOf(sumStatistics(statistics)), bleu(hypotheses, references).score, 1e-9);
  }
});

Deno.test("sumStatistics() counts a sentence as often as it is drawn", () => {
  const one = bleuStatistics("a b", "a c"), two = bleuStatistics("d e f", "d e f");
  const { hypothesisLength, counts } = sumStatistics([one, two], [1, 1, 0]);
  assertEquals([hypothesisLength, counts], [8, [7, 4, 2, 0]]);
});
