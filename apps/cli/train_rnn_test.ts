import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

/** A folder with data and a configuration of a tiny recurrent model. */
async function prepare(changes: Record<string, unknown> = {}): Promise<string> {
  const directory = await Deno.makeTempDir();
  const words = ["red", "blue", "green", "small", "large", "house", "tree", "river", "cloud"];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const chosen = [words[i % 9], words[i * 5 % 9], words[i * 7 % 8]];
    return `${chosen.join(" ")}\t${chosen.toReversed().join(" ")}\n`;
  });
  await Deno.writeTextFile(`${directory}/train.tsv`, lines.join(""));
  await Deno.writeTextFile(`${directory}/dev.tsv`, lines.slice(0, 3).join(""));
  const config = {
    model: "rnnsearch",
    architecture: {
      embeddingSize: 16,
      encoderHiddenSize: 8,
      decoderHiddenSize: 16,
      attentionSize: 8,
      maxPositionEmbeddings: 32, // and so long is what it makes of a sentence at most
    },
    data: { train: ["train.tsv"], dev: "dev.tsv", sourceLanguage: "en", targetLanguage: "xx" },
    tokenizer: { type: "unigram", vocabSize: 28 },
    batch: { tokens: 256 },
    schedule: { name: "constant", warmupSteps: 0 },
    evaluate: { every: 100, bleuSentences: 2 },
    device: "wasm",
    steps: 30,
    output: "run",
    ...changes,
  };
  await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
  return directory;
}

async function heed(...args: string[]) {
  const host = fakeHost();
  const exitCode = await run(args, host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

for (const [model, architecture] of [["rnnsearch", {}], ["rnnencdec", { cell: "lstm" }]] as const) {
  Deno.test(`heed train, translate and evaluate know ${model}`, async () => {
    const directory = await prepare({
      model,
      architecture: { embeddingSize: 12, maxPositionEmbeddings: 32, ...architecture },
    });
    const { exitCode, out, errors } = await heed("train", `${directory}/config.json`);
    assertEquals(exitCode, 0, errors);
    assertStringIncludes(out, "Finished after 30 steps");
    const saved = JSON.parse(await Deno.readTextFile(`${directory}/run/model/config.json`));
    assertEquals([saved.model_type, saved.architecture], ["heed-rnn", model]);

    const scores = await heed(
      "evaluate",
      "--test",
      `${directory}/dev.tsv`,
      "--model",
      `${directory}/run/model`,
    );
    assertEquals(scores.exitCode, 0, scores.errors);
    assertStringIncludes(scores.out, "BLEU");

    const { Translator } = await import("@heed/translation");
    using translator = await Translator.load(`${directory}/run/model`, { device: "wasm" });
    assertEquals(translator.device?.engine, "tfjs");
    const [[{ score }]] = await translator.translate(["red house"], { maxNewTokens: 4 });
    assert(score < 0 && Number.isFinite(score), `score ${score}`);
    if (model === "rnnencdec") {
      const { loadModel } = await import("@heed/seq2seq");
      using loaded = await loadModel(`${directory}/run/model`, { device: "wasm" });
      await assertRejects(() => loaded.crossAttention([5, 0], [5, 0]), TypeError, "has none");
    }
    await Deno.remove(directory, { recursive: true });
  });
}

Deno.test("heed train resumes a recurrent model and ends where one run would have ended", async () => {
  const weights = async (directory: string) =>
    await Deno.readFile(`${directory}/run/model/model.safetensors`);
  const changes = { steps: 12, checkpoint: { every: 3 } };
  const whole = await prepare(changes);
  assertEquals((await heed("train", `${whole}/config.json`)).exitCode, 0);

  const split = await prepare({ ...changes, steps: 6 });
  assertEquals((await heed("train", `${split}/config.json`)).exitCode, 0);
  const config = JSON.parse(await Deno.readTextFile(`${split}/config.json`));
  await Deno.writeTextFile(`${split}/config.json`, JSON.stringify({ ...config, steps: 12 }));
  const resumed = await heed("train", `${split}/config.json`, "--resume");
  assertEquals(resumed.exitCode, 0, resumed.errors);
  assertEquals(await weights(split), await weights(whole));

  // Another run may begin with it, if it says what it is.
  const model = `${whole}/run/model`;
  const next = {
    architecture: undefined,
    tokenizer: undefined,
    initialCheckpoint: model,
    steps: 2,
  };
  const further = await prepare(next);
  const { exitCode, errors } = await heed("train", `${further}/config.json`);
  assertEquals(exitCode, 0, errors);
  const wrong = await prepare({ ...next, model: "transformer" });
  const refused = await heed("train", `${wrong}/config.json`);
  assertEquals(refused.exitCode, 2);
  assertStringIncludes(refused.errors, 'model: is "transformer", but the model in');
  for (const directory of [whole, split, further, wrong]) {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("heed train names what is wrong with a recurrent architecture", async () => {
  const cases: [architecture: Record<string, unknown>, message: string][] = [
    [{ hiddenSize: 16 }, "architecture.hiddenSize: unknown key, allowed are embeddingSize"],
    [{ cell: "lstm" }, 'architecture.cell: is "lstm", not one of gru'],
    [{ attentionScore: "cosine" }, "not one of additive, dot, general"],
    [{ attentionScore: "dot" }, "to be twice"],
    [{ encoderLayers: 0 }, "architecture.encoderLayers: is 0, not a positive integer"],
  ];
  for (const [architecture, message] of cases) {
    const directory = await prepare({ architecture });
    const { exitCode, errors } = await heed("train", `${directory}/config.json`);
    assertStringIncludes(errors, message);
    assertEquals(exitCode, 2);
    await Deno.remove(directory, { recursive: true });
  }
});
