import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { loadTrainingConfig, parseTrainingConfig } from "./config.ts";

const minimal = {
  model: "transformer",
  architecture: { hiddenSize: 64 },
  data: { train: ["train.tsv"], sourceLanguage: "en", targetLanguage: "de" },
  tokenizer: { type: "unigram" },
  steps: 100,
  output: "run",
};

function problemsOf(json: unknown): string[] {
  const error = assertThrows(() => parseTrainingConfig(json), RangeError);
  return error.message.split("\n").slice(1).map((line) => line.trim());
}

Deno.test("parseTrainingConfig() fills in every default", () => {
  assertEquals(parseTrainingConfig(minimal), {
    model: "transformer",
    architecture: { hiddenSize: 64 },
    data: {
      train: ["train.tsv"],
      sourceLanguage: "en",
      targetLanguage: "de",
      sourceColumn: 0,
      targetColumn: 1,
      maxSourceTokens: 256,
      maxTargetTokens: 256,
    },
    tokenizer: {
      type: "unigram",
      vocabSize: 8000,
      maxLines: 200_000,
      languageCodes: [],
      byteFallback: false,
      characterCoverage: 0.9995,
      requiredChars: "",
      userDefinedSymbols: [],
    },
    batch: { tokens: 4096, bucketLines: 20_000, accumulate: 1 },
    optimizer: {
      name: "adam",
      learningRate: 5e-4,
      beta1: 0.9,
      beta2: 0.98,
      epsilon: 1e-9,
      weightDecay: 0,
      clipNorm: 1,
    },
    schedule: { name: "inverse-sqrt", warmupSteps: 4000 },
    labelSmoothing: 0.1,
    dropout: 0.1,
    seed: 1,
    steps: 100,
    evaluate: { every: 500, metric: "loss", bleuSentences: 200, numBeams: 1 },
    checkpoint: { every: 500, keep: 2 },
    output: "run",
    workers: 1,
    device: "auto",
  });
});

Deno.test("parseTrainingConfig() resolves relative paths and leaves absolute ones and URLs", () => {
  const config = parseTrainingConfig({
    ...minimal,
    architecture: undefined,
    tokenizer: undefined,
    initialCheckpoint: "https://example.com/model",
    data: {
      ...minimal.data,
      train: ["a.tsv", { source: "b.en", target: "/data/b.de" }, "C:\\data\\c.tsv"],
      dev: "../dev.tsv",
    },
  }, { directory: "/project/" });
  assertEquals(config.initialCheckpoint, "https://example.com/model");
  assertEquals(config.data.train, [
    "/project/a.tsv",
    { source: "/project/b.en", target: "/data/b.de" },
    "C:\\data\\c.tsv",
  ]);
  assertEquals(config.data.dev, "/project/../dev.tsv");
  assertEquals(config.output, "/project/run");
});

Deno.test("parseTrainingConfig() names every wrong key and value at once", () => {
  const problems = problemsOf({
    ...minimal,
    model: "rnn",
    learningRate: 1,
    data: { train: ["a.tsv", { source: "b", targt: "c" }], sourceLanguage: "en", maxLines: 0 },
    batch: { tokens: "many", accumulat: 2, bucket: 3 },
    tokenizer: { type: "unigram", vocab: 5 },
    dropout: 1,
    checkpoint: { average: { count: 1, of: "worst" } },
  });
  assertEquals(problems, [
    'model: must be one of "transformer", "rnnsearch", "rnnencdec", is "rnn"',
    "data.train[1].target: is missing, must be a string",
    "data.train[1].targt: unknown key, allowed are source, target",
    "data.targetLanguage: is missing, must be a string",
    "data.maxLines: must be at least 1, is 0",
    "tokenizer.vocab: unknown key, allowed are type, vocabSize, maxLines, languageCodes, " +
    "byteFallback, characterCoverage, requiredChars, userDefinedSymbols, path",
    'batch.tokens: must be a number, is "many"',
    "batch.accumulat: unknown key, allowed are tokens, bucketLines, accumulate",
    "batch.bucket: unknown key, allowed are tokens, bucketLines, accumulate",
    "dropout: must be below 1, is 1",
    "checkpoint.average.count: must be at least 2, is 1",
    'checkpoint.average.of: must be one of "last", "best", is "worst"',
    "learningRate: unknown key, allowed are model, architecture, initialCheckpoint, data, " +
    "tokenizer, sampling, batch, optimizer, schedule, labelSmoothing, dropout, seed, steps, epochs, " +
    "evaluate, checkpoint, output, workers, device",
  ]);
});

