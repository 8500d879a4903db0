import { assertEquals, assertRejects } from "@std/assert";
import { train } from "@heed/training";
import { openTextEncoder } from "../open_text_encoder.ts";
import { preparePretraining } from "./pretraining.ts";
import { parsePretrainingConfig } from "./pretraining_config.ts";

/** Sentences in which the first word tells the last. */
const TEXT = Array.from(
  { length: 60 },
  (_, i) => ["the cat drinks milk", "the dog eats meat", "ada reads books"][i % 3],
).join("\n") + "\n";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/text.txt`, TEXT);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function configOf(folder: string, more: Record<string, unknown> = {}) {
  return parsePretrainingConfig({
    data: { train: ["text.txt"], dev: ["text.txt"] },
    tokenizer: { vocabSize: 60 },
    architecture: {
      hiddenSize: 16,
      numHiddenLayers: 1,
      numHeads: 2,
      intermediateSize: 32,
      maxPositionEmbeddings: 16,
    },
    batch: { length: 12, rows: 8 },
    optimizer: { name: "adamw", learningRate: 0.02, weightDecay: 0.01 },
    schedule: { name: "constant", warmupSteps: 5 },
    dropout: 0,
    evaluate: { every: 40 },
    checkpoint: { every: 40 },
    steps: 80,
    output: "run",
    device: "wasm",
    ...more,
  }, { directory: folder });
}

Deno.test("pre-training lowers the loss, and what is saved fills gaps and goes on", () =>
  withFolder(async (folder) => {
    using run = await preparePretraining(configOf(folder));
    const before = await run.evaluate!({ step: 0 });
    assertEquals(Math.abs(before.perplexity - Math.exp(before.loss)) < 1e-9, true);
    const { model } = await train(run.model, run);
    const after = await run.evaluate!({ step: 80 });
    assertEquals(after.loss < before.loss / 2, true, `${before.loss} -> ${after.loss}`);
    assertEquals(after.maskedAccuracy > 0.4, true, String(after.maskedAccuracy));
    using encoder = await openTextEncoder(model!, { device: "wasm", dtype: "fp32", threads: 1 });
    const [[best]] = await encoder.fillMask("the cat drinks [MASK]");
    assertEquals(typeof best.text, "string");
    const more = { architecture: undefined, tokenizer: undefined, initialCheckpoint: "run/model" };
    const next = { ...more, output: "next", steps: 1 };
    using second = await preparePretraining(configOf(folder, next));
    assertEquals((await second.evaluate!({ step: 0 })).loss < before.loss / 2, true);
  }));

Deno.test("a run that was broken off ends as an unbroken one", () =>
  withFolder(async (folder) => {
    const short = { steps: 6, checkpoint: { every: 3 }, evaluate: { every: 6 }, dropout: 0.1 };
    const whole = configOf(folder, { ...short, masking: { wholeWords: true }, output: "whole" });
    const parts = configOf(folder, { ...short, masking: { wholeWords: true }, output: "parts" });
    const weights = async (config: typeof whole, stopAt?: number) => {
      for (const resume of stopAt === undefined ? [false] : [false, true]) {
        using run = await preparePretraining(config, { resume });
        const controller = new AbortController();
        await train(run.model, {
          ...run,
          resume,
          signal: controller.signal,
          onProgress: ({ step }) => !resume && step === stopAt && controller.abort(),
        });
        if (resume || stopAt === undefined) {
          const weight = run.encoder.named.get("bert.encoder.layer.0.output.dense.weight")!;
          return await weight.data();
        }
      }
    };
    assertEquals(await weights(parts, 4), await weights(whole));
  }));

Deno.test("next sentences are learnt beside masked words; a broken run ends as an unbroken one", () =>
  withFolder(async (folder) => {
    const more = { nextSentence: true, steps: 6, checkpoint: { every: 3 }, evaluate: { every: 6 } };
    const weights = async (output: string, stopAt?: number) => {
      const config = configOf(folder, { ...more, dropout: 0.1, output });
      for (const resume of stopAt === undefined ? [false] : [false, true]) {
        using run = await preparePretraining(config, { resume });
        assertEquals(run.encoder.tasks, ["masked-lm", "next-sentence"]);
        const controller = new AbortController();
        await train(run.model, {
          ...run,
          resume,
          signal: controller.signal,
          onProgress: ({ step }) => !resume && step === stopAt && controller.abort(),
        });
        if (!resume && stopAt !== undefined) continue;
        const { nextSentenceAccuracy, maskedAccuracy } = await run.evaluate!({ step: 6 });
        assertEquals([nextSentenceAccuracy, maskedAccuracy].every((x) => x >= 0 && x <= 1), true);
        const names = ["cls.seq_relationship.weight", "bert.pooler.dense.weight"];
        return await Promise.all(names.map((name) => run.encoder.named.get(name)!.data()));
      }
    };
    assertEquals(await weights("parts", 4), await weights("whole"));
  }));

Deno.test("two workers train as one does", () =>
  withFolder(async (folder) => {
    const weights: Float32Array[] = [];
    for (const workers of [1, 2]) {
      const config = configOf(folder, {
        nextSentence: true,
        steps: 3,
        workers,
        optimizer: { name: "adamw", learningRate: 0.01, weightDecay: 0.1 },
        output: `run-${workers}`,
      });
      using run = await preparePretraining(config);
      await train(run.model, run);
      const weight = run.encoder.named.get("bert.encoder.layer.0.output.dense.weight")!;
      weights.push(await weight.data() as Float32Array);
    }
    const [one, two] = weights;
    const furthest = one.reduce((most, value, i) => Math.max(most, Math.abs(value - two[i])), 0);
    assertEquals(furthest < 1e-4, true, String(furthest));
  }));

Deno.test("configurations that do not fit together are refused", async () => {
  const parse = (more: Record<string, unknown>) => () =>
    Promise.resolve().then(() => configOf("", more));
  await assertRejects(parse({ batch: { length: 20 } }), RangeError, "batch.length: 20 is above");
  await assertRejects(parse({ tokenizer: undefined }), RangeError, "tokenizer: give it with");
  await assertRejects(parse({ masking: { rate: 1 } }), RangeError, "masking.rate");
  const tiny = { nextSentence: true, batch: { length: 4 } };
  await assertRejects(parse(tiny), RangeError, "batch.length: must be at least 5");
  await assertRejects(parse({ steps: undefined }), RangeError, "steps, epochs");
  await withFolder(async (folder) => {
    const config = configOf(folder, { tokenizer: { path: "nowhere" } });
    await assertRejects(() => preparePretraining(config), Error, "nowhere");
  });
});

Deno.test("no other process writes its tokenizer over that of a run that is prepared", () =>
  withFolder(async (folder) => {
    using _run = await preparePretraining(configOf(folder));
    const other = configOf(folder, { tokenizer: { vocabSize: 30 } });
    await assertRejects(() => preparePretraining(other), Error, "another process");
  }));
