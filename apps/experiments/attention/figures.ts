import { sinusoidalTable } from "@heed/positional";
import { alignmentSvg, positionsSvg } from "@heed/visualize";
import { type PlotSeries, plotSvg } from "@heed/visualize/plot";
import type { AttentionSample } from "./alignments.ts";
import type { DevPoint, LossPoint } from "./loss_curves.ts";
import { type Architecture, architectures, names } from "./config.ts";
import type { PositionValues } from "./learned_positions.ts";
import type { Results, Timings } from "./results.ts";

/** SVG documents by the name of their file. */
export type Figures = Readonly<Record<string, string>>;

/** Draws all figures of the report. */
export async function drawFigures(results: Results, timings?: Timings): Promise<Figures> {
  return {
    ...await learningFigures(results),
    "bleu-by-length.svg": await plotSvg({
      title: "BLEU by length of the source",
      x: { title: "words of the source, mean of the bin" },
      y: { title: "BLEU", fromZero: true },
      labels: "legend",
      series: series((name) =>
        results.scores.bins.map(({ meanWords, scores }) => [meanWords, scores[name].bleu])
      ),
    }),
    ...(timings && await timingFigures(timings)),
    ...alignmentFigures(results.alignments.samples),
    "positions.svg": positionsFigure(results.positions.table),
  };
}

type Points = readonly (readonly [number, number])[];

function series(points: (name: Architecture) => Points): PlotSeries[] {
  return architectures.map((name) => ({ name: names[name], points: points(name) }));
}

const BY_TOKENS = {
  title: "target tokens seen, millions",
  of: ({ tokens }: LossPoint) => tokens / 1e6,
};
const BY_TIME = {
  title: "minutes of training",
  of: ({ seconds }: LossPoint) => seconds / 60,
};

async function learningFigures({ config, training }: Results): Promise<Figures> {
  const draw = (
    title: string,
    x: typeof BY_TOKENS,
    curve: "trainLoss" | "devLoss",
    y: "loss" | "bleu" = "loss",
  ) =>
    plotSvg({
      title,
      x: { title: x.title },
      y: y === "loss" ? { title: "loss, nats per token" } : { title: "BLEU", fromZero: true },
      labels: "legend",
      series: series((name) => {
        const points: readonly DevPoint[] = training[name][curve];
        return points.map((point) => [x.of(point), point[y] ?? NaN]);
      }),
    });
  return {
    "loss-dev.svg": await draw("Loss on the dev set", BY_TOKENS, "devLoss"),
    "loss-dev-seconds.svg": await draw("Loss on the dev set by time", BY_TIME, "devLoss"),
    "loss-train.svg": await draw(
      "Loss of training batches (with label smoothing)",
      BY_TOKENS,
      "trainLoss",
    ),
    ...config.training.bleuSentences !== undefined && {
      "bleu-dev.svg": await draw("BLEU on the dev set", BY_TOKENS, "devLoss", "bleu"),
      "bleu-dev-seconds.svg": await draw("BLEU on the dev set by time", BY_TIME, "devLoss", "bleu"),
    },
  };
}

async function timingFigures({ timings }: Timings): Promise<Figures> {
  const figures: Record<string, string> = {};
  for (const batch of new Set(timings.map((timing) => timing.batch))) {
    const of = (value: "stepMs" | "decodeMsPerToken") =>
      series((name) =>
        timings
          .filter((timing) => timing.architecture === name && timing.batch === batch)
          .map((timing) => [timing.length, timing[value]])
      );
    const x = { title: "tokens of source and target", scale: "log" } as const;
    const sentences = batch === 1 ? "one sentence" : `${batch} sentences at once`;
    figures[`step-time-batch-${batch}.svg`] = await plotSvg({
      title: `A training step, ${sentences}`,
      x,
      y: { title: "milliseconds", scale: "log" },
      labels: "legend",
      series: of("stepMs"),
    });
    figures[`decode-time-batch-${batch}.svg`] = await plotSvg({
      title: `Translating, ${sentences}`,
      x,
      y: { title: "milliseconds per token of a sentence", scale: "log" },
      labels: "legend",
      series: of("decodeMsPerToken"),
    });
  }
  return figures;
}

/** File name of a sample's figure. */
export function alignmentFile(index: number, name: "rnnsearch" | "transformer"): string {
  return `alignment-${index + 1}-${name}.svg`;
}

function alignmentFigures(samples: Results["alignments"]["samples"]): Figures {
  return Object.fromEntries(
    samples.flatMap((sample, index) =>
      (["rnnsearch", "transformer"] as const).map((name) => [
        alignmentFile(index, name),
        drawAlignment(sample[name], names[name]),
      ])
    ),
  );
}

function drawAlignment(
  { layer, head, source, target, weights, links }: AttentionSample,
  title: string,
): string {
  const record = {
    ...{ kind: "cross" as const, layer, head },
    ...{ queryTokens: target, keyTokens: source, weights: Float32Array.from(weights) },
  };
  return alignmentSvg(record, { title, reference: links });
}

function positionsFigure({ positions, hiddenSize, values }: PositionValues): string {
  const sines = sinusoidalTable({ maxPositions: positions, hiddenSize }, { layout: "split" });
  return positionsSvg([
    { name: "sinusoidal", values: sines, hiddenSize },
    { name: "learned", values: Float32Array.from(values), hiddenSize },
  ]);
}

/** Mean cosine of the vectors of positions that are so far apart. */
export function meanCosine(
  { positions, hiddenSize, values }: PositionValues,
  distance: number,
): number {
  const row = (position: number) =>
    values.slice(position * hiddenSize, (position + 1) * hiddenSize);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  let sum = 0;
  for (let position = 0; position + distance < positions; position++) {
    const a = row(position), b = row(position + distance);
    sum += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }
  return sum / (positions - distance);
}
