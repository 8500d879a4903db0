import { assertEquals, assertRejects } from "@std/assert";
import { EncoderEngine } from "@heed/engine";
import { train } from "@heed/training";
import { tinyEncoder } from "../testing/tiny_encoder.ts";
import { openTextEncoder } from "../open_text_encoder.ts";
import { prepareFinetuning } from "./finetuning.ts";
import type { FinetuningConfig } from "./finetuning_config.ts";

interface Place {
  readonly model: string;
  /** Writes a file beside the model. */
  readonly write: (name: string, text: string) => Promise<string>;
  readonly output: string;
}

async function withTiny(name: string, use: (place: Place) => Promise<void>): Promise<void> {
  const model = await tinyEncoder(name);
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(`${model}/${name}`, text);
    return `${model}/${name}`;
  };
  try {
    await use({ model, write, output: `${model}/run` });
  } finally {
    await Deno.remove(model, { recursive: true });
  }
}

const fast = {
  learningRate: 0.02,
  batchSize: 4,
  device: "wasm",
  steps: 40,
  evaluateEvery: 20,
} as const;

const CSV = `﻿id,text,label
1,"the cat, the dog",animal
2,"a dog ran in
paris",animal
3,"ada ""who"" lives in london",person
4,who is ada,person
5,the cat sat,animal
6,ada lives,person
`;

Deno.test("a classifier learns, is saved with its tokenizer, and classifies on the engine", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const file = await write("train.csv", CSV);
    const warnings: string[] = [];
    const config: FinetuningConfig = {
      task: "classification",
      model,
      train: [file],
      dev: [file],
      output,
      balanced: true,
      ...fast,
    };
    using run = await prepareFinetuning(config, { onWarning: (text) => warnings.push(text) });
    assertEquals(warnings.length, 1, warnings.join("\n"));
    assertEquals(run.encoder.config.labels, ["animal", "person"]);
    const result = await train(run.model, run);
    assertEquals(result.best?.value, 1);
    const report = await run.measure([file]);
    assertEquals(report.figures, { accuracy: 1, macroF1: 1, matthews: 1 });
    assertEquals(report.classification?.confusion, [[3, 0], [0, 3]]);
    using encoder = await openTextEncoder(result.model!, {
      device: "wasm",
      dtype: "fp32",
      threads: 1,
    });
    const found = await encoder.classify(["the cat, the dog", "who is ada"]);
    assertEquals(found.map(({ label }) => label), ["animal", "person"]);
    await assertRejects(() => prepareFinetuning(config), RangeError, "Cannot");
  }));

for (const family of ["bert", "distilbert"]) {
  Deno.test(`a tagger learns CoNLL, and labels it never saw count as wrong (${family})`, () =>
    withTiny(`${family}/model`, async ({ model, write, output }) => {
      const conll =
        "ada B-PER\nlives O\nin O\nlondon B-LOC\n\nthe O\ncat O\nran O\nin O\nparis B-LOC\n";
      const file = await write("train.conll", conll);
      using run = await prepareFinetuning({
        task: "tagging",
        model,
        train: [file],
        output,
        ...fast,
      });
      assertEquals(run.encoder.config.labels, ["O", "B-LOC", "B-PER"]);
      const { model: saved } = await train(run.model, run);
      assertEquals((await run.measure([file])).figures.entityF1, 1);
      const other = await write("test.conll", "ada B-ORG\nlives O\n");
      assertEquals((await run.measure([other])).figures.entityF1, 0);
      using encoder = await openTextEncoder(saved!, { device: "wasm", dtype: "fp32", threads: 1 });
      const [entities] = await encoder.tag(["ada lives in london"]);
      assertEquals(entities.map(({ type, text }) => [type, text]), [["PER", "ada"], [
        "LOC",
        "london",
      ]]);
    }));
}

