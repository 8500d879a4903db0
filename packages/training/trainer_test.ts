import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { files, openSafetensors } from "@heed/checkpoint";
import { selectDevice } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import { createToyModel, toyBatches, toyConfig } from "./testing/toy_model.ts";
import type { BatchPosition } from "./data/chunks.ts";
import type { TokenBatch } from "./data/token_batches.ts";
import { listCheckpoints } from "./checkpoints.ts";
import type { TrainingProgress } from "./progress.ts";
import type { RunConfig } from "./run_config.ts";
import type { TrainingResult, TrainOptions } from "./train_options.ts";
import { train } from "./trainer.ts";

await tf.setBackend("cpu");

type Options = Partial<TrainOptions<TokenBatch, BatchPosition>>;
type LogLine = Record<string, unknown> & { event: string; step: number };

/** Trains a fresh toy model, as a process of its own would. */
async function run(
  output: string,
  options: Options = {},
  change: Partial<RunConfig> = {},
): Promise<TrainingResult> {
  const model = createToyModel();
  try {
    const config = toyConfig(output, change);
    return await train(model, {
      config,
      batches: await toyBatches(),
      evaluate: falling(),
      ...options,
    });
  } finally {
    model.dispose();
  }
}

/** An evaluation without a model: the loss is 1 / step. */
function falling() {
  return ({ step }: { step: number }) => Promise.resolve({ loss: 1 / step });
}

