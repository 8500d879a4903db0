import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bleu, chrf } from "@heed/metrics";
import { sampleTranslations, scoreTranslations } from "./scoring.ts";

const words = (count: number, word: string) => Array(count).fill(word).join(" ");
// 10, 11, 20, 21 and 45 words: the borders of the bins.
const test = [10, 11, 20, 21, 45].map((count, i) => ({
  source: words(count, "a"),
  target: [...Array(count).keys()].map((k) => `w${i}x${k}`).join(" "),
}));
const right = test.map(({ target }) => target);
const half = right.map((text, i) => i >= 3 ? text.split(" ").slice(0, 12).join(" ") : text);
const config = { seed: 1, scores: { bins: [10, 20, 30, 40], longerThan: 20, resamples: 100 } };

Deno.test("scoreTranslations() puts each sentence into the bin of its source's words", () => {
  const scores = scoreTranslations(
    test,
    { rnnencdec: half, rnnsearch: right, transformer: right },
    config,
  );
  assertEquals(scores.bins.map(({ least, most, sentences }) => [least, most, sentences]), [
    [1, 10, 1],
    [11, 20, 2],
    [21, 30, 1],
    [41, undefined, 1],
  ]);
  assertEquals(scores.bins.map(({ meanWords }) => meanWords), [10, 15.5, 21, 45]);
  assertEquals([scores.all.sentences, scores.long.sentences], [5, 2]);
  assertAlmostEquals(scores.bins[3].scores.rnnsearch.bleu, 100, 1e-9);
  assertAlmostEquals(scores.all.scores.rnnencdec.bleu, bleu(half, right).score, 1e-9);
  assertEquals(scores.all.scores.rnnencdec.chrf, chrf(half, right).score);
  assert(scores.attentionOnLong.difference > 0 && scores.attentionOnLong.low > 0);
  assertEquals(scores.attentionOnLong.notBetter, 0);
  assertEquals(scores.transformerOnAll.difference, 0);
});

Deno.test("sampleTranslations() takes the middle sentence of each bin", () => {
  const samples = sampleTranslations(
    test,
    { rnnencdec: half, rnnsearch: right, transformer: right },
    config,
  );
  assertEquals(samples.map((sample) => sample.words), [10, 20, 21, 45]);
  assertEquals(samples[3].translations.rnnencdec, half[4]);
});

Deno.test("scoreTranslations() needs long sentences", () => {
  const short = test.slice(0, 2), texts = right.slice(0, 2);
  assertThrows(
    () =>
      scoreTranslations(
        short,
        { rnnencdec: texts, rnnsearch: texts, transformer: texts },
        config,
      ),
    RangeError,
    "none of the 2 of the test set has over 20 words",
  );
});