Deno.test("a model learns where answers are", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const rows = [
      { question: "where is ada", context: "ada lives in london", answer: "london" },
      { question: "who lives in paris", context: "the dog lives in paris", answer: "the dog" },
    ];
    const text = rows.map((row) => JSON.stringify(row)).join("\n") + "\n";
    const file = await write("train.jsonl", text);
    using run = await prepareFinetuning({ task: "qa", model, train: [file], output, ...fast });
    await train(run.model, run);
    assertEquals((await run.measure([file])).figures, { exact: 1, f1: 1 });
  }));

Deno.test("gradients of small batches add up to those of one large batch", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const file = await write("train.csv", CSV);
    // Without dropout, whose masks differ between batches.
    const json = JSON.parse(await Deno.readTextFile(`${model}/config.json`));
    Object.assign(json, { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 });
    await Deno.writeTextFile(`${model}/config.json`, JSON.stringify(json));
    const weights: Float32Array[] = [];
    for (const [batchSize, accumulate] of [[6, 1], [2, 3]]) {
      const folder = `${output}-${batchSize}`;
      using run = await prepareFinetuning({
        task: "classification",
        model,
        train: [file],
        output: folder,
        ...fast,
        steps: 1,
        warmup: 0,
        batchSize,
        accumulate,
      });
      await train(run.model, run);
      using engine = await EncoderEngine.load(`${folder}/model`, { dtype: "fp32", threads: 1 });
      weights.push((await engine.logits([[0, 5, 2]]))[0]);
    }
    weights[0].forEach((value, i) =>
      assertEquals(Math.abs(value - weights[1][i]) < 1e-4, true, `${value} ${weights[1][i]}`)
    );
  }));

Deno.test("data that cannot be learnt from are refused with the reason", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const prepare = (file: string, more: Partial<FinetuningConfig> = {}) => () =>
      prepareFinetuning({ task: "classification", model, train: [file], output, ...fast, ...more });
    const one = await write("one.csv", "text,label\na,x\nb,x\n");
    await assertRejects(prepare(one), RangeError, 'all examples have the label "x"');
    const names = { columns: { text: "words" } };
    await assertRejects(
      prepare(one, names),
      RangeError,
      'no column "words"; it has "text", "label"',
    );
    const empty = await write("empty.csv", "text,label\n,x\n");
    await assertRejects(prepare(empty), RangeError, "empty.csv:2 the text is empty");
    const task = "summing" as "qa";
    await assertRejects(
      prepare(one, { task }),
      RangeError,
      "not one of classification, tagging, qa",
    );
    const deep = prepare(await write("two.csv", CSV), { frozenLayers: 9 });
    await assertRejects(deep, RangeError, "Cannot freeze 9 layers");
  }));

Deno.test("texts may have any number of labels, or a number", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const some =
      "text,label\nthe cat,animal|small\nada lives,person\nthe dog ran in paris,animal\n";
    const file = await write("some.csv", some);
    const more = { ...fast, steps: 120, evaluateEvery: 120 };
    const config = { task: "classification", model, train: [file], ...more } as const;
    using run = await prepareFinetuning({
      ...config,
      classification: "multi-label",
      output: `${output}-labels`,
    });
    assertEquals(run.encoder.config.labels, ["animal", "person", "small"]);
    assertEquals(run.encoder.config.classification, "multi-label");
    const { model: saved } = await train(run.model, run);
    const report = await run.measure([file]);
    assertEquals(report.figures, { microF1: 1, macroF1: 1, exact: 1 });
    assertEquals(report.labels?.map(({ label, f1 }) => [label, f1]), [
      ["animal", 1],
      ["person", 1],
      ["small", 1],
    ]);
    using encoder = await openTextEncoder(saved!, { device: "wasm", dtype: "fp32", threads: 1 });
    const [{ scores }] = await encoder.classify(["the cat"]);
    assertEquals(scores.filter(({ score }) => score > 0.5).map(({ label }) => label).sort(), [
      "animal",
      "small",
    ]);
    const numbers = await write("numbers.csv", "text,label\nthe cat,0.5\nada lives,-1\n");
    using second = await prepareFinetuning({
      ...config,
      classification: "regression",
      train: [numbers],
      output: `${output}-numbers`,
    });
    await train(second.model, second);
    const { figures } = await second.measure([numbers]);
    assertEquals(figures.meanSquaredError < 0.01 && figures.pearson > 0.99, true);
    const balanced = { ...config, classification: "regression", balanced: true, output } as const;
    await assertRejects(() => prepareFinetuning(balanced), RangeError, "Cannot balance labels");
    const words = { ...config, classification: "regression", output } as const;
    await assertRejects(() => prepareFinetuning(words), RangeError, 'some.csv:2 the label "animal');
  }));