async function logOf(output: string): Promise<LogLine[]> {
  const text = await Deno.readTextFile(`${output}/log.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The log without what depends on the clock and on breaks. */
async function courseOf(output: string): Promise<unknown[]> {
  return (await logOf(output))
    .filter(({ event }) => event !== "start" && event !== "resume")
    .map(({ seconds: _, tokensPerSecond: __, ...rest }) => rest);
}

async function weightsOf(directory: string): Promise<Record<string, number[]>> {
  const reader = await openSafetensors(`${directory}/model.safetensors`);
  const weights: Record<string, number[]> = {};
  for (const name of reader.names) weights[name] = [...await reader.readFloat32(name)];
  await reader.close();
  return weights;
}

/** Signals after the given number of steps. */
function stopAfter(steps: number): Options {
  const controller = new AbortController();
  const onProgress = ({ step }: TrainingProgress) => step === steps && controller.abort();
  return { signal: controller.signal, onProgress };
}

async function inDirectories(
  count: number,
  body: (...outputs: string[]) => Promise<void>,
): Promise<void> {
  const outputs = await Promise.all(Array.from({ length: count }, () => Deno.makeTempDir()));
  try {
    await body(...outputs);
  } finally {
    for (const output of outputs) await Deno.remove(output, { recursive: true });
  }
}

Deno.test("train() writes log, checkpoints and the best model", async () => {
  await inDirectories(1, async (output) => {
    const progress: TrainingProgress[] = [], warnings: string[] = [];
    const result = await run(output, {
      evaluate: ({ step }) => Promise.resolve({ loss: Math.abs(step - 20), bleu: step }),
      onProgress: (at) => progress.push(at),
      onWarning: (text) => warnings.push(text),
    });
    assertEquals(result, {
      reason: "finished",
      step: 40,
      best: { step: 20, value: 0 },
      model: `${output}/model`,
    });
    const log = await logOf(output);
    const steps = log.filter(({ event }) => event === "step");
    assertEquals(steps.map(({ step }) => step), Array.from({ length: 40 }, (_, i) => i + 1));
    const losses = steps.map(({ loss }) => loss as number);
    assert(losses.every(Number.isFinite));
    assert(losses.at(-1)! < losses[0] * 0.8, `from ${losses[0]} to ${losses.at(-1)}`);
    assertEquals(steps[4].learningRate, 0.01); // half of the warm-up of 10 steps to 0.02
    const evaluations = log.filter(({ event }) => event === "evaluation");
    assertEquals(evaluations.map(({ step, best, bleu }) => [step, best, bleu]), [
      [10, true, 10],
      [20, true, 20],
      [30, false, 30],
      [40, false, 40],
    ]);
    assertEquals(
      log.filter(({ event }) => !["step", "evaluation", "epoch"].includes(event))
        .map(({ event, step }) => [event, step]),
      [["start", 0], ["skipped", 0], ["model", 40], ["end", 40]],
    );
    const [epoch] = log.filter(({ event }) => event === "epoch");
    assertEquals([epoch.epoch, epoch.examples, epoch.skipped], [0, 299, 1]);
    assertEquals(progress.length, 40);
    assertEquals(progress.at(-1)!.totalSteps, 40);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0], ":101, has 1 column");
    // Kept: the last two of every 8 steps, and the best; `model` is the best.
    const kept = await listCheckpoints(output);
    assertEquals(kept.map(({ step }) => step), [20, 32, 40]);
    const best = await weightsOf(`${output}/checkpoints/${kept[0].name}`);
    assertEquals(await weightsOf(`${output}/model`), best);
    const last = await weightsOf(`${output}/checkpoints/${kept[2].name}`);
    assertNotEquals(last, best);
  });
});

Deno.test("train() interrupted anywhere and resumed ends like an unbroken run", async () => {
  await inDirectories(2, async (unbroken, broken) => {
    const change = { accumulate: 2, steps: 30 };
    await run(unbroken, {}, change);
    // Before, at and after checkpoints (every 8 steps) and evaluations (every 10).
    for (const stop of [1, 8, 9, 20, 29]) {
      const result = await run(broken, { resume: true, ...stopAfter(stop) }, change);
      assertEquals([result.reason, result.step], ["interrupted", stop]);
      assertEquals(result.model, undefined);
    }
    const result = await run(broken, { resume: true }, change);
    assertEquals(result.reason, "finished");
    assertEquals(await courseOf(broken), await courseOf(unbroken));
    assertEquals(await weightsOf(`${broken}/model`), await weightsOf(`${unbroken}/model`));
    // Resuming what is finished changes nothing.
    await run(broken, { resume: true }, change);
    assertEquals(await weightsOf(`${broken}/model`), await weightsOf(`${unbroken}/model`));
  });
});

Deno.test("train() on WASM goes on from a checkpoint bit by bit", async () => {
  await selectDevice({ prefer: "wasm" });
  try {
    await inDirectories(2, async (unbroken, broken) => {
      await run(unbroken, {}, { steps: 16 });
      await run(broken, stopAfter(11), { steps: 16 });
      await run(broken, { resume: true }, { steps: 16 });
      assertEquals(await courseOf(broken), await courseOf(unbroken));
      assertEquals(await weightsOf(`${broken}/model`), await weightsOf(`${unbroken}/model`));
    });
  } finally {
    await tf.setBackend("cpu");
  }
});

Deno.test("train() resumes over half-written and damaged checkpoints", async () => {
  await inDirectories(2, async (unbroken, broken) => {
    await run(unbroken);
    await run(broken, stopAfter(27));
    const newest = (await listCheckpoints(broken)).at(-1)!;
    const directory = `${broken}/checkpoints`;
    assertEquals(newest.step, 27);
    // As a crash of the machine leaves it: the newest cut short, a directory without a name.
    const path = `${directory}/${newest.name}/model.safetensors`;
    await Deno.truncate(path, (await Deno.stat(path)).size - 5);
    await Deno.mkdir(`${directory}/step-00000030.partial`);
    await Deno.writeTextFile(`${directory}/step-00000030.partial/model.safetensors`, "half");
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const result = await run(broken, { resume: true, onWarning });
    assertEquals(result.step, 40);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0], newest.name);
    assertEquals(await courseOf(broken), await courseOf(unbroken));
    assertEquals(await weightsOf(`${broken}/model`), await weightsOf(`${unbroken}/model`));
  });
});

Deno.test("train() says so when no checkpoint can be read", async () => {
  await inDirectories(1, async (output) => {
    await run(output, stopAfter(3));
    const [{ name }] = await listCheckpoints(output);
    await Deno.writeTextFile(`${output}/checkpoints/${name}/optimizer.safetensors`, "");
    await assertRejects(
      () => run(output, { resume: true }),
      RangeError,
      "no checkpoint can be read",
    );
  });
});

Deno.test("train() evaluates after a resume what an interruption left out", async () => {
  await inDirectories(2, async (unbroken, broken) => {
    await run(unbroken);
    const controller = new AbortController();
    const result = await run(broken, {
      signal: controller.signal,
      evaluate: ({ step, signal }) => {
        if (step === 20) controller.abort();
        signal?.throwIfAborted();
        return Promise.resolve({ loss: 1 / step });
      },
    });
    assertEquals([result.reason, result.step], ["interrupted", 20]);
    await run(broken, { resume: true });
    assertEquals(await courseOf(broken), await courseOf(unbroken));
    assertEquals(
      (await listCheckpoints(broken)).map(({ step, value }) => [step, value]),
      (await listCheckpoints(unbroken)).map(({ step, value }) => [step, value]),
    );
  });
});

Deno.test("train() stops early and keeps the best", async () => {
  await inDirectories(1, async (output) => {
    const result = await run(output, {
      evaluate: ({ step }) => Promise.resolve({ bleu: step === 10 ? 9 : 1, loss: 1 / step }),
    }, { evaluate: { every: 5, metric: { name: "bleu", higherIsBetter: true }, patience: 3 } });
    assertEquals(result.reason, "stopped early");
    assertEquals([result.step, result.best], [25, { step: 10, value: 9 }]);
  });
});

Deno.test("train() ends with the epochs, and takes what is left for the last step", async () => {
  await inDirectories(1, async (output) => {
    const batches = await toyBatches({ epochs: 2 });
    const result = await run(output, { batches }, { steps: undefined, accumulate: 4 });
    assertEquals(result.reason, "finished");
    const log = await logOf(output);
    const steps = log.filter(({ event }) => event === "step");
    const sizes = await Array.fromAsync((await toyBatches({ epochs: 2 }))({}));
    assert(sizes.length % 4 > 0, "the last step would be a full one");
    assertEquals(steps.length, Math.ceil(sizes.length / 4));
    assertEquals(steps.reduce((sum, { tokens }) => sum + (tokens as number), 0), 2 * 299);
    assertEquals(log.filter(({ event }) => event === "epoch").length, 2);
  });
});

Deno.test("train() averages the last checkpoints", async () => {
  await inDirectories(1, async (output) => {
    await run(output, {}, { checkpoint: { every: 8, average: { count: 3, of: "last" } } });
    const kept = await listCheckpoints(output);
    assertEquals(kept.map(({ step }) => step), [24, 32, 40]);
    const all = await Promise.all(
      kept.map(({ name }) => weightsOf(`${output}/checkpoints/${name}`)),
    );
    const average = await weightsOf(`${output}/model`);
    for (const [name, values] of Object.entries(average)) {
      values.forEach((value, i) => {
        const mean = Math.fround(all.reduce((sum, weights) => sum + weights[name][i], 0) / 3);
        assertEquals(value, mean);
      });
    }
    const [entry] = (await logOf(output)).filter(({ event }) => event === "model");
    assertEquals([entry.madeOf, entry.loss], [[24, 32, 40], 1 / 40]);
  });
});

Deno.test("train() averages the best checkpoints", async () => {
  await inDirectories(1, async (output) => {
    const best = [8, 32];
    await run(output, {
      evaluate: ({ step }) => Promise.resolve({ loss: best.includes(step) ? 1 : 2 }),
    }, { evaluate: { every: 8 }, checkpoint: { every: 8, average: { count: 2, of: "best" } } });
    const [entry] = (await logOf(output)).filter(({ event }) => event === "model");
    assertEquals(entry.madeOf, best);
  });
});

Deno.test("train() measures a model that it continues from before the first step", async () => {
  await inDirectories(1, async (output) => {
    const result = await run(output, {
      evaluate: ({ step }) => Promise.resolve({ loss: 2 + step }),
    }, { evaluate: { every: 10, atStart: true }, steps: 12 });
    assertEquals(result.best, { step: 0, value: 2 });
    const fresh = createToyModel();
    const kept = await weightsOf(`${output}/model`);
    for (const [name, variable] of fresh.variables) {
      assertEquals(kept[name], [...await variable.data()]);
    }
    fresh.dispose();
  });
});

Deno.test("train() keeps the batch and stops when the loss is NaN", async () => {
  await inDirectories(1, async (output) => {
    const model = createToyModel();
    let steps = 0;
    const faulty = {
      ...model,
      loss: (batch: TokenBatch, options: { training: boolean; seed: number }) => {
        const { lossSum, tokens } = model.loss(batch, options);
        return { lossSum: ++steps === 12 ? tf.mul(lossSum, NaN) as tf.Scalar : lossSum, tokens };
      },
    };
    const batches = await toyBatches();
    const error = await assertRejects(
      () => train(faulty, { config: toyConfig(output), batches }),
      RangeError,
    );
    assertStringIncludes(error.message, "step 12: the loss is NaN");
    assertStringIncludes(error.message, `${output}/failed_batch.json`);
    const failed = JSON.parse(await Deno.readTextFile(`${output}/failed_batch.json`));
    assertEquals([failed.step, failed.batches.length], [12, 1]);
    const taken = [];
    for await (const entry of batches({})) {
      if (taken.push(entry) === 12) break;
    }
    assertEquals(failed.batches[0].examples, taken[11].examples);
    const { source, target, line, inputIds, labels } = failed.batches[0].examples[0];
    assert(source && target && line && inputIds.length && labels.length);
    assertEquals((await logOf(output)).at(-1)!.event, "failed");
    assertEquals((await listCheckpoints(output)).map(({ step }) => step), [8]);
    model.dispose();
  });
});

Deno.test("train() does not overwrite a run, and resumes where there is none from the start", async () => {
  await inDirectories(1, async (output) => {
    const result = await run(output, { resume: true, ...stopAfter(2) });
    assertEquals(result.step, 2);
    await assertRejects(() => run(output), RangeError, "holds a run at step 2");
  });
});

Deno.test("train() does not overwrite a run whose list is lost, and goes on with it", async () => {
  await inDirectories(1, async (output) => {
    await run(output, stopAfter(2));
    await Deno.remove(`${output}/latest.json`);
    await assertRejects(() => run(output), RangeError, "holds a run at step 2");
    assertEquals((await run(output, { resume: true })).reason, "finished");
  });
});

Deno.test("train() finds out before the first step that no checkpoint can be written", async () => {
  await inDirectories(1, async (output) => {
    const disk: { writeAtomic: typeof files.writeAtomic } = files;
    const { writeAtomic } = disk;
    const steps: number[] = [];
    let room = 1000;
    disk.writeAtomic = async (_, chunks) => {
      for await (const { length } of chunks as Iterable<Uint8Array>) room -= length;
      if (room < 0) throw new Error("Cannot write it: the disk is full");
    };
    try {
      const onProgress = ({ step }: TrainingProgress) => void steps.push(step);
      const error = await assertRejects(() => run(output, { onProgress }), Error);
      assertStringIncludes(error.message, `Cannot train in ${output}: no checkpoint of 1 MB`);
      assertStringIncludes(error.message, "the disk is full); free some space");
    } finally {
      disk.writeAtomic = writeAtomic;
    }
    assertEquals(steps, []);
    assertEquals((await run(output)).reason, "finished");
    assertEquals(
      (await Array.fromAsync(Deno.readDir(`${output}/checkpoints`))).some(
        ({ name }) => name.startsWith("room"),
      ),
      false,
    );
  });
});

Deno.test("train() does not train where another run does", async () => {
  await inDirectories(1, async (output) => {
    // Either may be the first to reach the folder.
    const runs = await Promise.allSettled([run(output), run(output)]);
    const [{ reason }, ...others] = runs.filter((result) => result.status === "rejected");
    assertStringIncludes(String(reason), "another process");
    assertEquals(others, []);
  });
});

for (
  const [field, value] of [
    ["earlyStopping", null],
    ["step", 1e300],
    ["identity", []],
    ["logBytes", -1],
  ] as const
) {
  Deno.test(`train() leaves out a checkpoint whose ${field} is ${JSON.stringify(value)}`, async () => {
    await inDirectories(1, async (output) => {
      await run(output, stopAfter(2));
      const path = `${output}/checkpoints/step-00000002/training_state.json`;
      const state = JSON.parse(await Deno.readTextFile(path));
      await Deno.writeTextFile(path, JSON.stringify({ ...state, [field]: value }));
      const going = run(output, { resume: true });
      await assertRejects(() => going, RangeError, `training_state.json is damaged: ${field}`);
    });
  });
}

Deno.test("train() refuses to go on with a configuration that does not fit", async () => {
  await inDirectories(1, async (output) => {
    await run(output, stopAfter(2));
    const change = {
      seed: 2,
      accumulate: 3,
      identity: { "architecture.hiddenSize": 8, "architecture.numHeads": 2 },
    };
    const error = await assertRejects(() => run(output, { resume: true }, change), RangeError);
    assertStringIncludes(error.message, "architecture.hiddenSize was 16, is 8");
    assertStringIncludes(error.message, "architecture.numHeads was not set, is 2");
    assertStringIncludes(error.message, "batch.accumulate was 1, is 3");
    assertStringIncludes(error.message, "seed was 1, is 2");
    // What only decides how long it runs may change.
    assertEquals((await run(output, { resume: true }, { steps: 5 })).step, 5);
  });
});

Deno.test("train() refuses what does not go together, all at once", async () => {
  const change = {
    optimizer: { weightDecay: 0.1 },
    schedule: { name: "linear", warmupSteps: 40 },
    evaluate: { patience: 2 },
    checkpoint: { keep: 0, average: { count: 2, of: "best" } },
  } as const;
  const refused = async (change: Partial<RunConfig>) =>
    (await assertRejects(() => run("unused", { evaluate: undefined }, change), RangeError)).message
      .split("\n  ").slice(1);
  assertEquals(await refused(change), ["checkpoint.keep: must be at least 1, is 0"]);
  const { average } = change.checkpoint;
  assertEquals(await refused({ ...change, checkpoint: { average } }), [
    'optimizer.weightDecay: only the optimizer "adamw" decays weights',
    "schedule.warmupSteps: must be below the number of all steps",
    "evaluate.patience: needs the option evaluate to evaluate on",
    'checkpoint.average.of: "best" needs the option evaluate to evaluate on',
  ]);
});

Deno.test("train() names the metric that an evaluation did not give", async () => {
  await inDirectories(1, async (output) => {
    const evaluate = () => Promise.resolve({ perplexity: 3 });
    await assertRejects(
      () => run(output, { evaluate }),
      RangeError,
      "by loss: the evaluation gave only perplexity",
    );
  });
});

Deno.test("train() leaves no tensor behind", async () => {
  await inDirectories(1, async (output) => {
    const model = createToyModel();
    const before = tf.memory().numTensors;
    const during = new Set<number>();
    await train(model, {
      config: toyConfig(output),
      batches: await toyBatches(),
      evaluate: falling(),
      onProgress: () => during.add(tf.memory().numTensors),
    });
    assertEquals([...during], [before + 2 * model.variables.size]);
    assertEquals(tf.memory().numTensors, before);
    model.dispose();
  });
});
