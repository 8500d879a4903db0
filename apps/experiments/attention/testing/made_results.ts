import { architectures, parseExperimentConfig } from "../config.ts";
import { byArchitecture } from "../scoring.ts";
import type { LengthBin, Results, Timings } from "../results.ts";
import tiny from "./tiny.json" with { type: "json" };

/** Results in which every number is another one, so that it can be found in the text. */
export function madeResults(): { results: Results; timings: Timings } {
  let drawn = 0;
  /** Numbers between low and high, none twice. */
  const draw = (low: number, high: number) => {
    drawn++;
    return low + (high - low) * ((drawn * 0.6180339887) % 1);
  };
  const count = (low: number, high: number) => Math.round(draw(low, high));
  const score = () => {
    const bleu = draw(20, 80);
    return {
      bleu,
      interval: { low: bleu - draw(1, 9), high: bleu + draw(1, 9) },
      chrf: draw(10, 90),
    };
  };
  const bin = (least: number, most?: number): LengthBin => ({
    least,
    most,
    sentences: count(100, 900),
    meanWords: least + 3.3,
    scores: byArchitecture(score),
  });
  const comparison = () => {
    const difference = draw(3, 9);
    return {
      difference,
      low: difference - draw(0.1, 1),
      high: difference + draw(0.1, 1),
      notBetter: draw(0.1, 0.9),
    };
  };
  const summary = () => ({
    steps: count(1000, 9000),
    tokens: count(1e6, 9e6),
    seconds: draw(300, 900),
    workers: count(2, 64),
    bestStep: count(1000, 9000),
    bestLoss: draw(1, 4),
    trainLoss: [{ tokens: 10, seconds: 1, loss: 5 }, { tokens: 20, seconds: 2, loss: 4 }],
    devLoss: [
      { tokens: 2e6, seconds: 120, loss: 4.5, bleu: draw(1, 9) },
      { tokens: 4e6, seconds: 240, loss: 3.5, bleu: draw(10, 20) },
    ],
  });
  const head = (layer: number, head: number | "mean") => ({
    ...{ layer, head, step: "writes" as const },
    ...{ errorRate: draw(0.2, 0.8), precision: draw(0.2, 0.8), recall: draw(0.2, 0.8) },
  });
  const sample = (name: number) => ({
    ...{ layer: 0, head: name, source: ["a", "b"], target: ["x", "y"] },
    weights: [0.75, 0.25, 0.5, 0.5],
  });
  const heads = [head(0, 0), head(0, 1), head(0, "mean")];
  const gold = { links: [{ source: 0, target: 0 }] };
  const machine = (date: string) => ({ hardware: "Abacus, 2 beads", versions: "Deno 9", date });
  const results: Results = {
    command: "deno task experiment:attention --full --data DIR",
    config: parseExperimentConfig(tiny),
    machine: machine("2015-05-19"),
    vocabSize: count(3000, 9000),
    data: {
      description: "made sentences",
      trainPairs: count(1000, 9000),
      trainSourceWords: count(10_000, 90_000),
      trainPairsByLength: [count(100, 900), count(100, 900), count(100, 900)],
      devPairs: count(100, 900),
      testPairs: count(100, 900),
      alignmentPairs: count(100, 900),
    },
    parameters: byArchitecture(() => count(1e6, 9e6)),
    training: byArchitecture(summary),
    translationSeconds: byArchitecture(() => draw(200, 900)),
    scores: {
      bleuSignature: "bleu-settings",
      chrfSignature: "chrf-settings",
      all: bin(1),
      long: bin(21),
      bins: [bin(1, 10), bin(11, 20), bin(21)],
      attentionOnLong: comparison(),
      transformerOnAll: comparison(),
    },
    samples: [{
      words: 7,
      source: "a <b> c",
      reference: "x *y* z",
      translations: byArchitecture((name) => `by ${name}`),
    }],
    alignments: {
      pairs: count(100, 900),
      diagonal: draw(0.2, 0.8),
      rnnsearch: { heads: [head(0, "mean")], best: head(0, "mean") },
      transformer: { heads, best: heads[1] },
      samples: [
        { rnnsearch: { ...sample(0), ...gold }, transformer: { ...sample(1), ...gold } },
        { rnnsearch: sample(0), transformer: sample(1) },
      ],
    },
    positions: {
      summary: summary(),
      table: {
        positions: 20,
        hiddenSize: 4,
        values: Array.from({ length: 80 }, (_, i) => Math.cos(i >> 2) + (i & 3) / 2),
      },
    },
  };
  const timings: Timings = {
    command: "deno task experiment:attention --full --timings",
    machine: machine("2015-05-20"),
    rounds: count(100, 900),
    timings: architectures.flatMap((architecture) =>
      [1, 32].flatMap((batch) =>
        [8, 64].map((length) => ({
          ...{ architecture, batch, length },
          ...{ stepMs: draw(10, 90), decodeMsPerToken: draw(1, 9) },
        }))
      )
    ),
  };
  return { results, timings };
}
