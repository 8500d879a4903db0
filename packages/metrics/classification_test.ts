import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { answerScore } from "./answers.ts";
import { classificationScore } from "./classification.ts";
import { entityScore } from "./entities.ts";

// scikit-learn 1.9 and seqeval 1.2.2, by scripts/golden/classification.py.
const golden = JSON.parse(
  await Deno.readTextFile(
    new URL("../../testdata/metrics/classification.json", import.meta.url),
  ),
);

for (const [i, expected] of golden.labels.entries()) {
  Deno.test(`classificationScore() gives scikit-learn's numbers (${i})`, () => {
    const score = classificationScore(expected.predicted, expected.expected);
    for (const key of ["accuracy", "macroF1", "matthews"] as const) {
      assertAlmostEquals(score[key], expected[key], 1e-12, key);
    }
    for (const key of ["precision", "recall", "f1", "support"] as const) {
      score.labels.forEach((label, at) =>
        assertAlmostEquals(label[key], expected[key][at], 1e-12, `${key} of ${label.label}`)
      );
    }
    assertEquals(score.confusion, expected.confusion);
  });
}

for (const [i, expected] of golden.tags.entries()) {
  Deno.test(`entityScore() counts as seqeval does (${i})`, () => {
    const score = entityScore(expected.predicted, expected.expected);
    for (const key of ["precision", "recall", "f1"] as const) {
      assertAlmostEquals(score[key], expected[key], 1e-12, key);
      for (const type of Object.keys(expected.types)) {
        assertAlmostEquals(score.types[type][key], expected.types[type][key], 1e-12, type);
      }
    }
  });
}

Deno.test("one label everywhere correlates with nothing", () => {
  const { accuracy, matthews, macroF1 } = classificationScore(["a", "a"], ["a", "a"]);
  assertEquals([accuracy, matthews, macroF1], [1, 0, 1]);
});

Deno.test("sentences without entities score 0, not NaN", () => {
  const { precision, recall, f1, types } = entityScore([["O"]], [["O"]]);
  assertEquals([precision, recall, f1, types], [0, 0, 0, {}]);
});

Deno.test("answerScore() is SQuAD's: case, punctuation and articles do not count", () => {
  assertEquals(answerScore("an apple!", ["Apple"]), { exact: 1, f1: 1 });
  assertEquals(answerScore("", []), { exact: 1, f1: 1 });
  assertEquals(answerScore("something", []), { exact: 0, f1: 0 });
  assertEquals(answerScore("red red wine", ["red wine", "beer"]).f1, 4 / 5);
});

Deno.test("lists of different lengths are refused", () => {
  assertThrows(() => classificationScore(["a"], []), RangeError, "1 labels with 0");
  assertThrows(() => entityScore([["O"]], [["O", "O"]]), RangeError, "sentence 0");
});