Deno.test("two threads fine-tune as one does: decay by groups, by layers, weights of labels", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const file = await write("train.csv", CSV.replace("5,the cat sat,animal\n", ""));
    const json = JSON.parse(await Deno.readTextFile(`${model}/config.json`));
    Object.assign(json, { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 });
    await Deno.writeTextFile(`${model}/config.json`, JSON.stringify(json));
    const weights: Float32Array[] = [];
    for (const workers of [1, 2]) {
      using run = await prepareFinetuning({
        task: "classification",
        model,
        train: [file],
        output: `${output}-${workers}`,
        ...fast,
        steps: 4,
        evaluateEvery: 4,
        weightDecay: 0.1,
        layerDecay: 0.5,
        balanced: true,
        labelSmoothing: 0.1,
        workers,
      });
      assertEquals(run.workers?.workers, workers === 1 ? undefined : 2);
      await train(run.model, run);
      for (const name of ["classifier.weight", "bert.encoder.layer.0.output.dense.weight"]) {
        weights.push(await run.encoder.named.get(name)!.data() as Float32Array);
      }
    }
    for (const i of [0, 1]) {
      const furthest = weights[i].reduce(
        (most, value, at) => Math.max(most, Math.abs(value - weights[i + 2][at])),
        0,
      );
      assertEquals(furthest < 1e-4, true, String(furthest));
    }
    const frozen: string[] = [];
    using alone = await prepareFinetuning({
      task: "classification",
      model,
      train: [file],
      output,
      ...fast,
      frozenLayers: 1,
      workers: 2,
    }, { onWarning: (text) => frozen.push(text) });
    assertEquals(alone.workers, undefined);
    assertEquals(frozen.some((text) => text.includes("layers are frozen")), true);
  }));

Deno.test("a line of 10 MB, a quote that never ends and a wrong column are named with their line", () =>
  withTiny("bert/model", async ({ model, write, output }) => {
    const prepare = async (file: string, more: Partial<FinetuningConfig> = {}) => {
      const warnings: string[] = [];
      const config = { task: "classification", model, train: [file], output, ...fast, ...more };
      using _ = await prepareFinetuning(config as FinetuningConfig, {
        onWarning: (text) => warnings.push(text),
      });
      return warnings.join("\n");
    };
    const long = `text,label\nthe cat,x\n${"cat ".repeat(2.6e6)},y\nada,y\n`;
    const warned = await prepare(await write("long.csv", long));
    assertEquals(/long\.csv:3 /.test(warned) || !warned.includes("left out"), true, warned);
    const open = await write("open.csv", 'text,label\nthe cat,x\nada,y\n"the dog,x\n');
    assertEquals((await prepare(open)).includes("open.csv:4"), true);
    const narrow = await write("narrow.tsv", "the cat\tx\nada\n");
    await assertRejects(
      () => prepare(narrow, { columns: { text: 0, label: 1 } }),
      RangeError,
      'all examples have the label "x"',
    );
    const tagged = await write("words.conll", "ada\nlives\n");
    await assertRejects(
      () => prepare(tagged, { task: "tagging", columns: { label: 3 } }),
      RangeError,
      "words.conll:1",
    );
  }));
