import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawFigures, meanCosine } from "./figures.ts";
import { markdownTable, paragraph, plain } from "./markdown.ts";
import { writeReport } from "./report.ts";
import { madeResults } from "./testing/made_results.ts";

type Json = Record<string | number, unknown>;

/** Paths of all numbers of a value. */
function numberPaths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => numberPaths((value as Json)[key], [...path, key]));
}

function changed<T>(
  value: T,
  path: readonly (string | number)[],
  change: (x: number) => number,
): T {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Json, copy as Json);
  parent[path.at(-1)!] = change(parent[path.at(-1)!] as number);
  return copy;
}

/** Numbers that are drawn, or part of the settings that a run can be told by. */
const NOT_IN_THE_TEXT =
  /^(config|training\.\w+\.(trainLoss|devLoss)|positions\.summary\.(trainLoss|devLoss|tokens|workers|bestStep)|alignments\.(samples|rnnsearch\.heads|\w+\.best\.layer|transformer\.heads\.\d\.layer|transformer\.best\.(precision|recall))|scores\.(all|long)\.least|scores\.\w+(\.\d)?\.meanWords|data\.alignmentPairs)/;

Deno.test("writeReport() tells every number of the results", () => {
  const { results, timings } = madeResults();
  const text = writeReport(results, timings);
  let told = 0;
  for (const path of numberPaths(results)) {
    const name = path.join(".");
    if (NOT_IN_THE_TEXT.test(name) || name.startsWith("positions.table.values")) continue;
    if (name === "positions.table.positions" || name === "positions.table.hiddenSize") continue;
    const other = writeReport(changed(results, path, (x) => x * 1.5 + 1), timings);
    assert(other !== text, `${name} is not in the report`);
    told++;
  }
  for (const path of numberPaths(timings)) {
    const name = path.join(".");
    if (/\.(batch|length)$/.test(name)) continue; // places in the tables
    const other = writeReport(results, changed(timings, path, (x) => x * 1.5 + 1));
    assert(other !== text, `${name} of the timings is not in the report`);
    told++;
  }
  assert(told > 120, `only ${told} numbers were looked for`);
});

