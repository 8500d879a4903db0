import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openSafetensors } from "@heed/checkpoint";
import { selectDevice } from "@heed/nn";
import * as tf from "@tensorflow/tfjs";
import type { TrainingProgress } from "../progress.ts";
import { listCheckpoints } from "../checkpoints.ts";
import type { RunConfig } from "../run_config.ts";
import {
  createToyModel,
  startToyWorkers,
  toyBatches,
  toyConfig,
  type ToyReplicaOptions,
} from "../testing/toy_model.ts";
import type { TrainingResult } from "../train_options.ts";
import { startTrainingWorkers } from "../start_training_workers.ts";
import { train } from "../trainer.ts";

interface RunOptions {
  readonly workers: number;
  readonly setup?: Partial<ToyReplicaOptions>;
  readonly change?: Partial<RunConfig>;
  readonly stopAfter?: number;
  readonly resume?: boolean;
  readonly evaluationMs?: number;
}

/** Trains a fresh toy model, as a process of its own would. */
async function run(output: string, options: RunOptions): Promise<TrainingResult> {
  const { workers, change, stopAfter, resume = false, evaluationMs = 0 } = options;
  const setup = { device: "wasm", dropoutRate: 0.2, ...options.setup } as const;
  await selectDevice({ prefer: setup.device });
  const { numTensors } = tf.memory();
  const model = createToyModel({ dropoutRate: setup.dropoutRate });
  const controller = new AbortController();
  const team = workers === 1 ? undefined : await startToyWorkers(model, workers, setup);
  try {
    return await train(model, {
      config: toyConfig(output, { steps: 12, checkpoint: { every: 4 }, ...change }),
      batches: await toyBatches(),
      evaluate: async ({ step }) => {
        await new Promise((resolve) => setTimeout(resolve, evaluationMs));
        return { loss: 1 / step };
      },
      workers: team,
      resume,
      signal: controller.signal,
      onProgress: ({ step }: TrainingProgress) => step === stopAfter && controller.abort(),
    });
  } finally {
    team?.dispose();
    model.dispose();
    assertEquals(tf.memory().numTensors, numTensors);
  }
}

async function inDirectories(count: number, body: (...outputs: string[]) => Promise<void>) {
  const outputs = await Promise.all(Array.from({ length: count }, () => Deno.makeTempDir()));
  try {
    await body(...outputs);
  } finally {
    for (const output of outputs) await Deno.remove(output, { recursive: true });
  }
}

