import { assertEquals, assertThrows } from "@std/assert";
import { parseExperimentConfig, trainingOf } from "./config.ts";
import tiny from "./testing/tiny.json" with { type: "json" };

Deno.test("parseExperimentConfig() names what is wrong", () => {
  const cases: [change: object, message: string][] = [
    [{ vocabSize: 0 }, "vocabSize"],
    [{ sizes: 1 }, "sizes"],
    [{ training: { ...tiny.training, models: { transformer: { workers: 2 } } } }, "workers"],
    [{ models: { ...tiny.models, rnnsearch: { hiddenSize: 8 } } }, "embeddingSize"],
    [{ scores: { ...tiny.scores, bins: [20, 10] } }, "must rise"],
    [{ scores: { ...tiny.scores, longerThan: 15 } }, "longerThan 15 must be one of them"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => parseExperimentConfig({ ...tiny, ...change }), SyntaxError, message);
  }
});

Deno.test("trainingOf() gives each model what is its own", () => {
  const config = parseExperimentConfig(tiny);
  const { models: _, bleuSentences: __, ...shared } = tiny.training;
  assertEquals(trainingOf(config, "rnnsearch"), shared);
  assertEquals(trainingOf(config, "transformer"), { ...shared, learningRate: 0.02, dropout: 0.2 });
});
