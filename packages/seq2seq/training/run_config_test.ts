import { assertEquals } from "@std/assert";
import { parseTrainingConfig } from "./config.ts";
import { runConfigOf } from "./run_config.ts";

const minimal = {
  model: "transformer",
  architecture: { hiddenSize: 64 },
  data: { train: ["train.tsv"], dev: "dev.tsv", sourceLanguage: "en", targetLanguage: "de" },
  tokenizer: { type: "unigram" },
  batch: { accumulate: 2 },
  steps: 100,
  output: "run",
};
const runOf = (change: Record<string, unknown> = {}) =>
  runConfigOf(parseTrainingConfig({ ...minimal, ...change }));

Deno.test("runConfigOf() says which way each metric is better", () => {
  const metricOf = (metric: string) => runOf({ evaluate: { metric } }).evaluate?.metric;
  assertEquals(metricOf("loss"), { name: "loss", higherIsBetter: false });
  assertEquals(metricOf("bleu"), { name: "bleu", higherIsBetter: true });
  assertEquals(metricOf("chrf"), { name: "chrf", higherIsBetter: true });
});

Deno.test("runConfigOf() measures at the start what goes on from another model", () => {
  assertEquals(runOf().evaluate?.atStart, false);
  const further = { architecture: undefined, tokenizer: undefined, initialCheckpoint: "model" };
  assertEquals(runOf(further).evaluate?.atStart, true);
});

Deno.test("runConfigOf() keeps what may change on a resume out of the identity", () => {
  const moved = runOf({ output: "elsewhere", steps: 200, evaluate: { every: 3, patience: 2 } });
  assertEquals(moved.identity, runOf().identity);
  assertEquals(Object.keys(runOf({ sampling: { alpha: 0.1 } }).identity ?? {}), [
    ...Object.keys(moved.identity ?? {}),
    "sampling.alpha",
  ]);
  assertEquals([moved.accumulate, moved.steps, moved.output], [2, 200, "elsewhere"]);
});
