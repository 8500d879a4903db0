import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { files } from "@heed/checkpoint";
import { listCheckpoints, train, type TrainingProgress } from "@heed/training";
import { parseTrainingConfig } from "./config.ts";
import { TrainingConfigError } from "@heed/training/config";
import { prepareTraining } from "./prepare.ts";

/** A tiny Transformer on made pairs, with the same data for every run. */
function configOf(output: string, changes: Record<string, unknown> = {}) {
  const words = ["red", "blue", "green", "small", "large", "house", "tree", "river", "cloud"];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const chosen = [words[i % 9], words[i * 5 % 9], words[i * 7 % 8]];
    return `${chosen.join(" ")}\t${chosen.toReversed().join(" ")}\n`;
  });
  lines.splice(3, 0, "only one column\n");
  const tsv = (lines: string[]) => "data:," + encodeURIComponent(lines.join(""));
  return parseTrainingConfig({
    model: "transformer",
    architecture: {
      hiddenSize: 16,
      encoderLayers: 1,
      decoderLayers: 1,
      encoderAttentionHeads: 2,
      decoderAttentionHeads: 2,
      encoderFfnDim: 16,
      decoderFfnDim: 16,
    },
    data: {
      train: [tsv(lines)],
      dev: tsv(lines.slice(0, 3)),
      sourceLanguage: "en",
      targetLanguage: "xx",
      maxLines: 50,
    },
    tokenizer: { type: "unigram", vocabSize: 28 },
    batch: { tokens: 256, bucketLines: 20 },
    schedule: { name: "constant", warmupSteps: 0 },
    evaluate: { every: 5, bleuSentences: 2, metric: "bleu" },
    checkpoint: { every: 5 },
    device: "wasm",
    steps: 14,
    output,
    ...changes,
  });
}

async function run(
  config: ReturnType<typeof configOf>,
  { stopAfter, resume = false }: { stopAfter?: number; resume?: boolean } = {},
): Promise<void> {
  using run = await prepareTraining(config, { resume });
  const controller = new AbortController();
  const { reason } = await train(run.model, {
    ...run,
    resume,
    signal: controller.signal,
    onProgress: ({ step }: TrainingProgress) => step === stopAfter && controller.abort(),
  });
  assertEquals(reason, stopAfter === undefined ? "finished" : "interrupted");
}

/** Weights and moments of the newest checkpoint. */
async function newestOf(output: string): Promise<Uint8Array[]> {
  const { name } = (await listCheckpoints(output)).at(-1)!;
  return await Promise.all(
    ["model", "optimizer"].map((file) =>
      Deno.readFile(`${output}/checkpoints/${name}/${file}.safetensors`)
    ),
  );
}

async function inDirectories(body: (...outputs: string[]) => Promise<void>): Promise<void> {
  const outputs = await Promise.all([Deno.makeTempDir(), Deno.makeTempDir()]);
  try {
    await body(...outputs);
  } finally {
    for (const output of outputs) await Deno.remove(output, { recursive: true });
  }
}

/** What the first release that trains wrote at step 7 of this run, but for seconds and bytes. */
const oldState = {
  format: 1,
  step: 7,
  epoch: 2,
  tokens: 671,
  earlyStopping: { best: 0, bestStep: 5, evaluationsWithoutImprovement: 0 },
  identity: {
    "model": "transformer",
    "architecture.hiddenSize": 16,
    "architecture.encoderLayers": 1,
    "architecture.decoderLayers": 1,
    "architecture.encoderAttentionHeads": 2,
    "architecture.decoderAttentionHeads": 2,
    "architecture.encoderFfnDim": 16,
    "architecture.decoderFfnDim": 16,
    "data.sourceColumn": 0,
    "data.targetColumn": 1,
    "data.maxSourceTokens": 256,
    "data.maxTargetTokens": 256,
    "data.maxLines": 50,
    "batch.tokens": 256,
    "batch.bucketLines": 20,
    "batch.accumulate": 1,
    "evaluate.metric": "bleu",
    "seed": 1,
  },
  position: { epoch: 2, block: 0, batch: 1, pairs: 0, skipped: 0, lines: 50 },
  evaluatedStep: 5,
};