Deno.test("writeReport() takes its numbers from nowhere else", () => {
  const { results, timings } = madeResults();
  const { scores, training, positions: { table } } = results;
  const allowed = new Set<string>();
  const allow = (value: number) => {
    for (let digits = 0; digits <= 3; digits++) allowed.add(value.toFixed(digits));
    allowed.add(value.toPrecision(3));
    allowed.add(String(value));
    allowed.add(String(Math.round(value / 60))); // minutes
  };
  for (const value of [results, timings]) {
    for (const path of numberPaths(value)) {
      allow(path.reduce((at, key) => (at as Json)[key], value as unknown) as number);
    }
  }
  // What is worked out of them.
  const three = ["rnnencdec", "rnnsearch", "transformer"] as const;
  for (const name of three) {
    allow(training[name].tokens / training[name].seconds);
    allow(100 * scores.bins[2].scores[name].bleu / scores.bins[0].scores[name].bleu);
    for (const batch of [1, 32]) {
      const [short, long] = timings.timings.filter((timing) =>
        timing.architecture === name && timing.batch === batch
      );
      allow(long.stepMs / short.stepMs);
    }
  }
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  allow(sum(three.map((name) => training[name].seconds)));
  allow(sum(three.map((name) => results.translationSeconds[name])));
  for (const { notBetter } of [scores.attentionOnLong, scores.transformerOnAll]) {
    allow(notBetter * results.config.scores.resamples);
  }
  for (const distance of [1, 2, 4, 8, 16]) allow(meanCosine(table, distance));
  allow(64 / 8);
  // Prose: citations, figures, the level of the intervals, distances, places from 0, ranges of bins.
  const prose = "2003 2004 2014 2015 2017 2 3 95 0 1 4 8 16 11 20 21 10 64 32".split(" ");

  const sinusoids = /\| sinusoidal .*/; // they depend on nothing that was measured
  const text = writeReport(results, timings)
    .replace(sinusoids, "")
    .replace(/\]\(\.\/results\/[^)]*\)/g, "") // names of files
    .replace(/`[^`]*`/g, "")
    .replace(/On 2015-05-\d\d, Abacus, 2 beads;\s+Deno 9\./g, "");
  const strange = (text.match(/(?<![\w.])-?\d[\d,]*(?:\.\d+)?/g) ?? [])
    .map((number) => number.replace(/,/g, ""))
    .filter((number) => !allowed.has(number) && !prose.includes(number.replace(/^-/, "")));
  assertEquals(strange, []);
});

Deno.test("writeReport() says so when attention did not help, and when nothing was timed", () => {
  const { results } = madeResults();
  const { scores } = results;
  const report = (low: number, high: number) =>
    writeReport({
      ...results,
      scores: { ...scores, attentionOnLong: { ...scores.attentionOnLong, low, high } },
    }).replace(/\s+/g, " ");
  assertStringIncludes(report(1, 2), "So RNNsearch is better on sentences like these");
  assertStringIncludes(report(-2, -1), "So RNNsearch is worse on sentences like these");
  assertStringIncludes(report(-1, 1), "The interval holds zero");
  assertStringIncludes(report(1, 2), "Not measured yet");
});

Deno.test("writeReport() tells where the Transformer gets ahead", () => {
  const { results } = madeResults();
  const { config, training } = results;
  const curve = (bleu: number) =>
    training.transformer.devLoss.map((point) => ({ ...point, bleu: bleu * point.tokens }));
  const report = (bleu: number, sentences?: number) =>
    writeReport({
      ...results,
      config: { ...config, training: { ...config.training, bleuSentences: sentences } },
      training: {
        ...training,
        rnnsearch: { ...training.rnnsearch, devLoss: curve(2) },
        transformer: { ...training.transformer, devLoss: curve(bleu) },
      },
    }).replace(/\s+/g, " ");
  assertStringIncludes(
    report(3, 200),
    "By tokens the Transformer is ahead from 2.0 million target tokens on; by seconds of training it is " +
      "ahead from 2 min on",
  );
  assertStringIncludes(report(1, 200), "By tokens the Transformer does not overtake it");
  assert(!report(3).includes("By tokens"), "told without having been measured");
});

Deno.test("writeReport() shows figures that drawFigures() draws, each once", async () => {
  const { results, timings } = madeResults();
  const figures = await drawFigures(results, timings);
  const shown = [...writeReport(results, timings).matchAll(/\]\(\.\/results\/([^)]*)\)/g)]
    .map(([, name]) => name);
  assertEquals(shown.toSorted(), Object.keys(figures).toSorted());
  for (const [name, svg] of Object.entries(figures)) assert(svg.startsWith("<svg"), name);
  assertStringIncludes(figures["bleu-by-length.svg"], "RNNsearch");
});

Deno.test("meanCosine() of a table worked by hand", () => {
  const table = { positions: 3, hiddenSize: 2, values: [1, 0, 0, 2, 3, 0] };
  assertEquals([meanCosine(table, 1), meanCosine(table, 2)], [0, 1]);
});

Deno.test("Markdown keeps its form whatever is written in it", () => {
  assertEquals(markdownTable(["a", "long"], [["wide", "b"]]).split("\n"), [
    "| a    | long |",
    "| ---- | ---- |",
    "| wide | b    |",
  ]);
  assertEquals(plain("a|b <c> *d*"), "a\\|b \\<c\\> \\*d\\*");
  const lines = paragraph(Array(60).fill("word").join("\n  "), { indent: "  " }).split("\n");
  assert(lines.every((line) => line.length <= 100) && lines[1].startsWith("  word"));
  for (let before = 30; before < 60; before++) {
    const text = paragraph(`${"w ".repeat(before)} - 1. # x`);
    assert(!/\n\s*[-1#]/.test(text), text);
  }
});
