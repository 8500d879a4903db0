import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { calibrateProbability, fitBetaCalibration } from "./beta_calibration.ts";

// scipy 1.17.1: minimize(negative log-likelihood + ((a - 1)² + (b - 1)² + c²) / 2, method="BFGS")
Deno.test("fitBetaCalibration() finds the maximum that scipy finds", () => {
  const probabilities = Array.from({ length: 400 }, (_, i) => (i * 37 % 101 + 0.5) / 102);
  const outcomes = probabilities.map((p, i) =>
    i % 3 === 0 ? (i * i * 13 + 5 * i) % 11 / 10 : i * 29 % 97 < 97 * (0.15 + 0.6 * p * p) ? 1 : 0
  );
  const { a, b, c } = fitBetaCalibration(probabilities, outcomes);
  assertAlmostEquals(a, 0.04417573528984728, 1e-6);
  assertAlmostEquals(b, 0.6589167487826794, 1e-6);
  assertAlmostEquals(c, -0.9254989517537242, 1e-6);
});

Deno.test("fitBetaCalibration() leaves probabilities alone that are right", () => {
  const probabilities = Array.from({ length: 9900 }, (_, i) => (i % 99 + 1) / 100);
  const outcomes = probabilities.map((p, i) => Math.floor(i / 99) < Math.round(100 * p) ? 1 : 0);
  const calibration = fitBetaCalibration(probabilities, outcomes);
  for (const p of [0.01, 0.3, 0.5, 0.99]) {
    assertAlmostEquals(calibrateProbability(p, calibration), p, 1e-6);
  }
});

Deno.test("fitBetaCalibration() rises, also where the data fall", () => {
  const probabilities = Array.from({ length: 500 }, (_, i) => i / 499);
  for (
    const outcomes of [
      probabilities.map((p) => 1 - p),
      probabilities.map((p) => p < 0.5 ? 0.9 * p : 1 - p),
      probabilities.map((p) => Math.abs(2 * p - 1)),
      probabilities.map(() => 1),
      probabilities.map(() => 0),
    ]
  ) {
    const { a, b, c } = fitBetaCalibration(probabilities, outcomes);
    assert(a >= 0 && b >= 0 && Number.isFinite(c), `${a} ${b} ${c}`);
    const calibrated = probabilities.map((p) => calibrateProbability(p, { a, b, c }));
    calibrated.forEach((p, i) => assert(p >= 0 && p <= 1 && p >= (calibrated[i - 1] ?? 0) - 1e-12));
  }
});

Deno.test("fitBetaCalibration() hardly moves on one observation, and stays finite on certain ones", () => {
  const { a, b, c } = fitBetaCalibration([0.6], [1]);
  assert(Math.abs(a - 1) < 0.5 && Math.abs(b - 1) < 0.5 && Math.abs(c) < 0.5, `${a} ${b} ${c}`);
  const certain = fitBetaCalibration([0, 0, 1, 1], [1, 0, 0, 1]);
  assert(Object.values(certain).every(Number.isFinite), JSON.stringify(certain));
});

Deno.test("calibrateProbability() takes 0 and 1", () => {
  assertAlmostEquals(calibrateProbability(0, { a: 1, b: 1, c: 0 }), 0, 1e-5);
  assertAlmostEquals(calibrateProbability(1, { a: 1, b: 1, c: 0 }), 1, 1e-5);
  assertEquals(calibrateProbability(1, { a: 0, b: 0, c: 0 }), 0.5);
  assertEquals(calibrateProbability(0, { a: 1000, b: 1000, c: 1000 }), 0);
});

Deno.test("fitBetaCalibration() refuses what is no probability", () => {
  assertThrows(() => fitBetaCalibration([], []), RangeError, "at least one");
  assertThrows(() => fitBetaCalibration([0.5], [1, 0]), RangeError, "2 outcomes");
  assertThrows(() => fitBetaCalibration([NaN], [1]), RangeError, "NaN");
  assertThrows(() => fitBetaCalibration([0.5], [1.1]), RangeError, "1.1");
});