Deno.test("a run that was begun with an earlier version goes on", async () => {
  await inDirectories(async (unbroken, broken) => {
    await run(configOf(unbroken));
    await run(configOf(broken), { stopAfter: 7 });
    const { name } = (await listCheckpoints(broken)).at(-1)!;
    const path = `${broken}/checkpoints/${name}/training_state.json`;
    const { seconds, logBytes, position, ...now } = JSON.parse(await Deno.readTextFile(path));
    assertEquals(now.identity, oldState.identity);
    assertEquals([now.step, now.tokens, position.batch], [7, oldState.tokens, 1]);
    await Deno.writeTextFile(path, JSON.stringify({ ...oldState, seconds, logBytes }));
    await run(configOf(broken), { resume: true });
    assertEquals(await newestOf(broken), await newestOf(unbroken));
    await assertRejects(
      () => run(configOf(broken, { batch: { tokens: 300 } }), { resume: true }),
      RangeError,
      "batch.tokens was 256, is 300; batch.bucketLines was 20, is 20000",
    );
  });
});

Deno.test("a run with sampling goes on exactly, and sees other cuts in each epoch", async () => {
  await inDirectories(async (unbroken, broken) => {
    const sampling = { sampling: { alpha: 0.1 } };
    await run(configOf(unbroken, sampling));
    await run(configOf(broken, sampling), { stopAfter: 6 });
    await run(configOf(broken, sampling), { resume: true });
    assertEquals(await newestOf(broken), await newestOf(unbroken));
    await assertRejects(
      () => run(configOf(broken, { sampling: { alpha: 0.5 } }), { resume: true }),
      RangeError,
      "sampling.alpha was 0.1, is 0.5",
    );

    using prepared = await prepareTraining(configOf(unbroken, sampling), { resume: true });
    const cuts = new Map<string, Set<string>>();
    for await (const { epoch, examples } of prepared.batches({})) {
      if (epoch === 3) break;
      for (const { source, inputIds } of examples as { source: string; inputIds: number[] }[]) {
        assertEquals(prepared.tokenizer.decode(inputIds), source);
        cuts.set(source, (cuts.get(source) ?? new Set()).add(inputIds.join(" ")));
      }
    }
    const several = [...cuts.values()].filter(({ size }) => size > 1).length;
    assert(several > 0.5 * cuts.size, `${several} of ${cuts.size} sources are cut in several ways`);
  });
});

Deno.test("prepareTraining() measures loss, BLEU and chrF, and evaluate.metric chooses among them", async () => {
  await inDirectories(async (output) => {
    const config = configOf(output, { steps: 5, evaluate: { metric: "chrf", bleuSentences: 3 } });
    using run = await prepareTraining(config);
    assertEquals(run.config.evaluate?.metric, { name: "chrf", higherIsBetter: true });
    const { loss, bleu, chrf } = await run.evaluate!({ step: 0 });
    assert(loss > 1 && bleu >= 0 && chrf >= 0 && chrf < 100, `${loss}, ${bleu}, ${chrf}`);
    const { best } = await train(run.model, run);
    assertEquals(best?.value, (await run.evaluate!({ step: 5 })).chrf);
  });
});

Deno.test("prepareTraining() trains the tokenizer that the configuration asks for", async () => {
  await inDirectories(async (plain, special) => {
    const vocabularyOf = async (output: string, tokenizer: Record<string, unknown>) => {
      const config = configOf(output, { tokenizer: { type: "unigram", ...tokenizer } });
      using run = await prepareTraining(config);
      return run.tokenizer;
    };
    const usual = await vocabularyOf(plain, { vocabSize: 28 });
    assertEquals([usual.tokenToId("<0x41>"), usual.tokenToId("ß")], [undefined, undefined]);
    const found = await vocabularyOf(special, {
      vocabSize: 288,
      byteFallback: true,
      requiredChars: "ß",
      userDefinedSymbols: ["<br/>"],
    });
    for (const piece of ["<0x41>", "ß", "<br/>"]) {
      assertNotEquals(found.tokenToId(piece), undefined, piece);
    }
    assertEquals(found.encode("red<br/>red").tokens.includes("<br/>"), true);
    // Half of the characters are enough for half of the text.
    const few = await vocabularyOf(`${special}/few`, { vocabSize: 12, characterCoverage: 0.5 });
    assertEquals(few.encode("cloud").ids.includes(few.unkTokenId), true);
  });
});