async function stepsOf(output: string): Promise<Record<string, number>[]> {
  const text = await Deno.readTextFile(`${output}/log.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "step")
    .map(({ seconds: _, tokensPerSecond: __, ...rest }) => rest);
}

const modelOf = (output: string) => Deno.readFile(`${output}/model/model.safetensors`);

/** Largest difference of two files, beside the largest value. */
async function difference(a: string, b: string): Promise<number> {
  const readers = [await openSafetensors(a), await openSafetensors(b)];
  let largest = 0, apart = 0;
  assertEquals(readers[0].names, readers[1].names);
  for (const name of readers[0].names) {
    assertEquals(readers[0].info(name).shape, readers[1].info(name).shape);
    const [left, right] = [await readers[0].readFloat32(name), await readers[1].readFloat32(name)];
    left.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value));
      apart = Math.max(apart, Math.abs(value - right[i]));
    });
  }
  for (const reader of readers) await reader.close();
  return apart / largest;
}

async function assertSameCourse(one: string, several: string): Promise<void> {
  const [expected, found] = [await stepsOf(one), await stepsOf(several)];
  assertEquals(found.length, expected.length);
  found.forEach(({ loss, gradientNorm, ...rest }, i) => {
    const { loss: loss1, gradientNorm: norm1, ...rest1 } = expected[i];
    assertEquals(rest, rest1); // tokens, epoch and learning rate
    assert(Math.abs(loss - loss1) <= 1e-4 * loss1, `step ${i + 1}: ${loss}, not ${loss1}`);
    assert(Math.abs(gradientNorm - norm1) <= 1e-3 * norm1, `${gradientNorm}, not ${norm1}`);
  });
  const weights = await difference(
    `${one}/model/model.safetensors`,
    `${several}/model/model.safetensors`,
  );
  assert(weights < 1e-3, `weights differ by ${weights}`);
}

for (const device of ["wasm", "cpu"] as const) {
  Deno.test(`TrainingWorkers on ${device} train as one thread does, to rounding`, async () => {
    await inDirectories(2, async (one, several) => {
      const setup = { device, dropoutRate: 0 };
      const change = { accumulate: 2 };
      await run(one, { workers: 1, setup, change });
      await run(several, { workers: device === "wasm" ? 3 : 2, setup, change });
      await assertSameCourse(one, several);
      // The moments, too, lie in the file where one thread puts them.
      const [{ name }] = (await listCheckpoints(one)).slice(-1);
      const moments = (output: string) => `${output}/checkpoints/${name}/optimizer.safetensors`;
      const apart = await difference(moments(one), moments(several));
      assert(apart < 1e-3, `moments differ by ${apart}`);
    });
  });
}

Deno.test("TrainingWorkers give the same bytes again, also when interrupted and resumed", async () => {
  await inDirectories(2, async (unbroken, broken) => {
    await run(unbroken, { workers: 2 });
    await run(broken, { workers: 2, stopAfter: 5 });
    await run(broken, { workers: 2, resume: true });
    assertEquals(await stepsOf(broken), await stepsOf(unbroken));
    assertEquals(await modelOf(broken), await modelOf(unbroken));
  });
});

Deno.test("a run goes on with another number of workers", async () => {
  await inDirectories(2, async (one, changing) => {
    const setup = { dropoutRate: 0 };
    await run(one, { workers: 1, setup });
    await run(changing, { workers: 3, setup, stopAfter: 5 });
    await run(changing, { workers: 1, setup, stopAfter: 9, resume: true });
    await run(changing, { workers: 2, setup, resume: true });
    await assertSameCourse(one, changing);
  });
});

Deno.test("a worker that fails ends the run, which can be resumed", async () => {
  await inDirectories(3, async (unbroken, ...all) => {
    await run(unbroken, { workers: 2 });
    for (const how of ["throw", "crash"] as const) {
      const broken = all.pop()!;
      const failing = { workers: 2, setup: { failAt: { call: 11, how } } };
      const error = await assertRejects(() => run(broken, failing), Error);
      assertStringIncludes(error.message, "worker 2 of 2 failed: ");
      assertStringIncludes(error.message, how === "throw" ? "Out of memory" : "a test broke it");
      assertStringIncludes(error.message, "resume from the last");
      assertEquals((await listCheckpoints(broken)).map(({ step }) => step), [8, 10]);
      await run(broken, { workers: 2, resume: true });
      assertEquals(await modelOf(broken), await modelOf(unbroken));
    }
  });
});

Deno.test("a worker that fails during an evaluation ends the run with the same advice", async () => {
  await inDirectories(1, async (output) => {
    const setup = { failAt: { call: 10, how: "crash" } } as const;
    const failing = { workers: 2, setup, evaluationMs: 500 };
    const { message } = await assertRejects(() => run(output, failing), Error);
    assertStringIncludes(message, "Cannot save a checkpoint: worker 2 of 2 failed: ");
    assertStringIncludes(message, "resume from the last");
  });
});

Deno.test("startTrainingWorkers() tells when a worker or the module of its replica cannot be loaded", async () => {
  const model = createToyModel();
  const rest = { workers: 2, options: {}, split: () => [] };
  const missing = new URL("./not_there.ts", import.meta.url);
  const sum = new URL("../testing/exchange_rounds.ts", import.meta.url);
  for (
    const [urls, message] of [
      [{ module: sum, workerUrl: missing }, "worker 2 of 2 failed"],
      [{ module: missing }, "not_there.ts"],
      [{ module: sum }, "createReplica is not a function"],
    ] as const
  ) {
    const error = await assertRejects(
      () => startTrainingWorkers(model, { ...rest, ...urls }),
      Error,
    );
    assertStringIncludes(error.message, "worker 2 of 2 failed");
    assertStringIncludes(error.message, message);
  }
  model.dispose();
});

Deno.test("startTrainingWorkers() refuses a replica with other weights", async () => {
  const model = createToyModel();
  const variables = new Map([...model.variables].slice(1));
  const setup = { device: "cpu", dropoutRate: 0 } as const;
  await assertRejects(
    () => startToyWorkers({ ...model, variables }, 2, setup),
    TypeError,
    "models have other weights",
  );
  model.dispose();
});

Deno.test("a loss that is not finite in one worker stops all before the weights change", async () => {
  await selectDevice({ prefer: "wasm" });
  const model = createToyModel({ dropoutRate: 0 });
  const faulty = {
    ...model,
    loss: (...args: Parameters<typeof model.loss>) => {
      const { lossSum, tokens } = model.loss(...args);
      return { lossSum: tf.mul(lossSum, NaN) as tf.Scalar, tokens };
    },
  };
  using team = await startToyWorkers(faulty, 2, { device: "wasm", dropoutRate: 0 });
  team.begin(toyConfig("unused"));
  await team.shareWeights();
  const before = await model.variables.get("output.weight")!.data();
  const { value: first } = await (await toyBatches())({})[Symbol.asyncIterator]().next();
  const result = await team.step([first.batch], { step: 1, learningRate: 0.1, seed: 1 });
  assertEquals([result.failedBatch, result.loss], [0, NaN]);
  assertEquals(await model.variables.get("output.weight")!.data(), before);
  model.dispose();
});
