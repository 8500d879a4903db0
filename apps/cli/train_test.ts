import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

/** A folder with data and a configuration of a tiny model. */
async function prepare(changes: Record<string, unknown> = {}): Promise<string> {
  const directory = await Deno.makeTempDir();
  const words = ["red", "blue", "green", "small", "large", "house", "tree", "river", "cloud"];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const chosen = [words[i % 9], words[i * 5 % 9], words[i * 7 % 8]];
    return `${chosen.join(" ")}\t${chosen.toReversed().join(" ")}\n`;
  });
  lines.splice(3, 0, "only one column\n");
  await Deno.writeTextFile(`${directory}/train.tsv`, lines.join(""));
  await Deno.writeTextFile(`${directory}/dev.tsv`, lines.slice(0, 3).join(""));
  const config = {
    model: "transformer",
    architecture: {
      hiddenSize: 16,
      encoderLayers: 1,
      decoderLayers: 1,
      encoderAttentionHeads: 2,
      decoderAttentionHeads: 2,
      encoderFfnDim: 16,
      decoderFfnDim: 16,
      maxPositionEmbeddings: 32, // and so long is what it makes of a sentence at most
    },
    data: { train: ["train.tsv"], dev: "dev.tsv", sourceLanguage: "en", targetLanguage: "xx" },
    tokenizer: { type: "unigram", vocabSize: 28 },
    batch: { tokens: 256 },
    schedule: { name: "constant", warmupSteps: 0 },
    evaluate: { every: 100, bleuSentences: 2 },
    device: "wasm",
    steps: 60,
    output: "run",
    ...changes,
  };
  await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
  return directory;
}

