import { assertEquals, assertStringIncludes } from "@std/assert";
import { heedInEarnest } from "./testing/real_models.ts";
import { tinyEncoder } from "./testing/tiny_encoder.ts";

async function withTiny(name: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await tinyEncoder(name);
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command of a model on one thread. */
function heed(command: string, model: string, ...args: string[]) {
  const runtime = ["--device", "wasm", "--dtype", "fp32", "--threads", "1"];
  return heedInEarnest([command, "--model", model, ...runtime, ...args]);
}

Deno.test("embed writes a vector for each text, as JSON and as numbers", () =>
  withTiny("bert/model", async (model) => {
    const { exitCode, out } = await heed("embed", model, "--json", "--normalize", "the cat", "");
    assertEquals(exitCode, 0);
    const rows = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(rows.map(({ text }) => text), ["the cat", ""]);
    assertEquals(rows[0].embedding.length, 20);
    assertEquals(Math.abs(Math.hypot(...rows[0].embedding) - 1) < 1e-6, true);
    const plain = await heed("embed", model, "--normalize", "the cat");
    assertEquals(plain.out.trim().split(" ").map(Number), rows[0].embedding);
  }));

Deno.test("search finds what embed wrote, in .jsonl and in .npy", () =>
  withTiny("roberta/model", async (model) => {
    const lines = ["the cat sat on a mat", "ada lives in paris", "good film"];
    const texts = `${model}/texts.txt`, npy = `${model}/index.npy`, jsonl = `${model}/index.jsonl`;
    await Deno.writeTextFile(texts, lines.join("\n") + "\n");
    await heed("embed", model, "--input", texts, "--output", npy);
    await heed("embed", model, "--input", texts, "--output", jsonl, "--json");
    for (const index of [["--index", npy, "--texts", texts], ["--index", jsonl]]) {
      const found = await heed("search", model, ...index, "--top", "1", ...lines);
      assertEquals([found.exitCode, found.errors], [0, ""]);
      assertEquals(found.out, lines.map((line) => `1.0000\t${line}\n`).join(""));
      const json = await heed("search", model, ...index, "--top", "2", "--json", "good film");
      const { query, results } = JSON.parse(json.out);
      assertEquals([query, results.length, results[0]], [
        "good film",
        2,
        { text: "good film", score: 1, index: 2 },
      ]);
    }
    const without = await heed("search", model, "--index", npy, "cat");
    assertEquals(without.exitCode, 2);
    assertStringIncludes(without.errors, "give them with --texts FILE");
    const wrong = await heed("search", model, "--index", texts, "cat");
    assertStringIncludes(wrong.errors, "texts.txt:1: it is no JSON object");
  }));

Deno.test("similarity compares two texts, or those of lines", () =>
  withTiny("distilbert/model", async (model) => {
    assertEquals((await heed("similarity", model, "the cat", "the cat")).out, "1.0000\n");
    const pairs = `${model}/pairs.tsv`;
    await Deno.writeTextFile(pairs, "the cat\tthe dog\n");
    const { out } = await heed("similarity", model, "--input", pairs, "--json");
    const { texts, similarity } = JSON.parse(out);
    assertEquals([texts, similarity < 1], [["the cat", "the dog"], true]);
    const one = await heed("similarity", model, "the cat");
    assertEquals([one.exitCode, one.out], [2, ""]);
  }));

Deno.test("classify, fill-mask, tag and answer ask the head of a model", async () => {
  await withTiny("bert/sequence-classification", async (model) => {
    const { out } = await heed("classify", model, "--json", "the cat", "good film");
    const [first] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals([first.text, first.label], ["the cat", first.scores[0].label]);
    assertEquals((await heed("classify", model, "the cat")).out.split("\t")[0], first.label);
    const wrong = await heed("tag", model, "the cat");
    assertEquals(wrong.exitCode, 1);
    assertStringIncludes(wrong.errors, "the model has a head for sequence-classification");
  });
  await withTiny("bert/masked-lm", async (model) => {
    const { out } = await heed("fill-mask", model, "--top", "2", "the [MASK] sat");
    assertEquals(out.trimEnd().split("\n").length, 2);
    const json = await heed("fill-mask", model, "--json", "the [MASK] sat");
    assertEquals(JSON.parse(json.out).gaps[0].length, 5);
  });
  await withTiny("bert/token-classification", async (model) => {
    const { out } = await heed("tag", model, "--json", "ada lives in paris");
    const { text, entities } = JSON.parse(out);
    for (const { text: found, start, end } of entities) assertEquals(found, text.slice(start, end));
  });
  await withTiny("bert/question-answering", async (model) => {
    const context = `${model}/context.txt`;
    await Deno.writeTextFile(context, "ada lives in paris\n");
    const args = ["--question", "where is ada", "--context", context];
    const { answer, start, end } = JSON.parse((await heed("answer", model, ...args, "--json")).out);
    assertEquals(answer, "ada lives in paris".slice(start, end));
    assertEquals((await heed("answer", model, ...args)).out, answer + "\n");
  });
});

Deno.test("a model that is not there, and texts from two places, are refused", async () => {
  const missing = await heed("embed", "nowhere/", "a");
  assertEquals(missing.exitCode, 1);
  assertStringIncludes(missing.errors, "nowhere/: there is no such folder");
  const both = await heed("embed", "nowhere/", "a", "--input", "b");
  assertEquals(both.exitCode, 2);
  assertStringIncludes(both.errors, "give one of them");
});

Deno.test("finetune learns labels, reports them, and what it saved classifies", () =>
  withTiny("bert/model", async (model) => {
    const train = `${model}/train.csv`, output = `${model}/run`;
    await Deno.writeTextFile(train, "words,kind\nthe cat,animal\nada lives,person\n");
    const args = [
      ...["finetune", "--task", "classification", "--model", model, "--train", train],
      ...["--test", train, "--text-column", "words", "--label-column", "kind"],
      ...["--output", output, "--steps", "25", "--learning-rate", "0.03", "--device", "wasm"],
      ...["--evaluate-every", "25"],
    ];
    const { exitCode, out, errors } = await heedInEarnest(args);
    assertEquals(exitCode, 0, errors);
    assertStringIncludes(errors, "classifier.weight");
    assertStringIncludes(out, "Finished after 25 steps");
    assertStringIncludes(out, "accuracy 1.0000, macroF1 1.0000, matthews 1.0000");
    const report = JSON.parse(await Deno.readTextFile(`${output}/report.json`));
    assertEquals(report.figures.accuracy, 1);
    assertStringIncludes(await Deno.readTextFile(`${output}/confusion.svg`), "<svg");
    const { out: label } = await heed("classify", `${output}/model`, "ada lives");
    assertEquals(label.split("\t")[0], "person");
    const again = await heedInEarnest(args);
    assertEquals([again.exitCode, again.out], [1, ""]);
    const patience = await heedInEarnest([...args, "--patience", "2"]);
    assertEquals(patience.exitCode, 2);
    assertStringIncludes(patience.errors, "give --dev");
  }));

Deno.test("pretrain learns from raw text, and refuses a configuration with its problems", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = `${folder}/config.json`, output = "run";
    await Deno.writeTextFile(`${folder}/text.txt`, "the cat sat on a mat\n".repeat(20));
    const json = {
      data: { train: ["text.txt"], dev: ["text.txt"] },
      tokenizer: { vocabSize: 30 },
      architecture: { hiddenSize: 8, numHiddenLayers: 1, numHeads: 2, intermediateSize: 16 },
      batch: { length: 10, rows: 4 },
      schedule: { name: "constant", warmupSteps: 0 },
      steps: 2,
      output,
      device: "wasm",
    };
    await Deno.writeTextFile(config, JSON.stringify(json));
    const { exitCode, out, errors } = await heedInEarnest(["pretrain", config]);
    assertEquals(exitCode, 0, errors);
    assertStringIncludes(out, "Finished after 2 steps, best loss");
    const log = await Deno.readTextFile(`${folder}/run/log.jsonl`);
    assertStringIncludes(log, "maskedAccuracy");
    const filled = await heed("fill-mask", `${folder}/run/model`, "the [MASK] sat");
    assertEquals(filled.exitCode, 0);
    await Deno.writeTextFile(config, JSON.stringify({ ...json, mask: 1, steps: 0 }));
    const wrong = await heedInEarnest(["pretrain", config]);
    assertEquals(wrong.exitCode, 2);
    assertStringIncludes(wrong.errors, "mask: unknown key");
    assertStringIncludes(wrong.errors, "steps: must be at least 1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("attention draws the heads of an encoder, as words, tokens, pictures and a page", async () => {
  await withTiny("bert/model", async (model) => {
    const { exitCode, out, errors } = await heed("attention", model, "the cat sat");
    assertEquals([exitCode, errors], [0, ""]);
    const rows = out.trimEnd().split("\n").map((line) => line.trimStart().split(" ")[0]);
    assertEquals(rows.slice(-5), ["[CLS]", "the", "cat", "sat", "[SEP]"]);
    const svg = `${model}/head.svg`;
    const head = await heed(
      "attention",
      model,
      "the cat sat",
      "--layer",
      "1",
      "--head",
      "0",
      "--out",
      svg,
    );
    assertEquals([head.exitCode, head.errors], [0, ""]);
    assertStringIncludes(await Deno.readTextFile(svg), "Encoder, layer 1, head 0");
    const html = `${model}/page.html`;
    assertEquals((await heed("attention", model, "the cat sat", "--out", html)).exitCode, 0);
    const page = /id="attention-data">([\s\S]*?)<\/script>/.exec(await Deno.readTextFile(html))![1];
    const { groups } = JSON.parse(page);
    assertEquals(groups.map(({ kind }: { kind: string }) => kind), ["encoder-self"]);
    assertEquals(groups[0].layers.length, 2);
    const wrong = await heed("attention", model, "the cat", "--layer", "2");
    assertStringIncludes(wrong.errors, "Cannot show layer 2 of the encoder: give 0 to 1");
    const pair = await heed("attention", model, "the cat", "die Katze");
    assertEquals(pair.exitCode, 2);
    assertStringIncludes(pair.errors, "the model is an encoder, which makes none");
    const long = await heed("attention", model, "the cat sat ".repeat(9));
    assertStringIncludes(long.errors, "the model takes 14");
  });
});
