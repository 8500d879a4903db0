import type { ReliabilityBin } from "@heed/metrics";
import type { BetaCalibration, ConfidenceCalibration, ConfidenceSamples } from "@heed/translation";

/** How far probabilities can be trusted. */
export interface Trust {
  /** Expected calibration error, ten intervals. */
  readonly calibrationError: number;
  /** Mean squared difference from what happened. */
  readonly brier: number;
  /** Probabilities against what happened. */
  readonly curve: readonly ReliabilityBin[];
}

/** Words or sentences: how far the model's own probabilities can be trusted, and how far confidence. */
export interface PartReport {
  readonly count: number;
  /** Mean of what happened: share of right words, mean chrF of sentences. */
  readonly outcome: number;
  readonly uncalibrated: Trust;
  readonly calibrated: Trust;
  /** How well right words, or sentences above the median, are told from the others; null without any. */
  readonly auc: number | null;
}

/** What a calibration is worth on data that it was not fitted on. */
export interface CalibrationReport {
  readonly word: PartReport;
  readonly sentence: PartReport;
}

/** Judges a calibration. */
export async function reportCalibration(
  samples: ConfidenceSamples,
  calibration: ConfidenceCalibration,
): Promise<CalibrationReport> {
  const [metrics, { calibrateProbability }] = await Promise.all([
    import("@heed/metrics"),
    import("@heed/translation"),
  ]);
  const trust = (probabilities: number[], outcomes: readonly number[]): Trust => ({
    calibrationError: metrics.expectedCalibrationError(probabilities, outcomes),
    brier: metrics.brierScore(probabilities, outcomes),
    curve: metrics.reliabilityCurve(probabilities, outcomes),
  });
  const part = (
    { probabilities, outcomes }: ConfidenceSamples["word"],
    { to, isGood }: { to: BetaCalibration; isGood: (outcome: number) => boolean },
  ): PartReport => {
    const good = outcomes.map(isGood);
    const calibrated = probabilities.map((probability) => calibrateProbability(probability, to));
    return {
      count: outcomes.length,
      outcome: outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length,
      uncalibrated: trust([...probabilities], outcomes),
      calibrated: trust(calibrated, outcomes),
      auc: new Set(good).size < 2 ? null : metrics.rocAuc(calibrated, good),
    };
  };
  const sorted = samples.sentence.outcomes.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return {
    word: part(samples.word, { to: calibration.word, isGood: (outcome) => outcome === 1 }),
    sentence: part(samples.sentence, {
      to: calibration.sentence,
      isGood: (outcome) => outcome >= median,
    }),
  };
}

/** A report as lines for a person. */
export function calibrationTable({ word, sentence }: CalibrationReport): string {
  const cell = (value: number | null) => (value === null ? "-" : value.toFixed(3)).padStart(9);
  const line = (name: string, of: (part: PartReport) => [number | null, number | null]) =>
    `${name.padEnd(20)}${[word, sentence].flatMap(of).map(cell).join("")}\n`;
  return `${" ".repeat(20)}${"words".padStart(18)}${"sentences".padStart(18)}\n` +
    `${" ".repeat(20)}${"before    after".padStart(18).repeat(2)}\n` +
    line("calibration error", (part) => [
      part.uncalibrated.calibrationError,
      part.calibrated.calibrationError,
    ]) +
    line("Brier score", (part) => [part.uncalibrated.brier, part.calibrated.brier]) +
    line("AUC", ({ auc }) => [auc, auc]) +
    `\n${curveTable("words", "right", word)}\n${curveTable("sentences", "chrF", sentence)}`;
}

function curveTable(name: string, outcome: string, { calibrated }: PartReport): string {
  const rows = calibrated.curve.map(({ from, to, count, ...means }) =>
    [`${from.toFixed(1)} to ${to.toFixed(1)}`, count, means.probability, means.outcome] as const
  );
  const bar = (share: number) => "#".repeat(Math.round(share * 30));
  return `confidence${name.padStart(10)}${"mean".padStart(8)}${outcome.padStart(8)}\n` +
    rows.map(([range, count, mean, happened]) =>
      `${range}${String(count).padStart(10)}${mean.toFixed(3).padStart(8)}` +
      `${happened.toFixed(3).padStart(8)}  ${bar(happened)}`.trimEnd() + "\n"
    ).join("");
}

/** Predictions of an interval below which their mean outcome says little, and is not drawn. */
const FEWEST = 10;

/** Draws the reliability curves, by the name of their file. */
export async function calibrationPlots(
  { word, sentence }: CalibrationReport,
): Promise<Record<string, string>> {
  const { plotSvg } = await import("@heed/visualize/plot");
  const points = ({ curve }: Trust) => {
    const sure = curve.filter(({ count }) => count >= FEWEST);
    return (sure.length > 0 ? sure : curve)
      .map(({ probability, outcome }) => [probability, outcome] as const);
  };
  const draw = (part: PartReport, { title, y }: { title: string; y: string }) =>
    plotSvg({
      title,
      x: { title: "confidence", fromZero: true },
      y: { title: y, fromZero: true },
      series: [
        { name: "as it should be", points: [[0, 0], [1, 1]] },
        { name: "before", points: points(part.uncalibrated) },
        { name: "after", points: points(part.calibrated) },
      ],
      labels: "legend",
      width: 360,
      height: 360,
    });
  return {
    "word_reliability.svg": await draw(word, {
      title: "Words: how often they are right",
      y: "share of right words",
    }),
    "sentence_reliability.svg": await draw(sentence, {
      title: "Sentences: how near to the reference",
      y: "mean chrF",
    }),
  };
}
