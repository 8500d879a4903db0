import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { brierScore, expectedCalibrationError, reliabilityCurve } from "./calibration.ts";
import { rocAuc } from "./calibration_auc.ts";

/** Sixty predictions with ties, good ones and bad ones. */
const probabilities = Array.from({ length: 60 }, (_, i) => (i * 37 % 101) / 100);
const outcomes = probabilities.map((p, i) => (i * i * 13 + i) % 7 < 3 + (p > 0.5 ? 1 : -1));

// scikit-learn 1.9.1: calibration_curve(y, p, n_bins=5), brier_score_loss(y, p), roc_auc_score(y, p)
Deno.test("reliabilityCurve(), brierScore() and rocAuc() equal scikit-learn's", () => {
  const curve = reliabilityCurve(probabilities, outcomes, { bins: 5 });
  const outcome = [0.5384615384615384, 0.6666666666666666, 0.5, 0.75, 0.7272727272727273];
  const mean = [0.1, 0.31, 0.5116666666666667, 0.7133333333333333, 0.9081818181818183];
  curve.forEach((bin, i) => {
    assertAlmostEquals(bin.outcome, outcome[i], 1e-12);
    assertAlmostEquals(bin.probability, mean[i], 1e-12);
  });
  assertEquals(curve.reduce((sum, { count }) => sum + count, 0), 60);
  assertAlmostEquals(brierScore(probabilities, outcomes), 0.29815500000000006, 1e-12);
  assertAlmostEquals(rocAuc(probabilities, outcomes), 0.5813397129186603, 1e-12);
});

Deno.test("reliabilityCurve() counts a value at an edge below it, and 0 in the first interval", () => {
  const curve = reliabilityCurve([0, 0.5, 0.50001, 1], [0, 1, 0, 1], { bins: 2 });
  assertEquals(curve.map(({ from, to, count }) => [from, to, count]), [[0, 0.5, 2], [0.5, 1, 2]]);
});

Deno.test("reliabilityCurve() leaves out intervals without predictions", () => {
  const curve = reliabilityCurve([0.95, 0.05, 0.95], [true, false, true]);
  assertEquals(curve.map(({ from, count }) => [from, count]), [[0, 1], [0.9, 2]]);
});

// By hand: |0.2 - 0.5| for two predictions, |0.8 - 0.75| for four.
Deno.test("expectedCalibrationError() weights intervals with their predictions", () => {
  const error = expectedCalibrationError(
    [0.1, 0.3, 0.8, 0.8, 0.8, 0.8],
    [true, false, true, true, true, false],
    { bins: 2 },
  );
  assertAlmostEquals(error, (2 * 0.3 + 4 * 0.05) / 6, 1e-12);
});

Deno.test("expectedCalibrationError() takes outcomes that are shares", () => {
  assertAlmostEquals(expectedCalibrationError([0.5, 0.5], [0.2, 0.8]), 0, 1e-12);
  assertAlmostEquals(brierScore([0.5, 0.5], [0.2, 0.8]), 0.09, 1e-12);
});

Deno.test("rocAuc() counts ties half, and is 0 when all is turned around", () => {
  assertEquals(rocAuc([1, 1, 1], [true, false, true]), 0.5);
  assertEquals(rocAuc([-2, -1, 0, 5], [true, true, false, false]), 0);
  assertEquals(rocAuc([0.2, 0.2, 0.9], [true, false, true]), 0.75);
});

Deno.test("predictions that cannot be compared are refused", () => {
  assertThrows(() => brierScore([], []), RangeError, "at least one");
  assertThrows(() => brierScore([0.5], [true, false]), RangeError, "1 probabilities");
  assertThrows(() => reliabilityCurve([0.5, NaN], [1, 1]), RangeError, "probability 1 is NaN");
  assertThrows(() => reliabilityCurve([0.5], [1.5]), RangeError, "outcome 0 is 1.5");
  assertThrows(() => reliabilityCurve([0.5], [1], { bins: 0 }), RangeError, "0 bins");
  assertThrows(() => rocAuc([1, 2], [true, true]), RangeError, "all 2 outcomes are true");
  assertThrows(() => rocAuc([NaN, 2], [true, false]), RangeError, "score 0 is NaN");
  assertThrows(() => rocAuc([1], []), RangeError, "1 scores");
});