Deno.test("prepareTraining() names a model to go on from that is another one", async () => {
  await inDirectories(async (first, second) => {
    const config = configOf(first, { steps: 1 });
    {
      using run = await prepareTraining(config);
      await train(run.model, run);
    }
    const error = await assertRejects(
      () =>
        prepareTraining({
          ...configOf(second),
          model: "rnnsearch",
          initialCheckpoint: `${first}/model`,
        }),
      TrainingConfigError,
    );
    assertEquals(
      error.message,
      'Cannot use the training configuration:\n  model: is "rnnsearch", but the model in ' +
        `${first}/model is "transformer"`,
    );
  });
});

Deno.test("prepareTraining() refuses a dev set without a usable pair before the first step", async () => {
  await inDirectories(async (output) => {
    const { data } = configOf(output);
    const dev = "data:," + encodeURIComponent("only one column\nhere as well\n");
    const config = configOf(output, { data: { ...data, dev } });
    await assertRejects(() => prepareTraining(config), RangeError, "Cannot use data.dev: ");
  });
});

Deno.test("prepareTraining() touches nothing of a run that is not to go on", async () => {
  await inDirectories(async (output) => {
    await run(configOf(output), { stopAfter: 5 });
    const contents = () =>
      Promise.all(
        ["source.spm", "vocab.json"].map((name) =>
          Deno.readTextFile(`${output}/tokenizer/${name}`)
        ),
      );
    const before = await contents();
    const other = configOf(output, { tokenizer: { type: "unigram", vocabSize: 26 } });
    await assertRejects(() => prepareTraining(other), RangeError, "it holds a run at step 5");
    assertEquals(await contents(), before);
  });
});

Deno.test("prepareTraining() refuses an output in which another trains, and leaves its tokenizer", async () => {
  const output = await Deno.makeTempDir();
  try {
    const wanted = { tokenizer: { type: "unigram", vocabSize: 28 } };
    {
      using run = await prepareTraining(configOf(output, wanted));
      const kept = await Deno.readFile(`${output}/tokenizer/source.spm`);
      const other = configOf(output, { tokenizer: { type: "unigram", vocabSize: 24 } });
      await assertRejects(() => prepareTraining(other), Error, "another process");
      assertEquals(await Deno.readFile(`${output}/tokenizer/source.spm`), kept);
      await train(run.model, run); // has the lock already
    }
    await assertRejects(() => prepareTraining(configOf(output, wanted)), RangeError, "holds a run");
    using _ = await prepareTraining(configOf(output, wanted), { resume: true });
  } finally {
    await Deno.remove(output, { recursive: true });
  }
});

Deno.test("prepareTraining() leaves no half of a tokenizer that a run would go on with", async () => {
  const output = await Deno.makeTempDir();
  const config = configOf(output, { tokenizer: { type: "unigram", vocabSize: 28 } });
  const disk: { writeAtomic: typeof files.writeAtomic } = files;
  const { writeAtomic } = disk;
  try {
    let writes = 0;
    disk.writeAtomic = async (path, chunks) => {
      if (++writes === 2) throw new Error("killed");
      await writeAtomic(path, chunks);
    };
    await assertRejects(() => prepareTraining(config), Error, "killed");
    disk.writeAtomic = writeAtomic;
    using _ = await prepareTraining(config, { resume: true });
    const names = [...Deno.readDirSync(output)].map(({ name }) => name).sort();
    assertEquals(names, [".heed-lock.json", "tokenizer"]);
  } finally {
    disk.writeAtomic = writeAtomic;
    await Deno.remove(output, { recursive: true });
  }
});

Deno.test("prepareTraining() ends with the signal's reason, and lets the output go", async () => {
  const output = await Deno.makeTempDir();
  try {
    const reason = new Error("enough");
    const stopped = prepareTraining(configOf(output), { signal: AbortSignal.abort(reason) });
    assertEquals(await stopped.catch((error) => error), reason);
    using _ = await prepareTraining(configOf(output));
  } finally {
    await Deno.remove(output, { recursive: true });
  }
});