async function train(directory: string, ...args: string[]) {
  const host = fakeHost();
  const exitCode = await run(["train", `${directory}/config.json`, ...args], host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

Deno.test("heed train trains a tokenizer and a model that heed translate loads", async () => {
  const directory = await prepare();
  const { exitCode, out, errors } = await train(directory);
  assertEquals(exitCode, 0, errors);
  assertStringIncludes(out, "Finished after 60 steps, best loss ");
  assertStringIncludes(out, `The model is in ${directory}/run/model\n`);
  assertMatch(errors, /train\.tsv:4[^\n]*1 column/);
  assertMatch(errors, /step 50: loss \d\.\d{3}, \d+ tokens\/s, 0 min \d+ s left\n/);
  assert(!errors.includes("step 49"), "a line for every step");

  const config = JSON.parse(
    await Deno.readTextFile(`${directory}/run/model/tokenizer_config.json`),
  );
  assertEquals([config.source_lang, config.target_lang], ["en", "xx"]);
  const { Translator } = await import("@heed/translation");
  using translator = await Translator.load(`${directory}/run/model`, { device: "wasm" });
  const [[{ score }]] = await translator.translate(["red house"], { maxNewTokens: 4 });
  assert(score < 0 && Number.isFinite(score), `score ${score}`);

  const again = await train(directory);
  assertEquals(again.exitCode, 1);
  assertStringIncludes(again.errors, "it holds a run at step 60");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train trains one model of several target languages, which --to chooses from", async () => {
  const codes = ["de", "fr"];
  const changes = {
    data: { train: ["tagged.tsv"], sourceLanguage: "en", targetLanguage: codes.join("+") },
    tokenizer: { type: "unigram", vocabSize: 28, languageCodes: codes },
    steps: 2,
  };
  const directory = await prepare(changes);
  const lines = (await Deno.readTextFile(`${directory}/train.tsv`)).trimEnd().split("\n");
  const tagged = (codes: string[]) =>
    Deno.writeTextFile(
      `${directory}/tagged.tsv`,
      lines.map((line, i) => `>>${codes[i % 2]}<< ${line}\n`).join(""),
    );
  await tagged(["de", "it"]);
  const refused = await train(directory);
  assertEquals(refused.exitCode, 1);
  assertStringIncludes(refused.errors, "begins with >>it<<: the tokenizer has no such token");
  await tagged(codes);
  const { exitCode, errors } = await train(directory);
  assertEquals(exitCode, 0, errors);

  const host = fakeHost();
  const { Translator } = await import("@heed/translation");
  host.loadTranslator = (model, options) => Translator.load(model, options);
  const model = ["--model", `${directory}/run/model`, "--device", "wasm"];
  assertEquals(await run(["translate", "red house", ...model], host), 2);
  assertStringIncludes(host.errors(), "the model writes de, fr; ask for one of them (to)");
  const json = ["--json", "--attention", "--max-new-tokens", "4"];
  assertEquals(await run(["translate", "red house", "--to", "fr", ...model, ...json], host), 0);
  assertEquals(JSON.parse(host.out()).sourceTokens[0], ">>fr<<");
  const dev = `${directory}/dev.tsv`;
  await Deno.writeTextFile(`${directory}/gold.tsv`, "red house\thouse red\t0-1 1-0\n");
  const commands: [exitCode: number, ...args: string[]][] = [
    [0, "evaluate", "--test", dev, "--max-new-tokens", "4"],
    [0, "calibrate", "--data", dev],
    [0, "align", "--gold", `${directory}/gold.tsv`],
  ];
  for (const [exitCode, ...args] of commands) {
    assertEquals(await run([...args, ...model], host), 2, args[0]);
    assertEquals(await run([...args, ...model, "--to", "fr"], host), exitCode, host.errors());
  }
  assertEquals(await run(["devices", ...model], host), 0, host.errors());
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train saves and exits 130 at Ctrl-C, and --resume goes on", async () => {
  const directory = await prepare({ steps: 12 });
  const host = fakeHost();
  // The tokenizer is trained by then, and the model is about to be.
  const writeError = host.writeError;
  host.writeError = (text) => {
    writeError(text);
    if (text.startsWith("Training on")) setTimeout(host.interrupt);
  };
  assertEquals(await run(["train", `${directory}/config.json`], host), 130, host.errors());
  const saved = /Saved at step (\d+); go on with --resume\.\n/.exec(host.errors());
  assert(saved !== null && Number(saved[1]) < 12, host.errors());
  assertEquals(host.out(), "");
  const resumed = await train(directory, "--resume");
  assertEquals(resumed.exitCode, 0, resumed.errors);
  assertStringIncludes(resumed.out, "Finished after 12 steps");
  const log = await Deno.readTextFile(`${directory}/run/log.jsonl`);
  const steps = log.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "step").map(({ step }) => step);
  assertEquals(steps, Array.from({ length: 12 }, (_, i) => i + 1));
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train --workers trains as one worker does, also resumed with another number", async () => {
  const changes = { steps: 10, dropout: 0, batch: { tokens: 256, accumulate: 2 } };
  const losses = async (directory: string) => {
    const log = (await Deno.readTextFile(`${directory}/run/log.jsonl`)).trimEnd().split("\n");
    return log.map((line) => JSON.parse(line))
      .flatMap(({ event, loss }) => event === "step" || event === "evaluation" ? [loss] : []);
  };
  const one = await prepare(changes), several = await prepare({ ...changes, workers: 3 });
  const alone = await train(one);
  assertEquals(alone.exitCode, 0, alone.errors);
  const host = fakeHost();
  const writeError = host.writeError;
  host.writeError = (text) => {
    writeError(text);
    if (text.startsWith("Training on")) setTimeout(host.interrupt);
  };
  assertEquals(await run(["train", `${several}/config.json`], host), 130, host.errors());
  assertStringIncludes(host.errors(), "Training on wasm with 3 workers: ");
  assertStringIncludes(host.errors(), "go on with --resume.");
  const { exitCode, errors } = await train(several, "--resume", "--workers", "2");
  assertEquals(exitCode, 0, errors);
  assertStringIncludes(errors, "Training on wasm with 2 workers: ");
  const [expected, found] = [await losses(one), await losses(several)];
  assertEquals(found.length, expected.length);
  found.forEach((loss, i) => {
    assert(Math.abs(loss - expected[i]) < 1e-3 * expected[i], `${loss}, not ${expected[i]}`);
  });
  for (const directory of [one, several]) await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train uses one worker, and says why, where memory cannot be shared", async () => {
  const directory = await prepare({ steps: 2, workers: 2 });
  const { SharedArrayBuffer: shared } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
    const { exitCode, errors } = await train(directory);
    assertEquals(exitCode, 0, errors);
    assertStringIncludes(
      errors,
      "Training with 1 worker, not 2: this runtime has no shared memory",
    );
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed train names what is wrong with a configuration, and exits 2", async () => {
  const cases: [changes: Record<string, unknown>, message: string][] = [
    [{ workers: 0 }, "workers: must be at least 1, is 0"],
    [{ stepz: 5 }, "stepz: unknown key"],
    [{ architecture: { hiddenSise: 16 } }, "architecture.hiddenSise: unknown key, allowed are"],
    [{ architecture: { hiddenSize: 1.5 } }, "architecture.hiddenSize: is 1.5, not a positive"],
    [{ architecture: { hiddenSize: 10 } }, "10 is not divisible by 4 heads"],
    [{ architecture: { activationFunction: "sine" } }, "not one of relu, gelu, swish, silu"],
    [{ architecture: { attentionDropout: 1 } }, "not a number of at least 0 and below 1"],
  ];
  for (const [changes, message] of cases) {
    const directory = await prepare(changes);
    const { exitCode, errors } = await train(directory);
    assertStringIncludes(errors, message);
    assertEquals(exitCode, 2);
    await Deno.remove(directory, { recursive: true });
  }
  const directory = await Deno.makeTempDir();
  const missing = await train(directory);
  assertEquals(missing.exitCode, 1);
  assertStringIncludes(missing.errors, "config.json");
  await Deno.writeTextFile(`${directory}/config.json`, "{");
  const broken = await train(directory);
  assertEquals(broken.exitCode, 2);
  assertStringIncludes(broken.errors, "as JSON");
  await Deno.remove(directory, { recursive: true });
});