Deno.test("parseTrainingConfig() explains values that do not go together", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ architecture: undefined }, "architecture, initialCheckpoint: give exactly one"],
    [{ initialCheckpoint: "model" }, "architecture, initialCheckpoint: give exactly one"],
    [{ tokenizer: undefined }, "tokenizer: give it with architecture"],
    [{ steps: undefined }, "steps, epochs: give at least one"],
    [{ batch: { tokens: 100 } }, "batch.tokens: 100 is below the longest pair allowed, 256"],
    [{ optimizer: { weightDecay: 0.01 } }, "optimizer.weightDecay: only the optimizer"],
    [
      { steps: undefined, epochs: 1, schedule: { name: "linear", warmupSteps: 5 } },
      "schedule.totalSteps: the schedule",
    ],
    [{ schedule: { name: "linear", warmupSteps: 100 } }, "schedule.warmupSteps: must be below"],
    [{ evaluate: { patience: 3 } }, "evaluate.patience: needs data.dev"],
    [{ architecture: { hiddenSise: 16 } }, "architecture.hiddenSise: unknown key, allowed are"],
    [
      { architecture: { hiddenSize: 10, encoderAttentionHeads: 3 }, evaluate: { patience: 3 } },
      "is not divisible by 3 heads\narchitecture.hiddenSize: 10 is not divisible by 4 heads",
    ],
    [{ evaluate: { metric: "chrf" } }, 'evaluate.metric: "chrf" needs data.dev'],
    [{ evaluate: { metric: "bleu" } }, 'evaluate.metric: "bleu" needs data.dev'],
    [{ checkpoint: { average: { count: 2, of: "best" } } }, "checkpoint.average.of: "],
    [{ data: { ...minimal.data, targetColumn: 0 } }, "data.targetColumn: is the same"],
  ];
  for (const [change, expected] of cases) {
    assertStringIncludes(problemsOf({ ...minimal, ...change }).join("\n"), expected);
  }
});

Deno.test("parseTrainingConfig() believes no number that would take all memory or time", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ workers: 1e9 }, "workers: must be at most 1024"],
    [{ evaluate: { numBeams: 1e8 } }, "evaluate.numBeams: must be at most 1000"],
    [{ tokenizer: { type: "unigram", vocabSize: 1e12 } }, "tokenizer.vocabSize: must be at most"],
    [{ architecture: { encoderLayers: 1e6 } }, "architecture.encoderLayers: is 1000000, more than"],
    [
      { architecture: { hiddenSize: 1 << 20 } },
      "architecture: makes a model of 35205714818880 weights, more than 4294967296",
    ],
  ];
  for (const [change, expected] of cases) {
    assertStringIncludes(problemsOf({ ...minimal, ...change }).join("\n"), expected);
  }
});

Deno.test("parseTrainingConfig() shortens names, and names twenty of many problems", () => {
  const keys = Array.from({ length: 1000 }, (_, i) => ["key".repeat(1000) + i, i]);
  const problems = problemsOf({ ...minimal, ...Object.fromEntries(keys) });
  assertEquals(problems.length, 21);
  assertEquals(problems[20], "and 980 more");
  assertEquals(problems.every((problem) => problem.length < 300), true);
});

Deno.test("parseTrainingConfig() refuses what is no object", () => {
  assertEquals(problemsOf([]), ["the whole: must be an object, is []"]);
  assertEquals(problemsOf(null), ["the whole: must be an object, is null"]);
});

Deno.test("loadTrainingConfig() reads a file and names it in errors", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/train.json`;
  await Deno.writeTextFile(path, JSON.stringify(minimal));
  assertEquals((await loadTrainingConfig(path)).output, `${directory}/run`);
  await Deno.writeTextFile(path, JSON.stringify({ ...minimal, step: 1 }));
  const wrong = await assertRejects(() => loadTrainingConfig(path), RangeError);
  assertStringIncludes(wrong.message, "step: unknown key");
  assertStringIncludes(wrong.message, path);
  await Deno.writeTextFile(path, "{");
  const broken = await assertRejects(() => loadTrainingConfig(path), SyntaxError);
  assertStringIncludes(broken.message, path);
  await Deno.remove(directory, { recursive: true });
});
